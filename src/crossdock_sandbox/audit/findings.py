"""What an audit finds: each deviation names the store, the order and what differs; and the verdict over all.

Not here: finding it.
"""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    DUPLICATE = "duplicate"  # there is one too many
    LOST = "lost"  # it should be there
    UNWANTED = "unwanted"  # it should not be there
    DIFFERENT = "different"  # it is there, with other contents
    FOREIGN = "foreign"  # nobody knows where it came from


class Deviation(Struct, frozen=True):
    store: str
    order: str
    what: str
    kind: Kind


class Verdict(Struct, frozen=True):
    """`vendor_orders` and `parcels` were found and belong; `absent` counts vendor orders that were rightly not there,
    by reason; `unknown` those that the hub itself says it is not sure of."""

    orders: int
    vendor_orders: int
    parcels: int
    absent: dict[str, int]
    unknown: int
    deviations: tuple[Deviation, ...]

    @property
    def duplicates(self) -> int:
        return self._count(Kind.DUPLICATE)

    @property
    def lost(self) -> int:
        return self._count(Kind.LOST)

    def _count(self, kind: Kind) -> int:
        return sum(1 for deviation in self.deviations if deviation.kind is kind)
