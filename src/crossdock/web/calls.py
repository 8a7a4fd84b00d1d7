"""What a page of the log shows, the merchant's and a vendor's alike. Not here: whose lines (the scopes)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from crossdock.models import Call, MerchantOrder, Store, VendorOrder
from crossdock.operations.calls import WRONG, Wanted
from crossdock.web.phrase import Words
from crossdock.web.phrases_calls import CALL_KINDS, CALL_OUTCOMES, CALL_TONES

ON_A_PAGE = 50
WAYS: dict[str, Words] = {"out": _("Calls to stores"), "in": _("Webhooks from stores")}
SPANS: dict[str, tuple[Words, timedelta]] = {
    "hour": (_("Last hour"), timedelta(hours=1)),
    "day": (_("Last 24 hours"), timedelta(days=1)),
}
OUTCOMES: dict[str, tuple[Words, Sequence[str]]] = {
    "wrong": (_("Went wrong"), WRONG),
    "done": (CALL_OUTCOMES[Call.Outcome.DONE], (Call.Outcome.DONE,)),
    "refused": (CALL_OUTCOMES[Call.Outcome.REFUSED], (Call.Outcome.REFUSED,)),
    "limited": (CALL_OUTCOMES[Call.Outcome.LIMITED], (Call.Outcome.LIMITED,)),
    "failed": (CALL_OUTCOMES[Call.Outcome.FAILED], (Call.Outcome.FAILED,)),
}


class Filter(forms.Form):
    """What the log is narrowed to; odd values narrow nothing."""

    store = forms.IntegerField(required=False, min_value=1)
    way = forms.ChoiceField(required=False, choices=[(name, name) for name in WAYS])
    kind = forms.ChoiceField(required=False, choices=[(name, name) for name in CALL_KINDS])
    outcome = forms.ChoiceField(required=False, choices=[(name, name) for name in OUTCOMES])
    span = forms.ChoiceField(required=False, choices=[(name, name) for name in SPANS])
    q = forms.CharField(required=False, max_length=100)
    before = forms.IntegerField(required=False, min_value=1)


class Told(Struct, frozen=True):
    """One line as a list shows it."""

    row: Call
    store: str
    kind: Words
    outcome: Words
    tone: str
    order: tuple[int, str] | None  # the merchant's order, or the vendor's


def asked(request: HttpRequest) -> dict[str, Any]:
    """The filters as they were asked for."""
    form = Filter(request.GET)
    form.is_valid()
    return {name: form.cleaned_data.get(name) or "" for name in form.fields}


def wanted(filters: Mapping[str, Any], now: datetime) -> Wanted:
    span = SPANS.get(filters["span"])
    return Wanted(
        store_id=filters["store"] or None,
        way=filters["way"],
        kind=filters["kind"],
        outcomes=OUTCOMES[filters["outcome"]][1] if filters["outcome"] else (),
        since=now - span[1] if span else None,
        before=filters["before"] or None,
    )


def choices() -> dict[str, list[tuple[str, Words]]]:
    """Of the filters' selects."""
    return {
        "ways": list(WAYS.items()),
        "kinds": list(CALL_KINDS.items()),
        "outcomes": [(name, words) for name, (words, _) in OUTCOMES.items()],
        "spans": [(name, words) for name, (words, _) in SPANS.items()],
    }


def told(rows: Sequence[Call], *, vendors: bool = False) -> list[Told]:
    """Lines with their stores' and orders' names, by three statements however many there are."""
    stores = dict(Store.objects.filter(pk__in={row.store_id for row in rows}).values_list("pk", "domain"))
    parts = {
        pk: (pk if vendors else order_id, reference)
        for pk, order_id, reference in VendorOrder.objects.filter(pk__in=_refs(rows, "vendor_order")).values_list(
            "pk", "order_id", "reference"
        )
    }
    orders = MerchantOrder.objects.filter(pk__in=[] if vendors else _refs(rows, "order", "fulfillment"))
    names = {pk: (pk, name or remote) for pk, name, remote in orders.values_list("pk", "name", "remote_id")}
    return [
        Told(
            row,
            stores.get(row.store_id, "–"),
            CALL_KINDS.get(row.kind, row.kind),
            CALL_OUTCOMES.get(row.outcome, row.outcome),
            CALL_TONES.get(row.outcome, "mute"),
            (parts if row.kind == "vendor_order" else names).get(row.ref or 0),
        )
        for row in rows
    ]


def readable(payload: str) -> str:
    """A payload with a line for each field; one that was cut as it is."""
    try:
        return msgspec.json.format(payload, indent=2)
    except msgspec.DecodeError:
        return payload


def _refs(rows: Sequence[Call], *kinds: str) -> set[int]:
    return {row.ref for row in rows if row.ref and row.kind in kinds}
