"""Both sides changed a field of a listing: the merchant's stays, the vendor's is written, or a person is asked.

In a listing's `taken` stand "ask:title" (asked, and not answered yet; "title" stands beside it, so nothing is written)
and "keep:title" (answered: the merchant's; the next look takes note of what the vendor has now, and nobody is asked
again until that changes). Not here: who changed what (listing_written.py).
"""

from collections.abc import Iterable
from enum import StrEnum

from crossdock.core.listing_written import UNREAD, Mark, Unread, Value, Verdict, Wrote, judge

ASK, KEEP = "ask", "keep"


class Conflict(StrEnum):
    MERCHANT = "merchant"
    VENDOR = "vendor"
    ASK = "ask"


_BOTH = {Conflict.MERCHANT: Verdict.TAKE, Conflict.VENDOR: Verdict.WRITE, Conflict.ASK: Verdict.ASK}


def asked(taken: Iterable[str]) -> tuple[str, ...]:
    """The fields of a listing that a person is asked about, as `taken` names fields."""
    return tuple(name.removeprefix(f"{ASK}:") for name in taken if name.startswith(f"{ASK}:"))


def decide(
    entry: Wrote | None, wish: Value, present: Value | Unread, *, rule: Conflict, name: str, taken: Iterable[str]
) -> Verdict:
    """What to do about a field that follows the vendor, called `name` in the listing's `taken`."""
    if name not in taken:
        verdict = judge(entry, wish, present)
        changed = entry is not None and wish != entry.sent
        return _BOTH[rule] if verdict is Verdict.TAKE and changed else verdict
    if f"{KEEP}:{name}" in taken and entry is not None:
        return Verdict.KEEP
    if rule is Conflict.MERCHANT or entry is None or entry.mark is not Mark.TAKEN or wish == entry.sent:
        return Verdict.THEIRS  # a person took it over, or the vendor has not changed it since
    if present == wish:
        return Verdict.ACCEPT
    return Verdict.READ if present is UNREAD and rule is Conflict.VENDOR else _BOTH[rule]


def after(taken: Iterable[str], name: str, verdict: Verdict) -> set[str]:
    """The listing's `taken` once that was decided."""
    found = set(taken)
    if verdict is Verdict.READ:
        return found
    if verdict in (Verdict.TAKE, Verdict.ASK):
        found.add(name)
    elif verdict in (Verdict.WRITE, Verdict.ACCEPT):
        found.discard(name)
    found -= {f"{ASK}:{name}", f"{KEEP}:{name}"}
    return found | {f"{ASK}:{name}"} if verdict is Verdict.ASK else found
