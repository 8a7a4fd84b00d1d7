"""Connecting a Shopify store in the browser: the form, the way to the store's consent, the way back.

Not here: what is believed on the way back (operations/oauth.py).
"""

from base64 import b64decode, b64encode
from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crossdock.operations.oauth import begin_shopify, finish_shopify
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import Scope, change, for_marketplace

PENDING = "shopify_pending"
PLACE = "shopify_marketplace"


class ConnectForm(forms.Form):
    """What a custom app of the store's owner gives, and whose store it is."""

    marketplace = forms.SlugField()
    vendor = forms.IntegerField(required=False, min_value=1)
    domain = forms.CharField(max_length=200, label=gettext_lazy("Store address"))
    client_id = forms.CharField(max_length=200, label=gettext_lazy("Client ID"))
    client_secret = forms.CharField(max_length=200, label=gettext_lazy("Client secret"))


@change
@require_safe
def shopify(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The form: for a vendor, or for the merchant's own store."""
    number = request.GET.get("vendor", "")
    vendor = get_object_or_404(scope.vendors, pk=int(number)) if number.isdecimal() else None
    return render(
        request, "web/connect.html", {"scope": scope, "at": "vendors", "vendor": vendor, "back": _back_address()}
    )


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """To the store's consent page."""
    form = ConnectForm(request.POST)
    scope = for_marketplace(request.user, request.POST.get("marketplace", ""))
    if not scope.may_change:
        raise PermissionDenied
    form.is_valid()
    given = form.cleaned_data
    vendor = get_object_or_404(scope.vendors, pk=given["vendor"]) if given.get("vendor") else None
    context = {"scope": scope, "at": "vendors", "vendor": vendor, "back": _back_address(), "form": form}
    if form.errors:
        return render(request, "web/connect.html", context, status=422)
    try:
        address, sealed = begin_shopify(
            marketplace=scope.marketplace,
            vendor=vendor,
            typed_domain=given["domain"],
            client_id=given["client_id"],
            client_secret=given["client_secret"],
            redirect_uri=_back_address(),
            now=datetime.now(UTC),
        )
    except Refused as refused:
        form.add_error("domain", str(refused))
        return render(request, "web/connect.html", context, status=422)
    request.session[PENDING], request.session[PLACE] = b64encode(sealed).decode(), scope.marketplace.slug
    return HttpResponseRedirect(address)


@login_required
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the store. What was begun is used once, whatever comes of it."""
    sealed, slug = request.session.pop(PENDING, ""), request.session.pop(PLACE, "")
    scope = for_marketplace(request.user, slug)
    if not scope.may_change:
        raise PermissionDenied
    try:
        store = finish_shopify(
            sealed=b64decode(sealed),
            params=request.GET.dict(),
            now=datetime.now(UTC),
            who=scope.who,
            allow_private=settings.CROSSDOCK_ALLOW_PRIVATE,
        )
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("%(domain)s is connected.") % {"domain": store.domain})
    return redirect("vendors", slug=slug)


def _back_address() -> str:
    return f"{settings.CROSSDOCK_URL}{reverse('connect_callback')}"
