"""Who belongs to a marketplace, or to one vendor of it: the list, invitations, roles, leaving. One set of pages for
both sides; the scope says whose they are.

Not here: where an invitation's link leads (invitation.py).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from crossdock.models import Membership, Vendor
from crossdock.operations.invitations import Invited, invite, is_open, send_again, withdraw_invitation
from crossdock.operations.people import MERCHANTS, VENDORS, change_role, remove_person
from crossdock.operations.record import Refused
from crossdock.operations.vendors import add_vendor
from crossdock.web import phrases
from crossdock.web.access import Scope, manage, page, vendor_manage, vendor_page
from crossdock.web.people.roles import ROLES
from crossdock.web.vendor.scope import VendorScope

ON_A_PAGE = 50
NAMES_OFFERED = 300
AnyScope = Scope | VendorScope
View = Callable[..., HttpResponse]


def _asks_an_owner(request: HttpRequest) -> bool:
    """Another owner of the marketplace may take it over: only who has just given the password may ask one."""
    return request.POST.get("role") == Membership.Role.OWNER


class Side(Struct, frozen=True):
    """Whose people a scope is about: the names of its pages, their frame, the roles that can be given there."""

    prefix: str
    frame: str
    roles: tuple[str, ...]
    arguments: dict[str, Any]
    vendor: Vendor | None


class Asked(forms.Form):
    """Whom to invite, to what. `vendor`: by name, on the merchant's side; `new`: it is to be added."""

    email = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254)
    role = forms.CharField(max_length=40)
    vendor = forms.CharField(required=False, max_length=200)
    new = forms.BooleanField(required=False)


@require_safe
def people(request: HttpRequest, scope: AnyScope) -> HttpResponse:
    """By name: the merchant's own people first, then vendors'."""
    return _page(request, scope)


@require_POST
@reauthentication_required(enabled=_asks_an_owner)
def ask(request: HttpRequest, scope: AnyScope) -> HttpResponse:
    """Invite somebody: one of the merchant's roles, or a vendor's."""
    form, now = Asked(request.POST), datetime.now(UTC)
    if not form.is_valid():
        return _page(request, scope, form)
    given = form.cleaned_data
    try:
        vendor = _vendor(scope, given, now) if isinstance(scope, Scope) else scope.vendor
        done = invite(
            marketplace=scope.marketplace, email=given["email"], role=given["role"], vendor=vendor, now=now,
            who=scope.who,
        )  # fmt: skip
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, str(phrases.refusal(refused.code)))
        return _page(request, scope, form)
    except Vendor.DoesNotExist:
        form.add_error("vendor", _("No vendor is called that. Tick that it is to be added, or mend the name."))
        return _page(request, scope, form)
    _say_sent(request, done)
    return _back(scope)


@require_POST
def again(request: HttpRequest, scope: AnyScope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.invitations, pk=number)
    try:
        _say_sent(request, send_again(invitation=row, now=datetime.now(UTC), who=scope.who))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    return _back(scope)


@require_POST
def withdraw(request: HttpRequest, scope: AnyScope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.invitations, pk=number)
    return _act(request, scope, withdraw_invitation, _("Withdrawn. Its link is of no use any more."), invitation=row)


@require_POST
@reauthentication_required
def role(request: HttpRequest, scope: AnyScope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.memberships, pk=number)
    return _act(request, scope, change_role, _("The role was changed."), membership=row, role=request.POST.get("role"))


@require_POST
@reauthentication_required
def remove(request: HttpRequest, scope: AnyScope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.memberships, pk=number)
    merchants = isinstance(scope, Scope)
    answer = _act(request, scope, remove_person, _("Removed."), membership=row, even_last=merchants)
    return redirect("home") if row.user_id == request.user.pk else answer


def _act(request: HttpRequest, scope: AnyScope, operation: Any, done: str, **values: Any) -> HttpResponse:
    try:
        operation(now=datetime.now(UTC), who=scope.who, **values)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, done)
    return _back(scope)


def _page(request: HttpRequest, scope: AnyScope, form: Asked | None = None) -> HttpResponse:
    side, now = _side(scope), datetime.now(UTC)
    number = request.GET.get("page", "1")
    shown = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    first = (shown - 1) * ON_A_PAGE
    found = scope.memberships.order_by(F("vendor__name").asc(nulls_first=True), "user__username", "pk")
    rows = list(found[first : first + ON_A_PAGE])
    waiting = scope.invitations.filter(accepted_at=None, withdrawn_at=None).order_by("-id")[:ON_A_PAGE]
    merchants = isinstance(scope, Scope)
    context = {
        "scope": scope,
        "side": side,
        "at": "people",
        "frame": side.frame,
        "rows": [(row, ROLES[row.role], _roles_of(row.vendor_id)) for row in rows],
        "waiting": [(row, ROLES[row.role], is_open(row, now)) for row in waiting],
        "roles": [(code, ROLES[code]) for code in side.roles],
        "vendor_roles": [(code, ROLES[code]) for code in VENDORS] if merchants else [],
        "vendors": scope.vendors.order_by("name").values_list("name", flat=True)[:NAMES_OFFERED]
        if isinstance(scope, Scope)
        else [],
        "form": form or Asked(initial={"vendor": request.GET.get("vendor", "")[:200]}),
        "page": shown,
        "more": len(rows) == ON_A_PAGE,
    }
    return render(request, "web/people/people.html", context, status=422 if form is not None else 200)


def _roles_of(vendor_id: int | None) -> list[tuple[str, Any]]:
    return [(code, ROLES[code]) for code in (MERCHANTS if vendor_id is None else VENDORS)]


def _side(scope: AnyScope) -> Side:
    if isinstance(scope, Scope):
        return Side("", "web/frame.html", MERCHANTS, {"slug": scope.marketplace.slug}, None)
    arguments = {"slug": scope.marketplace.slug, "vendor": scope.vendor.pk}
    return Side("vendor_", "web/vendor/frame.html", VENDORS, arguments, scope.vendor)


def _vendor(scope: Scope, given: dict[str, Any], now: datetime) -> Vendor | None:
    """The vendor that the merchant names, added where it says so. Raises Vendor.DoesNotExist."""
    if given["role"] not in VENDORS:
        return None
    name = given["vendor"].strip()
    found = scope.vendors.filter(name__iexact=name).first()
    if found is None and given["new"] and name:
        found = add_vendor(marketplace=scope.marketplace, name=name, email=given["email"], now=now, who=scope.who)
    if found is None:
        raise Vendor.DoesNotExist
    return found


def _say_sent(request: HttpRequest, done: Invited) -> None:
    if not done.failed:
        messages.success(request, _("The invitation went to %(email)s.") % {"email": done.invitation.email})
        return
    words = _("The mail could not be sent (%(why)s). Give this link yourself; it is shown only now: %(link)s")
    messages.error(request, words % {"why": done.failed, "link": done.link})


def _back(scope: AnyScope) -> HttpResponse:
    side = _side(scope)
    return redirect(f"{side.prefix}people", **side.arguments)


# The merchant's side, and one vendor's.
merchant_people, vendor_people = page(people), vendor_page(people)
merchant_ask, vendor_ask = manage(ask), vendor_manage(ask)
merchant_again, vendor_again = manage(again), vendor_manage(again)
merchant_withdraw, vendor_withdraw = manage(withdraw), vendor_manage(withdraw)
merchant_role, vendor_role = manage(role), vendor_manage(role)
merchant_remove, vendor_remove = manage(remove), vendor_manage(remove)
