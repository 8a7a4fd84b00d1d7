"""Addresses of the pages. Every marketplace's pages begin with its short name."""

from django.contrib.auth import views as accounts
from django.urls import path

from crossdock.web import assets, guide
from crossdock.web.merchant import (
    attention,
    catalogue_settings,
    connect,
    home,
    listings,
    orders,
    settings,
    stock,
    vendors,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", accounts.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", accounts.LogoutView.as_view(), name="logout"),
    path("static/<path:path>", assets.asset, name="asset"),
    path("guide/", guide.guide, name="guide_first"),
    path("guide/<str:name>/", guide.guide, name="guide"),
    path("m/<slug:slug>/", home.dashboard, name="dashboard"),
    path("m/<slug:slug>/orders/", orders.orders, name="orders"),
    path("m/<slug:slug>/orders/<int:number>/", orders.order, name="order"),
    path("m/<slug:slug>/orders/<int:number>/retry/", orders.retry, name="retry"),
    path("m/<slug:slug>/vendor-orders/<int:number>/hold/", orders.hold, name="hold"),
    path("m/<slug:slug>/vendor-orders/<int:number>/release/", orders.release, name="release"),
    path("m/<slug:slug>/vendor-orders/<int:number>/resolve/", orders.resolve, name="resolve"),
    path("m/<slug:slug>/vendor-orders/<int:number>/fulfill/", orders.fulfill, name="fulfill"),
    path("m/<slug:slug>/attention/", attention.attention, name="attention"),
    path("m/<slug:slug>/attention/<int:number>/close/", attention.close, name="close_attention"),
    path("m/<slug:slug>/listings/", listings.listings, name="listings"),
    path("m/<slug:slug>/listings/decide/", listings.decide, name="decide_listings"),
    path("m/<slug:slug>/listings/choose/", listings.choose, name="choose_products"),
    path("m/<slug:slug>/listings/<int:number>/", listings.listing, name="listing"),
    path("m/<slug:slug>/listings/<int:number>/remove/", listings.remove, name="remove_listing"),
    path("m/<slug:slug>/listings/<int:number>/retry/", listings.retry, name="retry_listing"),
    path("m/<slug:slug>/listings/<int:number>/fields/", listings.fields, name="listing_fields"),
    path("m/<slug:slug>/stock/", stock.stock, name="stock"),
    path("m/<slug:slug>/stock/<int:number>/", stock.stock_figure, name="stock_figure"),
    path("m/<slug:slug>/catalogue/", stock.catalogue, name="catalogue"),
    path("m/<slug:slug>/stores/<int:number>/read/", stock.read_store, name="read_store"),
    path("m/<slug:slug>/vendors/<int:number>/release-brake/", stock.release, name="release_brake"),
    path("m/<slug:slug>/settings/order-sync/", settings.order_sync, name="order_sync"),
    path("m/<slug:slug>/settings/order-sync/save/", settings.save_order_sync, name="save_order_sync"),
    path("m/<slug:slug>/settings/<str:tab>-sync/", catalogue_settings.catalogue_settings, name="catalogue_settings"),
    path(
        "m/<slug:slug>/settings/<str:tab>-sync/save/",
        catalogue_settings.save_catalogue_settings,
        name="save_catalogue_settings",
    ),
    path(
        "m/<slug:slug>/settings/catalogue-changes/<int:number>/revert/",
        catalogue_settings.revert_catalogue,
        name="revert_catalogue",
    ),
    path("m/<slug:slug>/settings/changes/<int:number>/revert/", settings.revert, name="revert"),
    path("m/<slug:slug>/vendors/", vendors.vendors, name="vendors"),
    path("m/<slug:slug>/vendors/add/", vendors.add, name="add_vendor"),
    path("m/<slug:slug>/stores/<int:number>/pause/", vendors.pause, name="pause_store"),
    path("m/<slug:slug>/stores/<int:number>/resume/", vendors.resume, name="resume_store"),
    path("m/<slug:slug>/connect/shopify/", connect.shopify, name="connect_shopify"),
    path("connect/shopify/begin", connect.begin, name="connect_begin"),
    path("connect/shopify/callback", connect.callback, name="connect_callback"),
]
