"""One act on the orders that were ticked in the list, and what became of each. Not here: the acts (operations)."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossdock.models import OrderBatch
from crossdock.operations.order_batch import DONE, MOST, act_on_orders
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page
from crossdock.web.merchant.orders_list import as_query, narrowed, read
from crossdock.web.phrase import say
from crossdock.web.phrases_order_list import ACTS, WERE

MOST_DIGITS = 18


@change
@require_POST
def act(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Sent twice it is carried out once, and leads to the same page."""
    back = narrowed(scope, as_query(read(request.POST)))
    ticked = [int(each) for each in request.POST.getlist("order") if each.isdecimal() and len(each) <= MOST_DIGITS]
    if len(ticked) > MOST:
        messages.error(request, _("That is too much at once. Tick fewer orders."))
        return redirect(back)
    try:
        batch = act_on_orders(
            marketplace=scope.marketplace,
            act=request.POST.get("act", ""),
            orders=ticked,
            key=request.POST.get("key", "").replace("\0", ""),
            now=datetime.now(UTC),
            who=scope.who,
        )
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
        return redirect(back)
    return redirect("acted_on_orders", slug=scope.marketplace.slug, number=batch.pk)


@page
@require_safe
def acted(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """What became of each order."""
    batch = get_object_or_404(OrderBatch, marketplace=scope.marketplace, pk=number)
    names = dict(scope.orders.filter(pk__in=batch.orders).values_list("pk", "name"))
    results = [(each, names.get(each, ""), batch.results.get(str(each), {})) for each in batch.orders]
    rows = [(each, name, told.get("code") == DONE, _said(batch.act, told)) for each, name, told in results if name]
    context = {
        "scope": scope,
        "at": "orders",
        "batch": batch,
        "act": ACTS.get(batch.act, batch.act),
        "rows": rows,
        "done": sum(1 for row in rows if row[2]),
    }
    return render(request, "web/orders_acted.html", context)


def _said(act: str, told: dict[str, object]) -> str:
    if not told:
        return _("Not done yet. Send the form again.")
    return say(WERE.get(act, ""), told) if told["code"] == DONE else phrases.refusal(str(told["code"]))
