"""Who may see and do what: every view gets its rows from a scope, and a scope only from `for_marketplace` (the
merchant's people) or `for_vendor` (one vendor's people).

Not here: log-in (allauth), or the vendors' scope itself (vendor/scope.py).
"""

from collections.abc import Callable
from functools import wraps
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from msgspec import Struct

from crossdock.models import (
    Activity,
    Attention,
    Call,
    CataloguePolicyChange,
    Invitation,
    Level,
    Listing,
    Marketplace,
    Membership,
    MerchantOrder,
    Parcel,
    PolicyChange,
    Store,
    User,
    Vendor,
    VendorOrder,
)
from crossdock.web.vendor.scope import VendorScope

VENDORS = (Membership.Role.VENDOR_OWNER, Membership.Role.VENDOR_STAFF)
SEES = (Membership.Role.OWNER, Membership.Role.STAFF, Membership.Role.READ_ONLY)
CHANGES = (Membership.Role.OWNER, Membership.Role.STAFF)

View = Callable[..., HttpResponseBase]


class Scope(Struct, frozen=True):
    """One person in one marketplace. Its rows are this marketplace's and no other's."""

    marketplace: Marketplace
    role: str
    who: str

    @property
    def may_change(self) -> bool:
        return self.role in CHANGES

    @property
    def may_manage(self) -> bool:
        """People and their roles are the owners'."""
        return self.role == Membership.Role.OWNER

    @property
    def memberships(self) -> QuerySet[Membership]:
        return Membership.objects.filter(marketplace=self.marketplace).select_related("user", "vendor", "marketplace")

    @property
    def invitations(self) -> QuerySet[Invitation]:
        return Invitation.objects.filter(marketplace=self.marketplace).select_related("vendor", "marketplace")

    @property
    def orders(self) -> QuerySet[MerchantOrder]:
        return MerchantOrder.objects.filter(marketplace=self.marketplace).select_related("store", "marketplace")

    @property
    def vendor_orders(self) -> QuerySet[VendorOrder]:
        return VendorOrder.objects.filter(marketplace=self.marketplace).select_related("order", "vendor")

    @property
    def parcels(self) -> QuerySet[Parcel]:
        return Parcel.objects.filter(order__marketplace=self.marketplace)

    @property
    def attention(self) -> QuerySet[Attention]:
        return Attention.objects.filter(marketplace=self.marketplace)

    @property
    def vendors(self) -> QuerySet[Vendor]:
        return Vendor.objects.filter(marketplace=self.marketplace)

    @property
    def stores(self) -> QuerySet[Store]:
        return Store.objects.filter(marketplace=self.marketplace)

    @property
    def activities(self) -> QuerySet[Activity]:
        return Activity.objects.filter(marketplace=self.marketplace)

    @property
    def calls(self) -> QuerySet[Call]:
        return Call.objects.filter(marketplace_id=self.marketplace.pk)

    @property
    def listings(self) -> QuerySet[Listing]:
        return Listing.objects.filter(marketplace=self.marketplace).select_related("vendor", "store", "marketplace")

    @property
    def levels(self) -> QuerySet[Level]:
        return Level.objects.filter(marketplace=self.marketplace).select_related("marketplace")

    @property
    def catalogue_changes(self) -> QuerySet[CataloguePolicyChange]:
        rows = CataloguePolicyChange.objects.filter(policy__marketplace=self.marketplace)
        return rows.select_related("policy__vendor")

    @property
    def policy_changes(self) -> QuerySet[PolicyChange]:
        return PolicyChange.objects.filter(policy__marketplace=self.marketplace).select_related("policy__vendor")


def for_marketplace(user: Any, slug: str) -> Scope:
    """What `user` may see of the marketplace called `slug`. Raises Http404 where that is nothing: a stranger does not
    even learn that it is there."""
    found = (
        Membership.objects.filter(user=user.pk, marketplace__slug=slug, role__in=SEES)
        .select_related("marketplace")
        .first()
    )
    if found is None:
        raise Http404
    return Scope(found.marketplace, found.role, user.get_username())


def for_vendor(user: Any, slug: str, vendor: int) -> VendorScope:
    """What `user` may see of one vendor of the marketplace called `slug`: that vendor's people only. Raises Http404
    where that is nothing."""
    found = (
        Membership.objects.filter(user=user.pk, marketplace__slug=slug, vendor=vendor, role__in=VENDORS)
        .select_related("marketplace", "vendor")
        .first()
    )
    if found is None or found.vendor is None:
        raise Http404
    return VendorScope(found.marketplace, found.vendor, found.role, user.get_username())


def first_marketplace(user: User) -> Marketplace | None:
    """Where one of the merchant's people begins."""
    found = user.memberships.filter(role__in=SEES).select_related("marketplace").order_by("pk").first()
    return found.marketplace if found else None


def first_vendor(user: User) -> Membership | None:
    """Where one of a vendor's people begins."""
    return user.memberships.filter(role__in=VENDORS).select_related("marketplace", "vendor").order_by("pk").first()


def page(view: View) -> View:
    """A page of one marketplace: the view gets the scope in place of the slug. A page that asks for a piece of itself
    after the log-in has ended goes to the log-in as a whole."""

    @wraps(view)
    def scoped(request: HttpRequest, slug: str, **values: Any) -> HttpResponseBase:
        return view(request, for_marketplace(request.user, slug), **values)

    return _entered(scoped)


def vendor_page(view: View) -> View:
    """The same of one vendor's side."""

    @wraps(view)
    def scoped(request: HttpRequest, slug: str, vendor: int, **values: Any) -> HttpResponseBase:
        return view(request, for_vendor(request.user, slug, vendor), **values)

    return _entered(scoped)


def change(view: View) -> View:
    """A page that changes something: only for those who may."""
    return page(_guarded(view, attrgetter("may_change")))


def manage(view: View) -> View:
    """A page about people and their roles: only for owners."""
    return page(_guarded(view, attrgetter("may_manage")))


def vendor_manage(view: View) -> View:
    """The same of one vendor's side. (All of a vendor's people may change what is the vendor's.)"""
    return vendor_page(_guarded(view, attrgetter("may_manage")))


def _entered(scoped: View) -> View:
    inside = login_required(scoped)

    @wraps(scoped)
    def entered(request: HttpRequest, **values: Any) -> HttpResponseBase:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
        return inside(request, **values)

    return entered


def _guarded(view: View, may: Callable[[Any], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, scope: Any, **values: Any) -> HttpResponseBase:
        if not may(scope):
            raise PermissionDenied
        return view(request, scope, **values)

    return guarded
