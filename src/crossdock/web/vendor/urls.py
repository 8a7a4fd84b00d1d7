"""Addresses of a vendor's pages, below its marketplace's short name and its number."""

from django.urls import path

from crossdock.web.merchant import connect
from crossdock.web.packing import pages as packing
from crossdock.web.people import pages as people
from crossdock.web.vendor import history, home, logs, mapping, orders, products, store

urlpatterns = [
    path("", home.home, name="vendor_home"),
    path("orders/", orders.orders, name="vendor_orders"),
    path("orders/<int:number>/", orders.order, name="vendor_order"),
    path("orders/<int:number>/packing-slip.pdf", packing.vendors_slip, name="vendor_packing_slip"),
    path("orders/<int:number>/fulfill/", orders.fulfill, name="vendor_fulfill"),
    path("parcels/<int:number>/withdraw/", orders.withdraw, name="vendor_withdraw_parcel"),
    path("products/", products.products, name="vendor_products"),
    path("products/choose/", products.choose, name="vendor_choose_products"),
    path("products/pairs/", mapping.pairs, name="vendor_pairs"),
    path("products/pairs/decide/", mapping.decide, name="vendor_decide_pairs"),
    path("listings/<int:number>/take-back/", products.take_back, name="vendor_take_back"),
    path("store/", store.store, name="vendor_store"),
    path("store/pause/", store.pause, name="vendor_pause_store"),
    path("store/resume/", store.resume, name="vendor_resume_store"),
    path("store/disconnect/", store.disconnect, name="vendor_disconnect_store"),
    path("connect/", connect.vendor_choose, name="vendor_connect"),
    path("connect/<str:name>/", connect.vendor_platform, name="vendor_connect_platform"),
    path("activity/", history.history, name="vendor_history"),
    path("activity/calls/", logs.logs, name="vendor_logs"),
    path("activity/calls/<int:number>/", logs.log, name="vendor_log"),
    path("people/", people.vendor_people, name="vendor_people"),
    path("people/invite/", people.vendor_ask, name="vendor_invite"),
    path("people/<int:number>/role/", people.vendor_role, name="vendor_change_role"),
    path("people/<int:number>/remove/", people.vendor_remove, name="vendor_remove_person"),
    path("invitations/<int:number>/again/", people.vendor_again, name="vendor_invite_again"),
    path("invitations/<int:number>/withdraw/", people.vendor_withdraw, name="vendor_withdraw_invitation"),
]
