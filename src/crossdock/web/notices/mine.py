"""A person's own notices, in every marketplace and for every vendor of theirs: the list, and what they want to hear.

Not here: the marketplace's defaults (settings.py).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.models import Notice
from crossdock.operations.notices import Choice, Reader, mark_read, notices_of, read_choices, readers_of, set_choices
from crossdock.web.notice_words import About, address, sentence, title
from crossdock.web.phrases_notices import NOTICES

ON_A_PAGE = 50
CHOICES: Mapping[str, bool | None] = {"on": True, "off": False, "inherit": None}


@login_required
def my_notices(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    number = request.GET.get("page", "1")
    first = (max(int(number), 1) - 1) * ON_A_PAGE if number.isdecimal() and len(number) < 6 else 0
    rows = notices_of(user=request.user).select_related(
        "marketplace", "vendor", "store", "order", "vendor_order__vendor", "attention"
    )
    rows = rows.defer("order__sealed", "vendor_order__sealed", "vendor_order__sealed_sent", "store__sealed")
    shown = [_shown(row) for row in rows[first : first + ON_A_PAGE]]
    page = first // ON_A_PAGE + 1
    context = {"rows": shown, "page": page, "more": len(shown) == ON_A_PAGE, "at": "my_notices"}
    return render(request, "web/notices/mine.html", context)


@login_required
def open_notice(request: HttpRequest, number: int) -> HttpResponse:
    """On the way to what it is about, it counts as read."""
    row = get_object_or_404(notices_of(user=request.user), pk=number)
    mark_read(user=request.user, now=datetime.now(UTC), ids=[row.pk])
    return redirect(address(about(row)) or "my_notices")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(user=request.user, now=datetime.now(UTC))
    return redirect("my_notices")


@login_required
def my_notice_settings(request: HttpRequest) -> HttpResponse:
    """For each marketplace and vendor, each kind by each channel."""
    groups = [(number, reader, tables(read_choices(reader=reader))) for number, reader in _readers(request)]
    return render(request, "web/notices/my_settings.html", {"groups": groups, "at": "my_notices"})


@require_POST
@login_required
def save_my_notice_settings(request: HttpRequest, number: int) -> HttpResponse:
    found = dict(_readers(request)).get(number)
    if found is None:
        raise Http404
    set_choices(
        reader=found, changes=read_form(request.POST, found), who=request.user.get_username(), now=datetime.now(UTC)
    )
    messages.success(request, _("Saved."))
    return redirect("my_notice_settings")


def tables(choices: list[Choice]) -> list[dict[str, Any]]:
    """By kind: its words, and its choice by each channel."""
    kinds: dict[str, dict[str, Any]] = {}
    for choice in choices:
        phrase = NOTICES[choice.kind]
        row = kinds.setdefault(choice.kind, {"title": phrase.title, "words": phrase.sentence, "ways": []})
        row["ways"].append(
            {
                "name": f"{choice.kind}.{choice.channel}",
                "choice": "inherit" if choice.own is None else "on" if choice.own else "off",
                "default": choice.default,
            }
        )
    return list(kinds.values())


def read_form(given: QueryDict, reader: Reader) -> dict[tuple[str, str], bool | None]:
    """What was chosen. A field that is missing changes nothing."""
    return {
        (choice.kind, choice.channel): CHOICES[given[name]]
        for choice in read_choices(reader=reader)
        if given.get(name := f"{choice.kind}.{choice.channel}") in CHOICES
    }


def _readers(request: HttpRequest) -> list[tuple[int, Reader]]:
    return list(enumerate(readers_of(user=request.user), start=1))  # type: ignore[arg-type]  # logged in


def _shown(row: Notice) -> dict[str, Any]:
    over = row.attention is not None and row.attention.closed_at is not None
    return {"row": row, "title": title(row.kind), "sentence": sentence(about(row)), "over": over}


def about(row: Notice) -> About:
    part, vendor = row.vendor_order, row.vendor
    if vendor is None and part is not None:
        vendor = part.vendor
    return About(
        kind=row.kind,
        audience=row.audience,
        slug=row.marketplace.slug,
        reason=row.reason,
        data=row.data,
        order_id=row.order_id,
        order=row.order.name if row.order else "",
        vendor_order_id=row.vendor_order_id,
        vendor_id=row.vendor_id,
        vendor=vendor.name if vendor else "",
        total=part.total if part else None,
        currency=part.currency if part else "",
        store=row.store.domain if row.store else "",
        attention_id=row.attention_id,
    )
