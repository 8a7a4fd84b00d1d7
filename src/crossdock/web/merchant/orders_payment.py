"""An order counted as paid by hand, and that taken back. Not here: what it releases (operations/payment.py, core)."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.operations import payment
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import Scope, change


@change
@require_POST
def mark_paid(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """With a note for the others, if one was written."""
    row = get_object_or_404(scope.orders, pk=number)
    note = request.POST.get("note", "").replace("\0", "")
    try:
        payment.mark_paid(order=row, now=datetime.now(UTC), who=scope.who, note=note)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("The order counts as paid. What waited for that alone goes out."))
    return redirect("order", slug=scope.marketplace.slug, number=row.pk)


@change
@require_POST
def take_back_paid(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.orders, pk=number)
    try:
        payment.take_back_paid(order=row, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Taken back. The order counts as its store says again."))
    return redirect("order", slug=scope.marketplace.slug, number=row.pk)
