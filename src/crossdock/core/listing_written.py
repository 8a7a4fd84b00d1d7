"""What the hub last wrote on a listing, and the three-way comparison that tells a vendor's change from a merchant's.

Not here: what should be written (listing_fields.py, listing_variants.py).
"""

from enum import Enum, IntEnum

from msgspec import Struct

Value = str | bool | None


class Mark(IntEnum):
    OURS = 0
    TAKEN = 1  # the merchant edited it; no longer among the listing's `taken` = given back
    WRITING = 2  # about to be written; still so = what became of it is not known


class Wrote(Struct, frozen=True, array_like=True):
    """One field: what was sent, and what the store made of it. Both, because stores trim, sort and convert: the vendor
    changed it when the wish is not what was sent, the merchant did when the store's is not what it answered."""

    sent: Value
    got: Value
    mark: Mark = Mark.OURS


class WroteVariant(Struct, frozen=True, omit_defaults=True):
    """One of the vendor's variants at the merchant (`id` there). `ended`: taken off by us; it may come back."""

    id: str
    fields: dict[str, Wrote] = {}
    options: tuple[str, ...] = ()
    options_got: tuple[str, ...] | None = None  # where the store made others of them
    ended: bool = False
    removed: bool = False  # the merchant deleted it there


class WroteOptions(Struct, frozen=True, omit_defaults=True):
    names: tuple[str, ...]
    got: tuple[str, ...] | None = None
    mark: Mark = Mark.OURS


class WroteMedia(Struct, frozen=True, omit_defaults=True):
    """`sent`: the vendor's pictures in their order, by address without its stamp; `ids`: what each is at the
    merchant. Of those sent, `away` are no longer there, because somebody took them away; `failed` could not be
    fetched. `new`: about to be sent, when the merchant had the ids `before`; still so = what became of it is not
    known."""

    sent: tuple[str, ...] = ()
    ids: dict[str, str] = {}
    away: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


class Written(Struct, frozen=True, omit_defaults=True):
    """Kept with the listing, as JSON. `down`: the status to go back to when the vendor offers the product again, where
    it went off sale for the vendor's sake; `vendor_off`: the vendor does not offer it, as far as it was looked at.
    `adding`: variants that are being made, with their options; `waiting`: those there was no place for, with why."""

    fields: dict[str, Wrote] = {}
    variants: dict[str, WroteVariant] = {}
    options: WroteOptions | None = None
    tags: tuple[str, ...] | None = None  # the vendor's, as sent
    tags_away: tuple[str, ...] = ()  # of them, those that the merchant took away
    media: WroteMedia | None = None
    vendor_off: bool = False
    down: str = ""
    adding: dict[str, tuple[str, ...]] = {}
    waiting: dict[str, str] = {}


class Verdict(Enum):
    SAME = "same"  # nothing to do
    READ = "read"  # it differs from what was sent: the merchant's has to be seen first
    WRITE = "write"
    ACCEPT = "accept"  # the merchant's is what is wished already: take note
    ADOPT = "adopt"  # never written: the merchant's stays, later changes flow
    TAKE = "take"  # the merchant edited it
    ASK = "ask"  # both changed it: a person is asked, and it is the merchant's meanwhile
    KEEP = "keep"  # the person said so: what the vendor has now is taken note of
    THEIRS = "theirs"  # it stays the merchant's


class Unread(Enum):
    UNREAD = "unread"


UNREAD = Unread.UNREAD


def judge(entry: Wrote | None, wish: Value, present: Value | Unread) -> Verdict:
    """What to do about one field that is not the merchant's."""
    if entry is None:
        return Verdict.READ if present is UNREAD else Verdict.ADOPT
    changed = wish != entry.sent or entry.mark is not Mark.OURS
    if present is UNREAD:
        return Verdict.READ if changed else Verdict.SAME
    if present == wish:
        return Verdict.ACCEPT if entry != Wrote(wish, wish) else Verdict.SAME
    if entry.mark is not Mark.OURS:
        return Verdict.WRITE
    if present != entry.got:
        return Verdict.TAKE
    return Verdict.WRITE if changed else Verdict.SAME


def noted(entry: Wrote | None, wish: Value, present: Value, verdict: Verdict) -> Wrote | None:
    """The entry after a verdict, before anything is sent."""
    match verdict:
        case Verdict.WRITE:
            return Wrote(wish, entry.got if entry else None, Mark.WRITING)
        case Verdict.ACCEPT | Verdict.ADOPT:
            return Wrote(wish, present)
        case Verdict.TAKE | Verdict.ASK if entry is not None:
            return Wrote(entry.sent, entry.got, Mark.TAKEN)
        case Verdict.KEEP if entry is not None:
            return Wrote(wish, entry.got, Mark.TAKEN)
        case _:
            return entry


def taken_name(field: str, vendor_variant_id: str = "") -> str:
    """How a field is named in a listing's `taken`: "title", or "price:44" for the vendor's variant 44; "variant:44" is
    the variant itself, deleted by the merchant."""
    return f"{field}:{vendor_variant_id}" if vendor_variant_id else field
