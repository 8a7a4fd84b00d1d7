"""Privacy: a buyer's data shown or forgotten, how long it is kept, what platforms ask, and who did what. For owners.

Addresses of buyers travel in bodies only, never in an address of ours. Not here: what is done (operations/privacy.py).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from crossdock.operations import privacy as rules
from crossdock.operations.buyers import MOST, orders_of_buyer
from crossdock.operations.find import OURS
from crossdock.operations.privacy_export import export_buyer, export_orders
from crossdock.operations.privacy_requests import answer_privacy_request, list_requests, named_orders
from crossdock.operations.record import Refused
from crossdock.operations.settings import BadSetting
from crossdock.web import phrases
from crossdock.web.access import Scope, manage
from crossdock.web.phrases_privacy import ASKS

ON_A_PAGE = 25
SHOWN = 50
TO_ANSWER = timedelta(days=30)  # what platforms and the law give


@manage
@never_cache
@reauthentication_required
def privacy(request: HttpRequest, scope: Scope) -> HttpResponse:
    """`?order=`: of that order of ours, as its page leads here."""
    number = request.GET.get("order", "")
    return _found(request, scope, f"id:{number}") if number else _page(request, scope)


@manage
@never_cache
@require_POST
@reauthentication_required
def find_buyer(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The buyer's orders, and what can be done."""
    return _found(request, scope, request.POST.get("buyer", ""))


@manage
@never_cache
@require_POST
@reauthentication_required
def export(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The file."""
    buyer = request.POST.get("buyer", "")
    try:
        told = export_buyer(marketplace=scope.marketplace, buyer=buyer, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        return _refused(request, scope, buyer, refused)
    return _file(told)


@manage
@require_POST
@reauthentication_required
def erase(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Now where an order is done, else as soon as it is."""
    buyer = request.POST.get("buyer", "")
    try:
        found = list(orders_of_buyer(marketplace=scope.marketplace, text=buyer).defer("sealed")[:MOST])
    except Refused as refused:
        return _refused(request, scope, buyer, refused)
    _say(request, rules.erase_buyers(orders=found, now=datetime.now(UTC), who=scope.who))
    return redirect("privacy", scope.marketplace.slug)


@manage
@require_POST
@reauthentication_required
def give_up(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One order whose end is not waited for."""
    order = get_object_or_404(scope.orders.defer("sealed"), pk=number)
    try:
        rules.erase_buyer(order=order, now=datetime.now(UTC), who=scope.who, unfinished=True)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("The buyer was forgotten; what waited of the order is cancelled."))
    return redirect("privacy", scope.marketplace.slug)


@manage
@require_POST
@reauthentication_required
def keep_days(request: HttpRequest, scope: Scope) -> HttpResponse:
    """First says what it would forget; counts once that was confirmed."""
    text, now = request.POST.get("days", "").strip(), datetime.now(UTC)
    try:
        days = _days(text)
        if days and request.POST.get("seen") != str(days):
            would = rules.what_expires(marketplace=scope.marketplace, days=days, now=now)
            return _page(request, scope, days=days, would=would)
        rules.set_retention(marketplace=scope.marketplace, days=days, now=now, who=scope.who)
    except BadSetting:
        words = _("Between 1 and %(most)s days; 0 keeps buyers' data.") % {"most": rules.MOST_DAYS}
        return _page(request, scope, 422, days=text, wrong="days", wrong_words=words)
    messages.success(request, _("Saved."))
    return redirect("privacy", scope.marketplace.slug)


@manage
@never_cache
@require_POST
@reauthentication_required
def export_request(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """The file of the orders that a platform's request names."""
    row = get_object_or_404(list_requests(marketplace=scope.marketplace), pk=number)
    orders = list(named_orders(row).select_related("store")[:MOST])
    return _file(export_orders(marketplace=scope.marketplace, orders=orders, now=datetime.now(UTC), who=scope.who))


@manage
@require_POST
@reauthentication_required
def answer_request(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(list_requests(marketplace=scope.marketplace), pk=number)
    try:
        found = answer_privacy_request(request=row, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
        return redirect("privacy", scope.marketplace.slug)
    if found.erased or found.later:
        _say(request, found)
    messages.success(request, _("Noted as answered."))
    return redirect("privacy", scope.marketplace.slug)


def _found(request: HttpRequest, scope: Scope, buyer: str) -> HttpResponse:
    try:
        found = list(orders_of_buyer(marketplace=scope.marketplace, text=buyer).defer("sealed")[:MOST])
    except Refused as refused:
        return _refused(request, scope, buyer, refused)
    done = rules.done_among(orders=found)
    return _page(
        request,
        scope,
        buyer=buyer,
        typed=found[0].name or buyer if buyer.startswith(OURS) else buyer,
        found=[(row, row.pk in done) for row in found[:SHOWN]],
        found_count=len(found),
    )


def _file(told: dict[str, Any]) -> HttpResponse:
    answer = HttpResponse(json.dumps(told, indent=2, ensure_ascii=False, default=str), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="buyer.json"'
    return answer


def _refused(request: HttpRequest, scope: Scope, buyer: str, refused: Refused) -> HttpResponse:
    words = phrases.refusal(refused.code)
    return _page(request, scope, 422, typed=buyer, wrong="buyer", wrong_words=words)


def _say(request: HttpRequest, found: rules.Erased) -> None:
    if found.erased:
        words = ngettext(
            "The buyer of %(n)s order was forgotten.", "The buyers of %(n)s orders were forgotten.", found.erased
        )
        messages.success(request, words % {"n": found.erased})
    if found.later:
        words = ngettext(
            "%(n)s order is not done: its buyer is forgotten as soon as it is.",
            "%(n)s orders are not done: their buyers are forgotten as soon as they are.",
            found.later,
        )
        messages.warning(request, words % {"n": found.later})


def _days(text: str) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise BadSetting("a number of days", field="days")
    return int(text)


def _page(request: HttpRequest, scope: Scope, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "web/privacy.html", _context(request, scope) | more, status=status)


def _context(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    number = request.GET.get("page", "1")
    wanted = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    first = (wanted - 1) * ON_A_PAGE
    history = list(rules.privacy_history(marketplace=scope.marketplace)[first : first + ON_A_PAGE + 1])
    waiting = list(rules.waiting_erasures(marketplace=scope.marketplace)[: SHOWN + 1])
    return {
        "scope": scope,
        "at": "order_sync",
        "days": scope.marketplace.retention_days,
        "requests": [
            (row, ASKS.get(row.data.get("asks", ""), ""), row.received_at + TO_ANSWER)
            for row in list_requests(marketplace=scope.marketplace)[:SHOWN]
        ],
        "waiting": waiting[:SHOWN],
        "more_waiting": len(waiting) > SHOWN,
        "history": [(each, "") for each in history[:ON_A_PAGE]],
        "page": wanted,
        "more": len(history) > ON_A_PAGE,
    }
