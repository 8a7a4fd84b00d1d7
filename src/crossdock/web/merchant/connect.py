"""Connecting a store in the browser, of any platform: choose one, see what it can, say how, come back connected. The
merchant connects its own store and any vendor's; a vendor's people connect their own.

Not here: what is believed on the way back (operations/connecting.py), or what a platform asks for (its own folder).
"""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import Struct

from crossdock.connector.connecting import How
from crossdock.connector.connecting import Way as Offered
from crossdock.models import Vendor
from crossdock.operations.connecting import (
    LARGEST_POST,
    CallbackRefused,
    Offer,
    begin_connecting,
    finish_connecting,
    offer,
    offers,
    role_of,
    take_post,
)
from crossdock.operations.record import Refused
from crossdock.operations.stores import UnknownPlatform
from crossdock.operations.words import in_words
from crossdock.web import phrases, phrases_platforms
from crossdock.web.access import Scope, change, for_marketplace, for_vendor, vendor_page
from crossdock.web.vendor.scope import VendorScope

PENDING, PLACE = "connecting", "connecting_at"
# Browsers let a form lead only where its page says, redirects included: here to the store's page of consent.
CONSENT = {"form-action": ["https:", *(["http:"] if settings.CROSSDOCK_ALLOW_PRIVATE else [])]}


class Way(Struct, frozen=True):
    """Who connects, for whom (`vendor` None = the merchant's own store), and the pages that this goes through."""

    scope: Scope | VendorScope
    vendor: Vendor | None

    @property
    def frame(self) -> str:
        return "web/frame.html" if self.of_merchant else "web/vendor/frame.html"

    @property
    def of_merchant(self) -> bool:
        return isinstance(self.scope, Scope)

    @property
    def choose_at(self) -> str:
        return self._address("connect") + self.query

    @property
    def platform_at(self) -> str:
        """Before a platform's name."""
        return self._address("connect_platform", "x").removesuffix("x/")

    @property
    def done_at(self) -> str:
        return self._address("vendors" if self.of_merchant else "store")

    @property
    def query(self) -> str:
        return f"?vendor={self.vendor.pk}" if self.of_merchant and self.vendor else ""

    def _address(self, name: str, *values: str) -> str:
        slug = self.scope.marketplace.slug
        if isinstance(self.scope, Scope):
            return reverse(name, args=[slug, *values])
        return reverse(f"vendor_{name}", args=[slug, self.scope.vendor.pk, *values])


@change
@require_safe
def choose(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The platforms that there are, and what keeps one from this role."""
    return _choose(request, Way(scope, _vendor(scope, request.GET.get("vendor", ""))))


@vendor_page
@require_safe
def vendor_choose(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    return _choose(request, Way(scope, scope.vendor))


@csp_update(CONSENT)
@change
@require_http_methods(["GET", "HEAD", "POST"])
def platform(request: HttpRequest, scope: Scope, name: str) -> HttpResponse:
    """What the platform can do in this role and how a store of it is connected; sent, it begins."""
    given = request.POST if request.method == "POST" else request.GET
    return _platform(request, Way(scope, _vendor(scope, given.get("vendor", ""))), name)


@csp_update(CONSENT)
@vendor_page
@require_http_methods(["GET", "HEAD", "POST"])
def vendor_platform(request: HttpRequest, scope: VendorScope, name: str) -> HttpResponse:
    return _platform(request, Way(scope, scope.vendor), name)


@login_required
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Back from the store. What was begun is used once, whatever comes of it."""
    sealed, at = request.session.pop(PENDING, ""), request.session.pop(PLACE, {})
    way = _way_back(request, at)
    try:
        _finish(request, way, b64decode(sealed), request.GET.dict())
    except Refused as refused:
        messages.error(request, _words(refused))
        joined = "&" if way.query else "?"
        return HttpResponseRedirect(f"{way.platform_at}{at['platform']}/{way.query}{joined}way={at['way']}")
    return redirect(way.done_at)


@csrf_exempt
@require_POST
def posted(request: HttpRequest, state: str) -> HttpResponse:
    """Keys from a store's server, which has no session with us: the address itself is what it was told, once."""
    try:
        take_post(state=state, body=request.read(LARGEST_POST + 1), now=datetime.now(UTC))
    except (CallbackRefused, RequestDataTooBig) as error:
        raise Http404 from error
    return HttpResponse(status=200)


def _choose(request: HttpRequest, way: Way) -> HttpResponse:
    context = _context(way) | {"offers": offers(role_of(way.vendor))}
    return render(request, "web/connect.html", context)


def _platform(request: HttpRequest, way: Way, name: str) -> HttpResponse:
    try:
        found = offer(name, role_of(way.vendor))
    except UnknownPlatform as error:
        raise Http404 from error
    if request.method == "POST":
        return _begin(request, way, found)
    return _page(request, way, found)


def _way_back(request: HttpRequest, at: dict[str, Any]) -> Way:
    """Whoever began must still be allowed to."""
    slug, vendor = at.get("slug", ""), at.get("vendor", "")
    if at.get("side") == "vendor":
        theirs = for_vendor(request.user, slug, int(vendor))
        return Way(theirs, theirs.vendor)
    scope = for_marketplace(request.user, slug)
    if not scope.may_change:
        raise PermissionDenied
    return Way(scope, _vendor(scope, str(vendor)))


def _begin(request: HttpRequest, way: Way, found: Offer) -> HttpResponse:
    name = request.POST.get("way", "")
    try:
        step = begin_connecting(
            marketplace=way.scope.marketplace,
            vendor=way.vendor,
            platform=found.platform.name,
            way=name,
            typed_domain=request.POST.get("domain", "")[:300],
            values={name: value for name, value in request.POST.items() if isinstance(value, str)},
            back=_address("connect_back"),
            post=_address("connect_posted", "x").removesuffix("x"),
            now=datetime.now(UTC),
        )
        if not step.address:
            _finish(request, way, step.sealed, {})
            return redirect(way.done_at)
    except Refused as refused:
        return _page(request, way, found, refused)
    request.session[PENDING] = b64encode(step.sealed).decode()
    request.session[PLACE] = {
        "side": "merchant" if way.of_merchant else "vendor",
        "slug": way.scope.marketplace.slug,
        "platform": found.platform.name,
        "vendor": way.vendor.pk if way.vendor else "",
        "way": name,
    }
    return HttpResponseRedirect(step.address)


def _finish(request: HttpRequest, way: Way, sealed: bytes, query: dict[str, str]) -> None:
    store = finish_connecting(sealed=sealed, query=query, now=datetime.now(UTC), who=way.scope.who)
    messages.success(request, _("%(domain)s is connected.") % {"domain": store.domain})


def _context(way: Way) -> dict[str, Any]:
    at = "vendors" if way.of_merchant else "vendor_store"
    return {"scope": way.scope, "at": at, "vendor": way.vendor, "connects": way, "frame": way.frame}


def _page(request: HttpRequest, way: Way, found: Offer, refused: Refused | None = None) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    shown = phrases_platforms.abilities(found.platform.capabilities, found.role)
    chosen = given.get("way") or next((way.name for way in found.connecting.ways), "")
    context = _context(way) | {
        "offer": found,
        "limits": [each for each in shown if each.why],
        "whole": [each for each in shown if not each.why],
        "scopes": found.connecting.scopes(found.role),
        "ways": [_shown(each, each.name == chosen, given, refused) for each in found.connecting.ways],
        "domain": given.get("domain", ""),
        "wrong": refused.field if refused else "",
        "wrong_words": _words(refused) if refused else "",
    }
    return render(request, "web/connect_platform.html", context, status=422 if refused else 200)


def _shown(way: Offered, chosen: bool, given: QueryDict, refused: Refused | None) -> dict[str, object]:
    """A way as the page shows it. Secrets are typed again."""
    wrong = refused.field if refused and chosen else ""
    fields = [
        {
            "name": field.name,
            "title": in_words(field.title),
            "help": in_words(field.help),
            "secret": field.secret,
            "value": "" if field.secret or not chosen else given.get(field.name, ""),
            "said": _words(refused) if refused and field.name == wrong else "",
        }
        for field in way.fields
    ]
    return {
        "name": way.name,
        "title": in_words(way.title),
        "help": in_words(way.help).replace("{back}", _address("connect_back")),
        "leaves": way.how is not How.KEYS,
        "fields": fields,
        "chosen": chosen,
        "elsewhere": chosen and refused is not None and wrong not in {"domain", *(field.name for field in way.fields)},
    }


def _vendor(scope: Scope, number: str) -> Vendor | None:
    return get_object_or_404(scope.vendors, pk=int(number)) if number.isdecimal() and len(number) < 19 else None


def _address(name: str, *values: str) -> str:
    return f"{settings.CROSSDOCK_URL}{reverse(name, args=values)}"


def _words(refused: Refused) -> str:
    """What the refusal says for itself where it names a field, else what its kind is called, and why."""
    why = str(refused)
    if refused.field:
        return why
    kind = str(phrases.refusal(refused.code))
    return f"{kind} ({why})" if why != refused.code else kind
