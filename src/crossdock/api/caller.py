"""Who calls: the token's marketplace or vendor as the scope that pages use, and what the token may do.

Not here: finding the token (operations/tokens.py), or its rows (web/access.py).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from msgspec import Struct

from crossdock.api.problems import Problem
from crossdock.models import ApiToken, Membership, Vendor
from crossdock.web.access import Scope, VendorScope

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "crossdock_caller"
Answers = Callable[..., HttpResponseBase]
MERCHANTS_ONLY = "This is the marketplace's; a vendor's token does not reach it."
NEEDS, MERCHANTS = "api_scope", "api_merchants_only"


class Caller(Struct, frozen=True):
    """One request's caller. `now` is the request's."""

    token: ApiToken
    scope: Scope | VendorScope
    now: datetime

    @property
    def who(self) -> str:
        return self.scope.who

    @property
    def vendor(self) -> Vendor | None:
        """Whose everything is narrowed to; None = the whole marketplace."""
        return self.token.vendor

    @property
    def merchant(self) -> Scope:
        """The marketplace's own scope. Raises Problem for a vendor's token."""
        if not isinstance(self.scope, Scope):
            raise Problem(403, "merchants_only", MERCHANTS_ONLY)
        return self.scope

    def may(self, scope: str) -> bool:
        return scope in self.token.scopes

    @property
    def by(self) -> dict[str, Any]:
        """What every operation wants to know."""
        return {"who": self.who, "now": self.now}


def caller_of(token: ApiToken) -> Caller:
    who = f"api:{token.name}"
    scope = (
        Scope(token.marketplace, Membership.Role.STAFF, who)
        if token.vendor is None
        else VendorScope(token.marketplace, token.vendor, Membership.Role.VENDOR_STAFF, who)
    )
    return Caller(token, scope, datetime.now(UTC))


def caller(request: HttpRequest) -> Caller:
    """Of a request that was let in (middleware.py)."""
    found: Caller = getattr(request, ATTRIBUTE)
    return found


def needs(scope: str, *, merchants: bool = False) -> Callable[[View], View]:
    """An endpoint for tokens with `scope`; `merchants`: not for a vendor's. `admitted` sees to it."""

    def decorate(view: View) -> View:
        setattr(view, NEEDS, scope)
        setattr(view, MERCHANTS, merchants)
        return view

    return decorate


def admitted(run: Answers) -> Answers:
    """Checks what an endpoint `needs` before anything of the request is read. `run` is ninja's, of one operation."""
    view = getattr(run, "__self__").view_func  # noqa: B009  a bound method has it, a Callable need not

    @wraps(run)
    def checked(request: HttpRequest, **values: Any) -> HttpResponseBase:
        mine, scope = caller(request), getattr(view, NEEDS, "")
        if scope and not mine.may(scope):
            return Problem(403, "scope_missing", f"This token lacks the scope {scope}.").answer
        if getattr(view, MERCHANTS, False) and mine.vendor is not None:
            return Problem(403, "merchants_only", MERCHANTS_ONLY).answer
        return run(request, **values)

    return checked


def vendor_of(mine: Caller, number: int | None) -> Vendor | None:
    """The vendor that a request names, within what the caller may see."""
    if mine.vendor is not None:
        return mine.vendor
    if number is None:
        return None
    rows = mine.merchant.vendors.select_related("marketplace")
    return get_object_or_404(rows, pk=number)
