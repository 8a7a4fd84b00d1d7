"""How many calls a shop gets at once: few, orders first, and one at a time while it struggles.

WooCommerce tells no figures of its limits (FACTS, Lists and filters), and a call is a PHP process of a shared host, so
the budget of connector/budget.py, which follows a store's own figures, has nothing to follow here.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

SLOTS = 4


class Gate:
    """One store, one event loop."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._slots = slots
        self._open = slots
        self._inside = 0
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()

    @asynccontextmanager
    async def turn(self, priority: int) -> AsyncIterator[None]:
        """A place inside; lower `priority` first, then first come."""
        if self._inside >= self._open or self._queue:
            await self._wait(priority)
        else:
            self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._let_in()

    def struggling(self) -> None:
        """The shop refused or could not answer: one call at a time."""
        self._open = 1

    def well(self) -> None:
        """It answered: one more at once."""
        if self._open < self._slots:
            self._open += 1
            self._let_in()

    async def _wait(self, priority: int) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (priority, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # let in at the very moment that it gave up
                self._inside -= 1
            self._let_in()
            raise

    def _let_in(self) -> None:
        while self._queue and self._inside < self._open:
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():
                self._inside += 1
                turn.set_result(None)
