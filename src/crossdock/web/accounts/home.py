"""Where a person arrives: the first place that is theirs, the set-up of a new installation, or the log-in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from crossdock.operations.first_run import is_first_run
from crossdock.web.access import first_marketplace, first_vendor


def home(request: HttpRequest) -> HttpResponseBase:
    if not request.user.is_authenticated and is_first_run():
        return redirect("first_run")
    return _first_place(request)


@login_required
def _first_place(request: HttpRequest) -> HttpResponse:
    """To the person's first marketplace, else to the first vendor, else to a page that says there is none."""
    place = first_marketplace(request.user)  # type: ignore[arg-type]  # login_required
    if place is not None:
        return redirect("dashboard", slug=place.slug)
    side = first_vendor(request.user)  # type: ignore[arg-type]  # as above
    if side is not None:
        return redirect("vendor_home", slug=side.marketplace.slug, vendor=side.vendor_id)
    return render(request, "web/nothing.html", status=403)
