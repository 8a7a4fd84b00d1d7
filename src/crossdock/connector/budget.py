"""The rate budget of one store: a bucket of cost points that follows what the store says of it.

Calls wait here, before they are sent, so that the store never has to refuse one. Not here: what a call costs
(platforms), or limits that are not costs (those come back as RateLimited).
"""

import asyncio
import heapq
from itertools import count

from msgspec import Struct

from crossdock.connector.contract import Clock

# A belief older than this is checked with one call before others follow: another worker may have had the store.
STALE_SECONDS = 10.0
# The part of a second's refill that is never spent: our clock and the store's do not tick together.
MARGIN_SECONDS = 0.5
# How long others wait for the one call in flight that would tell: it may hang until its time-out, half a minute.
PROBE_SECONDS = 8.0
SHORTEST_SECONDS = 0.001  # fractions of a point leave waits that no clock can tell from none


class Ticket(Struct, eq=False):
    """One call that may go now. Hand it back to `saw` or `lost`."""

    cost: float
    sent_at: float
    open: bool = True


class _Waiting(Struct, eq=False):
    cost: float
    turn: asyncio.Future[None]
    gone: bool = False


class Budget:
    """A token bucket whose size, rate and level come from the store's answers. One event loop, one store.

    Until the first answer only one call is in flight, so nothing has to be known beforehand; one more goes beside it
    for every PROBE_SECONDS that it does not come. `level` counts calls in
    flight as spent; each answer bounds it from below (what the store had, less all it may not have counted yet) and
    from above (what it had, plus the refill since the call left).
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._maximum = 0.0
        self._rate = 0.0
        self._level = 0.0
        self._at = self._now()
        self._seen_at: float | None = None
        self._flying: set[Ticket] = set()
        self._landed: list[tuple[float, float]] = []  # (answered at, cost) of calls younger than the oldest in flight
        self._queue: list[tuple[int, int, _Waiting]] = []
        self._order = count()
        self.waited = 0.0

    @property
    def idle(self) -> bool:
        return not self._flying and not self._queue

    async def take(self, cost: float, *, priority: int = 0) -> Ticket:
        """Wait until a call of `cost` may go; lower `priority` first, then first come. Must be answered with `saw` or
        `lost`."""
        if not self._queue and self._delay(cost) == 0.0:
            return self._spend(cost)
        waiting = _Waiting(cost, asyncio.get_running_loop().create_future())
        entry = (priority, next(self._order), waiting)
        heapq.heappush(self._queue, entry)
        try:
            await self._my_turn(waiting)
            return self._spend(cost)
        finally:
            waiting.gone = True
            self._wake()

    def saw(
        self, ticket: Ticket, *, available: float, maximum: float, restore_rate: float, actual: float | None = None
    ) -> None:
        """An answer came with the store's own figures. `actual` is what the call cost in the end (None: as asked)."""
        now = self._refill()
        fresh = self._unsure(now)
        uncounted = sum(other.cost for other in self._flying if other is not ticket)
        uncounted += sum(cost for answered_at, cost in self._landed if answered_at > ticket.sent_at)
        self._land(ticket, now, refund=ticket.cost - actual if actual is not None else 0.0)
        self._maximum, self._rate, self._seen_at = maximum, restore_rate, now
        lowest = available - uncounted
        highest = min(available + restore_rate * (now - ticket.sent_at), maximum)
        self._level = lowest if fresh else min(max(self._level, lowest), highest)
        self._wake()

    def lost(self, ticket: Ticket) -> None:
        """No answer, or one without figures: its cost stays spent."""
        self._land(ticket, self._refill(), refund=0.0)
        self._wake()

    def _spend(self, cost: float) -> Ticket:
        now = self._refill()
        self._level -= cost
        ticket = Ticket(cost, now)
        self._flying.add(ticket)
        return ticket

    def _land(self, ticket: Ticket, now: float, *, refund: float) -> None:
        if not ticket.open:
            return
        ticket.open = False
        self._flying.discard(ticket)
        self._level += refund
        oldest = min((other.sent_at for other in self._flying), default=now)
        self._landed = [(at, cost) for at, cost in self._landed if at >= oldest]
        if self._flying:
            self._landed.append((now, ticket.cost))

    def _delay(self, cost: float) -> float | None:
        """Seconds until `cost` may go, by what is believed now; None while the first answer is awaited."""
        now = self._refill()
        if self._unsure(now):
            return None if self._flying else 0.0
        floor = min(self._rate * MARGIN_SECONDS, max(self._maximum - cost, 0.0))
        missing = min(cost, self._maximum) + floor - self._level
        if missing <= 0.0 or self._rate <= 0.0:
            return 0.0
        return max(missing / self._rate, SHORTEST_SECONDS)

    async def _my_turn(self, waiting: _Waiting) -> None:
        while True:
            if self._head() is not waiting:
                await self._woken(waiting)
                continue
            delay = self._delay(waiting.cost)
            if delay == 0.0:
                return
            if delay is None:
                if await self._silent(waiting):
                    return
            else:
                self.waited += delay
                await self._clock.sleep(delay)

    async def _silent(self, waiting: _Waiting) -> bool:
        """Waits for the answer that would tell; True when it is late, and this one is next."""
        wake = asyncio.get_running_loop().call_later(self._patience(), self._wake)
        try:
            await self._woken(waiting)
        finally:
            wake.cancel()
        unsure = self._head() is waiting and self._delay(waiting.cost) is None
        return unsure and self._patience() <= SHORTEST_SECONDS

    def _patience(self) -> float:
        """Seconds that the youngest call in flight still has to answer before another goes beside it."""
        youngest = max((ticket.sent_at for ticket in self._flying), default=0.0)
        return max(0.0, youngest + PROBE_SECONDS - self._now())

    async def _woken(self, waiting: _Waiting) -> None:
        if waiting.turn.done():
            waiting.turn = asyncio.get_running_loop().create_future()
        await waiting.turn

    def _head(self) -> _Waiting | None:
        while self._queue and self._queue[0][2].gone:
            heapq.heappop(self._queue)
        return self._queue[0][2] if self._queue else None

    def _wake(self) -> None:
        head = self._head()
        if head is not None and not head.turn.done():
            head.turn.set_result(None)

    def _unsure(self, now: float) -> bool:
        return self._seen_at is None or now - self._seen_at > STALE_SECONDS

    def _refill(self) -> float:
        now = self._now()
        self._level = min(self._level + self._rate * max(now - self._at, 0.0), self._maximum)
        self._at = now
        return now

    def _now(self) -> float:
        return self._clock().timestamp()
