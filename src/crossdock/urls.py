"""Addresses of the API and the pages. The webhook address is not here: it is answered before Django (asgi.py)."""

from django.urls import include, path

urlpatterns = [
    path("", include("crossdock.api.urls")),
    path("", include("crossdock.web.urls")),
]
