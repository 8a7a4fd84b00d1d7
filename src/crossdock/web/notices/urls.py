"""Addresses of the pages of notices and webhooks."""

from django.urls import path

from crossdock.web.notices import mine, settings, unsubscribe, webhooks

HOOKS = "m/<slug:slug>/settings/webhooks/"
urlpatterns = [
    path("notices/", mine.my_notices, name="my_notices"),
    path("notices/read/", mine.read_all, name="read_notices"),
    path("notices/<int:number>/", mine.open_notice, name="open_notice"),
    path("notices/settings/", mine.my_notice_settings, name="my_notice_settings"),
    path("notices/settings/<int:number>/save/", mine.save_my_notice_settings, name="save_my_notice_settings"),
    path("notices/stop/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("m/<slug:slug>/settings/notifications/", settings.notification_settings, name="notification_settings"),
    path(
        "m/<slug:slug>/settings/notifications/save/",
        settings.save_notification_settings,
        name="save_notification_settings",
    ),
    path(HOOKS, webhooks.webhooks, name="webhooks"),
    path(f"{HOOKS}add/", webhooks.add_webhook, name="add_webhook"),
    path(f"{HOOKS}<int:number>/", webhooks.webhook, name="webhook"),
    path(f"{HOOKS}<int:number>/change/", webhooks.change_webhook, name="change_webhook"),
    path(f"{HOOKS}<int:number>/rotate/", webhooks.rotate_webhook, name="rotate_webhook"),
    path(f"{HOOKS}<int:number>/switch/", webhooks.switch_webhook, name="switch_webhook"),
    path(f"{HOOKS}<int:number>/remove/", webhooks.remove_webhook, name="remove_webhook"),
    path(f"{HOOKS}<int:number>/try/", webhooks.try_webhook, name="try_webhook"),
    path(f"{HOOKS}messages/<int:number>/", webhooks.delivery, name="delivery"),
    path(f"{HOOKS}messages/<int:number>/replay/", webhooks.replay_delivery, name="replay_delivery"),
]
