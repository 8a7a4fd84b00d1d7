"""API tokens: the list, making one (its secret is shown once), revoking one. For owners.

Not here: what a token opens (api), or what may be done with them (operations/tokens.py).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.operations.tokens import BadToken, list_tokens, make_token, revoke_token
from crossdock.web.access import Scope, manage
from crossdock.web.phrases_tokens import LASTS, SCOPES

VENDORS_OFFERED = 500


@manage
@reauthentication_required
def tokens(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Newest first."""
    return render(request, "web/tokens.html", _context(scope))


@manage
@require_POST
@reauthentication_required
def add_token(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The answer shows the secret: the one time that anybody sees it."""
    now, given = datetime.now(UTC), _given(request)
    number = given["vendor"]
    vendor = get_object_or_404(scope.vendors, pk=int(number)) if number.isdecimal() and len(number) < 19 else None
    lasts = given["lasts"]
    try:
        made, secret = make_token(
            marketplace=scope.marketplace,
            vendor=vendor,
            name=given["name"],
            scopes=given["scopes"],
            expires_at=now + timedelta(days=int(lasts)) if lasts in LASTS and lasts else None,
            now=now,
            who=scope.who,
        )
    except BadToken as refused:
        context = _context(scope) | given | {"wrong": refused.field, "wrong_words": str(refused)}
        return render(request, "web/tokens.html", context, status=422)
    return render(request, "web/tokens.html", _context(scope) | {"secret": secret, "made": made})


@manage
@require_POST
@reauthentication_required
def remove_token(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(list_tokens(marketplace=scope.marketplace), pk=number)
    revoke_token(token=row, now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("Revoked. It opens nothing any more."))
    return redirect("tokens", scope.marketplace.slug)


def _given(request: HttpRequest) -> dict[str, Any]:
    texts = {name: request.POST.get(name, "") for name in ("name", "vendor", "lasts")}
    return texts | {"scopes": request.POST.getlist("scopes")}


def _context(scope: Scope) -> dict[str, Any]:
    now = datetime.now(UTC)
    rows = list_tokens(marketplace=scope.marketplace)
    vendors = scope.vendors.order_by("name").values_list("pk", "name")
    return {
        "scope": scope,
        "at": "order_sync",
        "rows": [(row, row.expires_at is not None and row.expires_at <= now) for row in rows],
        "known": SCOPES,
        "lengths": LASTS,
        "vendors": [(str(number), name) for number, name in vendors[:VENDORS_OFFERED]],
        "lasts": "365",
        "scopes": [],
    }
