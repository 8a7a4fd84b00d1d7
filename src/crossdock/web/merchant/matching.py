"""Suggested pairs side by side, confirmed or refused one by one or many at once; files of links in and out.

Not here: how pairs are found (core/matching.py), or listings (listings.py).
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, cast

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crossdock.core.matching_score import AUTO_CONFIRM
from crossdock.models import LinkSuggestion, Vendor
from crossdock.operations.linking import confirm, confirm_sure, forget_refusals, refuse, suggest
from crossdock.operations.linking_csv import export_links, import_links
from crossdock.operations.linking_lists import count_suggestions, list_suggestions
from crossdock.operations.record import Refused
from crossdock.web import phrases, phrases_matching
from crossdock.web.access import Scope, change, page

State = LinkSuggestion.State
ON_A_PAGE = 50
ERRORS_SHOWN = 20


@page
def matching(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Open pairs (or those refused), best first; of one vendor or of all."""
    vendor = _vendor(scope, request.GET.get("vendor", ""))
    state = State.REFUSED if request.GET.get("show") == "refused" else State.OPEN
    try:
        found = list_suggestions(
            marketplace=scope.marketplace,
            vendor=vendor,
            state=state,
            cursor=request.GET.get("after", "")[:40],
            limit=ON_A_PAGE,
        )
    except Refused:
        return redirect(_address(scope, vendor))
    counts = count_suggestions(marketplace=scope.marketplace, sure=AUTO_CONFIRM)
    names = scope.vendors.filter(stores__isnull=False).order_by("name").values_list("pk", "name")[:500]
    context = {
        "scope": scope,
        "at": "listings",
        "tab": state.value,
        "rows": found.items,
        "after": found.cursor,
        "vendor": vendor,
        "vendors": [(pk, name, *counts.get(pk, (0, 0))) for pk, name in names],
        "sure": counts.get(vendor.pk, (0, 0))[1] if vendor else 0,
    }
    return render(request, "web/matching.html", context)


@change
@require_POST
def look_for_pairs(request: HttpRequest, scope: Scope) -> HttpResponse:
    vendor = _vendor(scope, request.POST.get("vendor", ""))
    if vendor is None:
        messages.error(request, _("Choose the vendor."))
        return redirect(_address(scope, None))
    try:
        made = suggest(vendor=vendor, who=scope.who, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        said = ngettext("{count} pair was found.", "{count} pairs were found.", made.pairs)
        messages.success(request, said.format(count=made.pairs))
    return redirect(_address(scope, vendor))


@change
@require_POST
def decide_pairs(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Confirm or refuse those ticked, take refusals back, or confirm all of a vendor that need no person."""
    vendor, now = _vendor(scope, request.POST.get("vendor", "")), datetime.now(UTC)
    ids = [int(text) for text in request.POST.getlist("pair") if text.isdecimal() and len(text) < 19]
    answer = request.POST.get("answer", "")
    try:
        if answer == "forget":
            count = forget_refusals(marketplace=scope.marketplace, ids=ids, who=scope.who, now=now)
            said = ngettext("{n} pair is suggested again.", "{n} pairs are suggested again.", count)
            messages.success(request, said.format(n=count))
        elif answer == "refuse":
            count = refuse(marketplace=scope.marketplace, ids=ids, who=scope.who, now=now)
            messages.success(request, ngettext("{n} pair refused.", "{n} pairs refused.", count).format(n=count))
        else:
            made = (
                confirm_sure(vendor=vendor, who=scope.who, now=now)
                if answer == "sure" and vendor is not None
                else confirm(marketplace=scope.marketplace, ids=ids, who=scope.who, now=now)
            )
            messages.success(request, ngettext("{n} link made.", "{n} links made.", made.linked).format(n=made.linked))
            if made.stale or made.busy:
                messages.warning(request, _("Some were linked otherwise meanwhile, or are being made; they stay."))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    return redirect(_address(scope, vendor))


@page
def export(request: HttpRequest, scope: Scope) -> StreamingHttpResponse:
    """All links as a file."""
    vendor = _vendor(scope, request.GET.get("vendor", ""))
    parts = export_links(marketplace=scope.marketplace, vendor=vendor)
    headers = {"Content-Disposition": f'attachment; filename="links-{scope.marketplace.slug}.csv"'}
    content = _page_by_page(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@change
@require_POST
def import_file(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Links from a file: the good rows are made, the wrong ones said."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file."))
        return redirect(_address(scope, None))
    try:
        made = import_links(
            marketplace=scope.marketplace,
            file=cast(BinaryIO, file.file),
            replace=request.POST.get("replace") == "yes",
            dry_run=request.POST.get("dry_run") == "yes",
            who=scope.who,
            now=datetime.now(UTC),
        )
    except Refused as refused:
        messages.error(request, f"{phrases.refusal(refused.code)} {refused}")
        return redirect(_address(scope, None))
    errors = [(each, phrases_matching.ROW_PROBLEMS[each.problem]) for each in made.errors[:ERRORS_SHOWN]]
    context = {"scope": scope, "at": "listings", "made": made, "errors": errors}
    return render(request, "web/links_imported.html", context)


async def _page_by_page(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Sent as they are read: a file of a million links is never in memory as a whole."""
    while part := await sync_to_async(_next)(parts):
        yield part


def _next(parts: Iterator[bytes]) -> bytes:
    return next(parts, b"")


def _vendor(scope: Scope, text: str) -> Vendor | None:
    rows = scope.vendors.select_related("marketplace")
    return get_object_or_404(rows, pk=int(text) if text.isdecimal() and len(text) < 19 else 0) if text else None


def _address(scope: Scope, vendor: Vendor | None) -> str:
    address = reverse("matching", args=[scope.marketplace.slug])
    return f"{address}?vendor={vendor.pk}" if vendor else address
