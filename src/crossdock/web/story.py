"""An order's time line as its pages show it: an icon, a sentence, what belongs to it, whose side, when, and who.

Not here: what happened (operations/timeline.py), or whose lines somebody may read (the scopes).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from crossdock.operations.timeline import Entry, Moment
from crossdock.operations.what import What
from crossdock.sync.what import What as Done
from crossdock.web import phrases, phrases_vendor
from crossdock.web.phrase import Words, say
from crossdock.web.phrases_calls import CALL_OUTCOMES
from crossdock.web.phrases_timeline import MERCHANTS_SIDE, MOMENTS, NUMBER, VENDORS

SHOWN = 12  # the rest is folded
OF_THE_HUB = ("", "hub", "person")
# Lucide's names.
ICONS: dict[str, str] = {
    Moment.PLACED: "shopping-bag",
    Moment.SPLIT: "split",
    Moment.CAME: "shopping-bag",
    Moment.SENT: "send",
    Moment.SHIPPED: "truck",
    Moment.OPENED: "triangle-alert",
    Moment.CLOSED: "circle-check",
    Moment.CALL_WRONG: "unplug",
    Moment.CALLS_WRONG: "unplug",
    Done.VENDOR_ORDER_HELD: "clock",
    Done.VENDOR_ORDER_READY: "play",
    Done.VENDOR_ORDER_MANUAL: "hand",
    Done.VENDOR_ORDER_LINKED: "circle-check",
    Done.VENDOR_ORDER_FOUND: "search-check",
    Done.VENDOR_ORDER_REJECTED: "circle-x",
    Done.VENDOR_ORDER_UNKNOWN: "circle-question-mark",
    Done.VENDOR_ORDER_PAID: "badge-check",
    Done.VENDOR_ORDER_CLOSED: "package-check",
    Done.VENDOR_ORDER_UPDATED: "pencil",
    Done.ORDER_PAID: "banknote",
    Done.ORDER_EDITED: "pencil",
    Done.ORDER_CANCELLED: "ban",
    Done.VENDOR_ORDER_CANCELLED: "ban",
    Done.VENDOR_ORDER_NOT_SENT: "ban",
    Done.CANCELLED_BY_VENDOR: "ban",
    What.ORDER_MARKED_PAID: "badge-check",
    What.ORDER_MARK_TAKEN_BACK: "undo-2",
    What.ORDER_HELD: "pause",
    What.ORDER_RELEASED: "play",
    What.ORDER_RETRIED: "refresh-cw",
    What.BUYER_ERASED: "eraser",
    What.FULFILLED_BY_HAND: "package",
    What.UNKNOWN_RESOLVED: "search-check",
}
PARCEL, USUAL = "package", "circle-dot"
BAD = (
    Moment.OPENED,
    Moment.CALL_WRONG,
    Moment.CALLS_WRONG,
    Done.VENDOR_ORDER_REJECTED,
    Done.VENDOR_ORDER_UNKNOWN,
    Done.CANCELLED_BY_VENDOR,
    Done.EDIT_REFUSED,
    Done.CANCEL_REFUSED,
    Done.PARCEL_REJECTED,
    Done.PARCEL_UNKNOWN,
)
GOOD = (
    Done.ORDER_PAID,
    Done.VENDOR_ORDER_LINKED,
    Done.VENDOR_ORDER_CLOSED,
    Done.PARCEL_LINKED,
    What.ORDER_MARKED_PAID,
    Moment.CLOSED,
)


class Line(Struct, frozen=True):
    """One entry in words. `details` stand below the sentence; `call`: the number of its line in the log."""

    icon: str
    tone: str
    words: str
    details: tuple[str, ...]
    side: str
    at: datetime
    who: str
    call: int | None


def merchants_story(
    entries: Iterable[Entry], vendors: Mapping[int, str], note: tuple[datetime | None, str]
) -> list[Line]:
    """For the merchant's people. `vendors`: whose each part is; `note`: what was written to the mark as paid."""

    def details(entry: Entry) -> list[str]:
        mine = entry.what == What.ORDER_MARKED_PAID and entry.at == note[0] and note[1]
        return [f"“{note[1]}”"] if mine else []

    return [
        _line(
            entry,
            _sentence(entry, MOMENTS, phrases.activity, phrases.reason),
            [*_details(entry, phrases.reason), *details(entry)],
            vendors.get(entry.vendor_order_id or 0) or str(MERCHANTS_SIDE),
            "" if entry.who in OF_THE_HUB else entry.who,
        )
        for entry in entries
    ]


def vendors_story(entries: Iterable[Entry], vendor: str, who: Callable[[str], str]) -> list[Line]:
    """For a vendor's people: in their words; of what needs a person only what they are told of anyway."""
    attention = (Moment.OPENED, Moment.CLOSED)
    return [
        _line(
            entry,
            _sentence(entry, MOMENTS | VENDORS, phrases_vendor.activity, phrases_vendor.reason),
            _details(entry, phrases_vendor.reason),
            vendor,
            "" if entry.who in OF_THE_HUB else who(entry.who),
        )
        for entry in entries
        if entry.what not in attention or entry.data.get("reason") in phrases_vendor.REASONS
    ]


def _line(entry: Entry, words: str, details: list[str], side: str, who: str) -> Line:
    tone = "bad" if entry.what in BAD else "good" if entry.what in GOOD else ""
    icon = ICONS.get(entry.what) or (PARCEL if entry.what.startswith("parcel.") else USUAL)
    return Line(icon, tone, words, tuple(details), side, entry.at, who, entry.call)


def _sentence(
    entry: Entry,
    moments: Mapping[str, Words],
    history: Callable[[str, Mapping[str, Any]], str],
    reason: Callable[[str], phrases.Phrase],
) -> str:
    if entry.what not in moments:
        return history(entry.what, entry.data)
    data = dict(entry.data)
    if "reason" in data:
        data["reason"] = str(reason(data["reason"]).title)
    if "outcome" in data:
        data["outcome"] = str(CALL_OUTCOMES.get(data["outcome"], data["outcome"]))
    return say(moments[entry.what], data)


def _details(entry: Entry, reason: Callable[[str], phrases.Phrase]) -> list[str]:
    """What belongs to it: why, the store's own words, a number, a parcel's tracking."""
    data, found = entry.data, []
    if data.get("reason") and entry.what not in (Moment.OPENED, Moment.CLOSED):
        found.append(str(reason(data["reason"]).title))
    if data.get("words"):
        found.append(f"“{data['words']}”")
    if data.get("name"):
        found.append(say(NUMBER, data))
    tracking = " ".join(str(each) for each in (data.get("company"), *data.get("numbers", ())) if each)
    return [*found, tracking] if tracking else found
