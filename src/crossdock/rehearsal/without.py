"""What a plain integration would have lost or doubled: one that does at once what each message says, and no more.

It keeps no list of what is still to do and looks nothing up: a call that is refused it gives up, one that got no answer
it makes again. So each fault that really hit is one thing lost or done twice. Counted: parts of orders, cancellations,
parcels and figures of stock, each once, however often hit. Not here: what the hub did; the stores say (looks.py).
"""

from collections import Counter
from collections.abc import Collection, Hashable

from crossdock_sandbox.traffic.plan import Cancel, HandOver, Happening, Pay, Place, Restock, Sell, TakeBack

Hit = tuple[str, Hashable]  # what (order, cancel, parcel, stock), and which


class Without:
    """`lost` and `doubled`, each thing once."""

    def __init__(self) -> None:
        self._lost: set[Hit] = set()
        self._doubled: set[Hit] = set()

    def told(self, happening: Happening, on: Collection[str], shops: Collection[str]) -> None:
        """Something happened in a store while `on` were its conditions; `shops`: the vendors whose part it is of."""
        hits = _hits(happening, shops)
        if "lose" in on:
            self._lost.update(hits)
        elif "double" in on:
            self._doubled.update(hit for hit in hits if hit[0] in ("order", "parcel"))  # the others are said twice only

    def failed(self, order: str, shop: str, *, answered: bool) -> None:
        """A call that was to make a vendor order failed: refused, or (not `answered`) without a word of what it did."""
        (self._lost if answered else self._doubled).add(("order", (order, shop)))

    @property
    def lost(self) -> dict[str, int]:
        return dict(Counter(what for what, _ in self._lost))

    @property
    def doubled(self) -> dict[str, int]:
        """What was lost was never done, so it cannot be done twice."""
        return dict(Counter(what for what, _ in self._doubled - self._lost))


def _hits(happening: Happening, shops: Collection[str]) -> list[Hit]:
    if isinstance(happening, Place) and not happening.paid:
        return []  # nothing is to be done yet
    if isinstance(happening, Place | Pay):
        return [("order", (happening.order, shop)) for shop in shops]
    if isinstance(happening, Cancel):
        return [("cancel", (happening.order, shop)) for shop in shops]
    if isinstance(happening, HandOver):
        return [("parcel", (happening.order, happening.shop, happening.parcel))]
    if isinstance(happening, Restock | Sell | TakeBack):
        return [("stock", happening.order)]
    return []
