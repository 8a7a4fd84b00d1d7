"""The player of a run: the demo's own trade, which may rest, and acts that are put in between as people do them.

Not here: what an act means (stage.py). Everything goes one way, so that the player's ledger knows of everything.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from crossdock_sandbox.traffic.control import Control
from crossdock_sandbox.traffic.ledger import Built, PlayedOrder
from crossdock_sandbox.traffic.plan import Happening, OfParcel, Terms
from crossdock_sandbox.traffic.player import Pace, Player, Reference

Heard = Callable[[Happening], None]


class Shoppers(Player):
    """In real time. `heard` is told of everything that really happened."""

    def __init__(
        self,
        control: Control,
        built: Built,
        terms: Terms,
        trade: Iterable[Happening],
        *,
        reference: Reference,
        clock: Callable[[], float],
        sleep: Callable[[float], Any],
        heard: Heard,
    ) -> None:
        super().__init__(
            control, built, terms, trade, reference=reference, clock=clock, sleep=sleep, pace=Pace(factor=1.0)
        )
        self.heard = heard
        self._rests_since: float | None = None
        self._rested = 0.0

    @property
    def trading(self) -> bool:
        return self._rests_since is None

    def trade(self, on: bool) -> None:
        """Rest, or go on where it was: what would have happened meanwhile happens later, in the same order."""
        if on and self._rests_since is not None:
            self._rested += self.clock() - self._rests_since
            self._rests_since = None
        elif not on and self._rests_since is None:
            self._rests_since = self.clock()

    def put(self, happening: Happening) -> None:
        """Do this next; what is of a parcel as soon as the vendor has the order."""
        if isinstance(happening, OfParcel):
            self._queue(happening)
        else:
            self.ready.append(happening)

    def vendors_of(self, played: PlayedOrder) -> list[str]:
        """Every vendor that something of the order is of, in the order of its lines."""
        return list(dict.fromkeys(self.offers[key].shop for key in played.offers.values()))

    def goes_to(self, played: PlayedOrder) -> set[str]:
        """Those that get their part without a person."""
        return self._shops_that_get(played)

    def _is_due(self, happening: Happening, started: float, first: datetime | None) -> bool:
        return self.trading and happening.at.timestamp() + self._rested <= self.clock()

    def _settle(self, happening: Happening, op: dict[str, Any], result: dict[str, Any], began: float) -> None:
        super()._settle(happening, op, result, began)
        if "error" not in result and "sold_out" not in result:
            self.heard(happening)
