"""The pace of a store that tells no figures: so many calls in so long, as its papers say, kept here by counting.

Calls wait before they are sent, so that the store never has to refuse one. Not here: stores that tell what is left
(budget.py).
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Sequence
from itertools import count

from msgspec import Struct

from crossdock.connector.contract import Clock

SHORTEST_SECONDS = 0.001  # fractions leave waits that no clock can tell from none


class Limit(Struct, frozen=True):
    """`most` calls in any `seconds`."""

    most: int
    seconds: float


class Pace:
    """Limits that hold together, each over any span of its length. One event loop, one store. What another process
    sent is not known: the store's own refusal is told by `refused`."""

    def __init__(self, clock: Clock, limits: Sequence[Limit]) -> None:
        self._clock = clock
        self._limits = tuple(limits)
        self._sent: tuple[deque[float], ...] = tuple(deque() for _ in limits)
        self._closed_until = 0.0
        self._queue: list[tuple[int, int]] = []
        self._order = count()
        self._moved = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Calls in the queue."""
        return len(self._queue)

    async def take(self, *, priority: int = 0) -> None:
        """Wait until one more call may go; lower `priority` first, then first come."""
        place = (priority, next(self._order))
        heapq.heappush(self._queue, place)
        try:
            while True:
                delay = self.delay()
                if self._queue[0] != place:
                    await self._moved.wait()
                elif delay > 0.0:
                    await self._clock.sleep(max(delay, SHORTEST_SECONDS))
                else:
                    self._note()
                    return
        finally:
            self._queue.remove(place)
            heapq.heapify(self._queue)
            self._moved.set()
            self._moved = asyncio.Event()

    def spend(self) -> float:
        """One call now, if it may go: 0.0; else the seconds until one may, and nothing is spent."""
        delay = self.delay()
        if delay <= 0.0:
            self._note()
            return 0.0
        return delay

    def refused(self, seconds: float) -> None:
        """The store itself said no: nothing goes for so long."""
        self._closed_until = max(self._closed_until, self._now() + seconds)

    def delay(self) -> float:
        """Seconds until one more call may go."""
        now = self._now()
        wait = self._closed_until - now
        for limit, sent in zip(self._limits, self._sent, strict=True):
            while sent and sent[0] <= now - limit.seconds:
                sent.popleft()
            if len(sent) >= limit.most:
                wait = max(wait, sent[0] + limit.seconds - now)
        return max(wait, 0.0)

    def _note(self) -> None:
        now = self._now()
        for sent in self._sent:
            sent.append(now)

    def _now(self) -> float:
        return self._clock().timestamp()
