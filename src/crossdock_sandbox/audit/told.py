"""What a store says of a vendor order, wherever it has room for it: fields that a platform lacks are in details, fees
or lines of nothing, by the names that the hub gives them. And what the hub says that a person must look at.

Not here: what it should say (expected.py), or the comparing (compare.py).
"""

import re
from collections.abc import Collection, Iterator

from msgspec import Struct
from msgspec.structs import replace

from crossdock_sandbox.audit.dumps import ZERO, DumpedLine, DumpedMetafield, DumpedOrder, Named

NOTE = "Note: "
EMAIL = "Marketplace customer e-mail"
TAGS = "Marketplace tags"
OURS = "Marketplace "  # how names of the hub's own details begin
PIECES = re.compile(r"(?P<title>.*) × (?P<pieces>\d+)", re.DOTALL)


class Told(Struct, frozen=True):
    """References of vendor orders: what could not be cancelled there, what could not be changed, and what the store
    refused, and is under Needs attention."""

    cancels: frozenset[str] = frozenset()
    edits: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()


def plain(order: DumpedOrder, metafields: Collection[DumpedMetafield] = ()) -> DumpedOrder:
    """The order with all that is told in other places put where it belongs. `metafields`: of the customer's order;
    details with their names stand for them."""
    details = {each.name: each.value for each in order.attributes}
    names = {f"{each.namespace}.{each.key}": each for each in metafields}
    moved = tuple(replace(names[name], value=value) for name, value in details.items() if name in names)
    tags = [tag for tag in details.get(TAGS, "").split(", ") if tag]
    return replace(
        order,
        email=order.email or details.get(EMAIL),
        tags=order.tags or tuple(tags),
        note=order.note or next((line.title.removeprefix(NOTE) for line in order.lines if is_note(line)), None),
        metafields=(*order.metafields, *moved),
        attributes=tuple(each for each in order.attributes if not _is_moved(each, names)),
        lines=(*(line for line in order.lines if not is_note(line)), *_fees(order)),
    )


def is_note(line: DumpedLine) -> bool:
    return line.variant_id is None and not line.price and line.title.startswith(NOTE)


def _is_moved(detail: Named, names: Collection[str]) -> bool:
    return detail.name in names or detail.name.startswith(OURS)


def _fees(order: DumpedOrder) -> Iterator[DumpedLine]:
    """A line of no catalogue that went as a fee."""
    for fee in order.fees:
        found = PIECES.fullmatch(fee.title)
        title, pieces = (found["title"], int(found["pieces"])) if found else (fee.title, 1)
        yield DumpedLine(id="", title=title, quantity=pieces, price=ZERO, discount=-fee.price)
