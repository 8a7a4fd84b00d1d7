"""Compares the vendors' parcels of one order with those on the merchant's order: each there once, with its tracking.

Not here: the vendor orders themselves (compare.py).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from crossdock_sandbox.audit.compare import line_key
from crossdock_sandbox.audit.dumps import DumpedFulfillment, DumpedOrder, DumpedTracking
from crossdock_sandbox.audit.expected import ExpectedOrder
from crossdock_sandbox.audit.findings import Deviation, Kind
from crossdock_sandbox.audit.told import is_note
from crossdock_sandbox.traffic.ledger import PlayedOrder

Key = tuple[str, str]  # (shop, line key)
Contents = tuple[tuple[str, str, int], ...]  # (shop, line key, quantity), sorted


class Parcel(Struct, frozen=True):
    contents: Contents
    tracking: DumpedTracking

    def __str__(self) -> str:
        numbers = ", ".join(self.tracking.numbers) or "no number"
        return f"{self.tracking.company or 'no carrier'} {numbers} ({sum(each[2] for each in self.contents)} pieces)"


def parcels_agree(
    merchant: str, expected: ExpectedOrder, sent: Sequence[tuple[str, DumpedOrder]], unsure: Collection[str] = ()
) -> tuple[int, list[Deviation]]:
    """How many parcels the vendors made that stand, and every deviation. `sent`: (shop, vendor order) of this order.
    `unsure`: ids of the vendors' parcels that may be on the merchant's order or not."""
    vendors = [parcel for shop, order in sent for parcel in _vendor_parcels(shop, order)]
    maybe = [parcel for shop, order in sent for parcel in _vendor_parcels(shop, order, only=unsure)]
    merchants = list(_merchant_parcels(expected))
    order = expected.order.name
    both = Counter(vendors) & Counter(merchants)
    missing = list((Counter(vendors) - both).elements())
    extra = list((Counter(merchants) - both).elements())
    missing = list((Counter(missing) - Counter(maybe)).elements())
    found = [Deviation(merchant, order, words, Kind.DIFFERENT) for words in _pair_by_contents(missing, extra)]
    found += [Deviation(merchant, order, f"parcel {each} is missing", Kind.LOST) for each in missing]
    known = {parcel.contents for parcel in vendors}
    for each in extra:
        kind = Kind.DUPLICATE if each.contents in known or each in vendors else Kind.FOREIGN
        words = "is there once too often" if kind is Kind.DUPLICATE else "is of no standing parcel of a vendor"
        found.append(Deviation(merchant, order, f"parcel {each} {words}", kind))
    return len(vendors), found


def shipments_stand(played: PlayedOrder, sent: Sequence[tuple[str, DumpedOrder]]) -> Iterator[Deviation]:
    """What the vendors' people did must still be so in their own stores: nobody else touches their parcels."""
    there = {(shop, parcel.id): parcel for shop, order in sent for parcel in order.fulfillments}
    for parcel in played.parcels:
        found = there.pop((parcel.shop, parcel.fulfillment_id), None)
        if found is None:
            words = f"parcel {parcel.number} of the vendor is gone"
            yield Deviation(parcel.shop, played.name, words, Kind.LOST)
        elif found.stands == parcel.recalled:
            state = (
                "cancelled, and the vendor did not do it" if parcel.recalled is False else "standing, though recalled"
            )
            yield Deviation(parcel.shop, played.name, f"parcel {parcel.number} is {state}", Kind.DIFFERENT)
    for (shop, _), parcel_there in there.items():
        words = f"parcel {parcel_there.id} was not made by the vendor"
        yield Deviation(shop, played.name, words, Kind.FOREIGN)


def _pair_by_contents(missing: list[Parcel], extra: list[Parcel]) -> Iterator[str]:
    """Same contents, other tracking: one deviation instead of two. Takes the pairs out of both lists."""
    for parcel in list(missing):
        twin = next((each for each in extra if each.contents == parcel.contents), None)
        if twin is not None:
            missing.remove(parcel)
            extra.remove(twin)
            yield f"parcel has tracking {_words(twin.tracking)}, the vendor's says {_words(parcel.tracking)}"


def _words(tracking: DumpedTracking) -> str:
    return f"{tracking.company or '-'} {','.join(tracking.numbers) or '-'} {','.join(tracking.urls) or '-'}"


def _vendor_parcels(shop: str, order: DumpedOrder, only: Collection[str] | None = None) -> Iterator[Parcel]:
    keys = {line.id: None if is_note(line) else (shop, line_key(line)) for line in order.lines}
    yield from _standing([each for each in order.fulfillments if only is None or each.id in only], keys)


def _merchant_parcels(expected: ExpectedOrder) -> Iterator[Parcel]:
    keys: dict[str, Key | None] = {line: (part.shop, key) for part in expected.parts for line, key in part.keys.items()}
    for line in expected.order.lines:
        keys.setdefault(line.id, ("", line.id))
    yield from _standing(expected.order.fulfillments, keys)


def _standing(fulfillments: Sequence[DumpedFulfillment], keys: Mapping[str, Key | None]) -> Iterator[Parcel]:
    """`keys`: by line; None for a line that is no goods."""
    for each in fulfillments:
        if each.stands:
            pieces: Counter[tuple[str, str]] = Counter()
            for line in each.lines:
                if (key := keys[line.line_id]) is not None:
                    pieces[key] += line.quantity
            contents = tuple(sorted((shop, key, quantity) for (shop, key), quantity in pieces.items() if quantity))
            yield Parcel(contents, each.tracking)
