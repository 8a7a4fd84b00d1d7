"""All addresses, those of the rehearsal too: they are not there in an installation without a stage."""

from django.urls import include, path

from crossdock.web.rehearsal.urls import PAGES

urlpatterns = [*PAGES, path("", include("crossdock.urls"))]
