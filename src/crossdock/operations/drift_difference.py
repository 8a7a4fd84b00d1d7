"""What drift is told in: one difference between both sides, and how many things were compared.

Not here: comparing (drift_kinds.py, drift_products.py).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

CHUNK = 500


class Difference(Struct, frozen=True):
    """One thing that is not on both sides as it should be. `meant`: a person or a rule means it to be so. No buyer's
    data: of orders only which calls would be made."""

    kind: str
    ref: int
    name: str
    vendor: str
    field: str
    wanted: str
    seen: str
    since: datetime | None
    why: str
    meant: bool = False


class Compared(Struct):
    checked: int
    items: list[Difference]


def chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))
