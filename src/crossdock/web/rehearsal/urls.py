"""Addresses of the rehearsal. In an installation with stores that are real they do not exist."""

from django.conf import settings
from django.urls import path

from crossdock.web.rehearsal import pages

PAGES = [
    path("m/<slug:slug>/rehearsal/", pages.rehearsal, name="rehearsal"),
    path("m/<slug:slug>/rehearsal/act/", pages.rehearse, name="rehearse"),
    path("m/<slug:slug>/rehearsal/begin/", pages.begin, name="begin_rehearsal"),
]
urlpatterns = PAGES if settings.CROSSDOCK_REHEARSAL else []
