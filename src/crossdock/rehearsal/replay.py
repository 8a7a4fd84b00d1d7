"""A replay: a real marketplace's orders through sandbox stores and the hub, then the audit from outside.

Not here: starting the processes (whoever calls gives a Stage), or showing progress (a Screen).
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any, Protocol

import msgspec
from django.db import connection
from msgspec import Struct
from msgspec.structs import replace

from crossdock.rehearsal import catalogues, faults, hub, judging, market, mixing, offering, olist, schedule, trade
from crossdock.rehearsal.cpu import Meter, postmaster_of
from crossdock.rehearsal.quantiles import quantiles
from crossdock.rehearsal.report import Report, outcome
from crossdock_sandbox.audit.audit import audit
from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.audit.findings import Verdict
from crossdock_sandbox.traffic.building import build
from crossdock_sandbox.traffic.control import HttpControl, one
from crossdock_sandbox.traffic.ledger import Built, Ledger
from crossdock_sandbox.traffic.plan import Happening, Market, Terms
from crossdock_sandbox.traffic.player import Pace, Player

MERCHANTS_OWN = {"name": "Mercado de Ensaio", "email": "atendimento@mercado.example", "phone": "+551140028922"}
KILL_EVERY = 4.0
LOOK_EVERY = 1.0


class Options(Struct, frozen=True):
    """`orders` None = all. `speed` None = as fast as orders come through, else so many times real time.

    `goods`: the hub lists the vendors' goods itself, dressed in these products as far as they go; None: listings stand
    beforehand. `stock`: units of each on average, not counted when None. `reaction`, in seconds: see
    docs/decisions/overselling.md. `rate`: at most so many happenings a second. `platforms`: the vendors' stores are on
    these in turn, the merchant's is on `merchant`; empty: the sandbox's default.
    """

    files: olist.Olist
    terms: Terms
    orders: int | None = None
    seed: int = 1
    faults: bool = False
    kill: bool = False
    speed: float | None = None
    patience: float = 300.0
    plan: str = "rehearsal"
    goods: tuple[catalogues.Goods, ...] | None = None
    stock: int | None = None
    reaction: float = 2.0
    rate: float | None = None
    platforms: tuple[str, ...] = ()
    merchant: str = ""


class Stage(Protocol):
    """The running processes: where the sandbox is, who works, and the means to kill."""

    sandbox_url: str

    def workers(self) -> list[str]: ...

    def pids(self) -> dict[str, int]: ...

    def kill(self, name: str) -> bool: ...

    def restarts(self) -> int: ...


class Screen(Protocol):
    """Where progress shows. `stage` begins a bar of `total` steps, and returns what to tell how many are done."""

    def stage(self, words: str, total: int) -> Callable[[int], None]: ...


def replay(options: Options, stage: Stage, screen: Screen) -> Report:
    """All of it. Raises TimeoutError when the hub cannot connect the stores, ControlFailed when the sandbox fails."""
    return _Replay(options, stage, screen).run()


class _Replay:
    def __init__(self, options: Options, stage: Stage, screen: Screen) -> None:
        self.options = options
        self.stage = stage
        self.screen = screen
        self.random = Random(f"{options.seed}:kill")
        self.kills = 0
        self.must_sweep = options.faults or mixing.polls((*options.platforms, *filter(None, [options.merchant])))
        self.oldest_wait = 0.0
        self.seconds: dict[str, float] = {}
        self.pace = Pace(factor=options.speed, rate=options.rate, patience=options.patience)

    def run(self) -> Report:
        selection, plan, happenings = self._timed("plan", self._plan)
        with Meter(self.stage.pids, _database_tree()) as meter:
            built, joined = self._timed("set up", lambda: self._set_up(plan))
            before, called = meter.seconds(), asyncio.run(self._counters())
            ledger = self._timed("play", lambda: asyncio.run(self._play(built, joined, happenings)))
            converged = self._timed("settle", lambda: self._settle(joined, time.time()))
            cpu = {name: round(used - before.get(name, 0.0), 2) for name, used in meter.seconds().items()}
        self._relink(joined, built)
        verdict, latencies, stock = self._timed(
            "audit", lambda: asyncio.run(self._audit(built, ledger, joined, happenings))
        )
        counters = asyncio.run(self._counters())
        hub_cpu = sum(used for name, used in cpu.items() if name != "sandbox")
        return Report(
            **outcome(verdict, ledger),
            converged=converged,
            seconds={name: round(seconds, 2) for name, seconds in self.seconds.items()},
            latency=quantiles(latencies),
            oldest_wait=round(self.oldest_wait, 2),
            calls=int(counters.get("calls", 0)),
            throttled=int(counters.get("throttled", 0)),
            sandbox=counters,
            during={op: more for op, count in counters["op"].items() if (more := count - called["op"].get(op, 0))},
            calls_during=int(counters.get("calls", 0)) - int(called.get("calls", 0)),
            cpu=cpu,
            cpu_ms_per_order=round(1000 * hub_cpu / max(1, verdict.orders), 3),
            kills=self.kills,
            restarts=self.stage.restarts(),
            hub=msgspec.to_builtins(hub.state(joined, datetime.now(UTC))),
            settings=self._settings(selection),
            stock=stock,
        )

    def _plan(self) -> tuple[market.Selection, Market, list[Happening]]:
        files, seed, average = self.options.files, self.options.seed, self.options.stock
        selection = market.select(files, orders=self.options.orders, seed=seed)
        everything = self.options.orders is None
        plan = market.build(files, selection, seed=seed, everything=everything)
        plan = mixing.mixed(plan, self.options.platforms, self.options.merchant)
        if self.options.goods:
            plan = catalogues.dress(plan, self.options.goods, seed=seed)
        if average is None:
            return selection, plan, schedule.happenings(selection.orders, seed=seed)
        plan = trade.stocked(plan, average, seed=seed)
        rushed = trade.rushes(selection.orders, plan, average, seed=seed)
        happenings = schedule.happenings((*selection.orders, *rushed), seed=seed)
        return selection, plan, trade.with_trade(happenings, plan, average, seed=seed)

    def _set_up(self, plan: Market) -> tuple[Built, hub.Hub]:
        stores, linked = len(plan.shops) + 1, self.options.goods is None
        standing = self.screen.stage("Opening stores", stores)
        counted = self.options.stock is not None
        built = asyncio.run(
            self._with_control(
                lambda control: build(
                    control, plan, plan=self.options.plan, progress=standing, listed=linked, ledger=counted
                )
            )
        )
        joined = hub.join(built, self.options.terms, slug="rehearsal", now=datetime.now(UTC), linked=linked)
        self._wait("Connecting stores", stores, lambda: hub.stores_left(joined, datetime.now(UTC)))
        if not linked:
            self._offer(built, joined)
        if counted:
            self._wait("Counting stock", len(built.listings), lambda: offering.levels_left(joined))
        if self.options.faults:
            asyncio.run(self._with_control(lambda control: one(control, faults.switch_on(self.options.seed))))
        return built, joined

    def _offer(self, built: Built, joined: hub.Hub) -> None:
        """The vendors choose, the merchant approves, the hub lists."""
        offering.set_rules(joined, datetime.now(UTC))
        self._wait("Reading catalogues", len(built.goods), lambda: offering.catalogues_left(joined))
        products = offering.offer(joined, built, datetime.now(UTC))
        self._wait("Listing goods", products, lambda: offering.listings_left(joined))
        self._relink(joined, built)

    def _relink(self, joined: hub.Hub, built: Built) -> None:
        """Where the hub has put what; nothing to do where listings stood beforehand."""
        if self.options.goods is not None:
            built.listings.update(offering.found_listings(joined, built))

    def _wait(self, words: str, total: int, left_now: Callable[[], int]) -> None:
        """Until nothing is left. Raises TimeoutError when nothing moves for `patience`."""
        progress = self.screen.stage(words, total)
        done, since = 0, time.monotonic()
        while (left := left_now()) > 0:
            if total - left > done:
                progress(total - left - done)
                done, since = total - left, time.monotonic()
            elif time.monotonic() - since > self.options.patience:
                raise TimeoutError(f"{words}: {left} of {total} are not done; no progress for a long time")
            time.sleep(0.2)
        progress(total - done)

    async def _play(self, built: Built, joined: hub.Hub, happenings: list[Happening]) -> Ledger:
        progress = self.screen.stage("Playing", len(happenings))
        told = 0

        def tell(done: int, awaited: int) -> None:
            nonlocal told
            progress(done - told)
            told = done

        async with HttpControl(self.stage.sandbox_url) as control:
            player = Player(
                control,
                built,
                self.options.terms,
                happenings,
                reference=joined.reference,
                clock=time.time,
                sleep=asyncio.sleep,
                pace=self.pace,
                progress=tell,
            )
            beside = [asyncio.create_task(self._watch(joined))]
            if self.options.kill:
                beside.append(asyncio.create_task(self._kill_workers()))
            try:
                return await player.play()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)

    async def _watch(self, joined: hub.Hub) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await asyncio.to_thread(self._look, joined)

    def _look(self, joined: hub.Hub) -> int:
        """Note the oldest wait; how much the hub has to do."""
        now = datetime.now(UTC)
        found = hub.state(joined, now)
        if found.keys.oldest_due_at is not None:
            self.oldest_wait = max(self.oldest_wait, (now - found.keys.oldest_due_at).total_seconds())
        return hub.left(found)

    async def _kill_workers(self) -> None:
        before = 0
        while True:
            await asyncio.sleep(KILL_EVERY)
            turns = await asyncio.to_thread(hub.turns)
            if turns == before:
                continue  # a worker that only starts has nothing to lose
            before = turns
            if (workers := self.stage.workers()) and self.stage.kill(self.random.choice(workers)):
                self.kills += 1

    def _settle(self, joined: hub.Hub, since: float) -> bool:
        """Wait until nothing is under way, twice in a row; with faults, or stores that do not tell, also until every
        store was swept afterwards, for what was not told is only found so. False: it did not get less for
        `patience`."""
        progress = self.screen.stage("Coming to rest", 2)
        played_at = datetime.fromtimestamp(since, UTC)
        least, moved_at, calm = sys.maxsize, time.monotonic(), 0
        while calm < 2:
            left = self._look(joined) + asyncio.run(self._undelivered())
            left += hub.unswept(joined, played_at) if self.must_sweep else 0
            rests = not left and (self.options.stock is None or not offering.unexplained(joined))
            calm = calm + 1 if rests else 0
            if calm:
                progress(1)
            if left < least:
                least, moved_at = left, time.monotonic()
            if time.monotonic() - moved_at > self.options.patience:
                return False
            time.sleep(0.5)
        return True

    async def _undelivered(self) -> int:
        pending = await self._with_control(lambda control: one(control, {"op": "pending"}))
        return int(pending["webhooks"]) + int(pending["jobs"])

    async def _audit(
        self, built: Built, ledger: Ledger, joined: hub.Hub, happenings: list[Happening]
    ) -> tuple[Verdict, list[float], judging.Stock | None]:
        progress = self.screen.stage("Auditing stores", len(built.stores))
        stores: list[DumpedStore] = []
        async with HttpControl(self.stage.sandbox_url) as control:
            async for dump in control.dumps():
                stores.append(msgspec.convert(dump, DumpedStore, strict=False))
                progress(1)
            stock = await self._judge(control, built, stores, happenings, joined)
        orders, parcels = await asyncio.to_thread(hub.unsure, joined)
        told = await asyncio.to_thread(hub.told, joined)
        verdict = audit(built, ledger, stores, unsure=orders, unsure_parcels=parcels, told=told)
        return verdict, _latencies(joined, ledger, stores), stock

    async def _judge(
        self,
        control: HttpControl,
        built: Built,
        stores: list[DumpedStore],
        happenings: list[Happening],
        joined: hub.Hub,
    ) -> judging.Stock | None:
        """With stock: what was oversold and what is wrong now, and the naive hub in as much time."""
        options = self.options
        if options.stock is None:
            return None
        beside = await judging.naive_run(
            mixing.plain(built.market),
            options.terms,
            happenings,
            seed=options.seed,
            pace=self.pace,
            reaction=options.reaction,
        )
        factor = Decimal(offering.FACTOR) if options.goods is not None else None
        stock = await judging.judge(control, built, stores, reaction=options.reaction, factor=factor, beside=beside)
        wrong = [level.merchant_variant for level in stock.levels_wrong]
        says = await asyncio.to_thread(offering.hub_says, joined, wrong)
        return replace(stock, clues=(*says, *stock.clues))

    async def _counters(self) -> dict[str, Any]:
        async with HttpControl(self.stage.sandbox_url) as control:
            return await control.counters()

    async def _with_control(self, ask: Callable[[HttpControl], Awaitable[Any]]) -> Any:
        async with HttpControl(self.stage.sandbox_url) as control:
            return await ask(control)

    def _timed(self, name: str, step: Callable[[], Any]) -> Any:
        start = time.monotonic()
        try:
            return step()
        finally:
            self.seconds[name] = time.monotonic() - start

    def _settings(self, selection: market.Selection) -> dict[str, Any]:
        terms = self.options.terms
        return {
            "orders": {"whole": selection.whole, "partial": selection.partial, "lent": selection.lent},
            "seed": self.options.seed,
            "faults": self.options.faults,
            "kill": self.options.kill,
            "speed": self.options.speed,
            "rate": self.options.rate,
            "stock": self.options.stock,
            "platforms": list(self.options.platforms),
            "merchant": self.options.merchant,
            "goods": None if self.options.goods is None else len(self.options.goods),
            "order_sync": terms.order_sync,
            "paid_only": terms.paid_only,
            "unsynced": terms.push_unsynced,
            "override": terms.override,
        }


def _latencies(joined: hub.Hub, ledger: Ledger, stores: list[DumpedStore]) -> list[float]:
    """Seconds from an order being fit to go to each of its vendor orders being made."""
    went = {played.order_id: played.go_at for played in ledger.orders.values() if played.go_at}
    made: list[float] = []
    for store in stores:
        for order in store.orders:
            parts = (order.reference or "").split("-")
            if len(parts) == 5 and parts[2] in went:
                made.append(datetime.fromisoformat(order.created_at).timestamp() - went[parts[2]])
    return [max(0.0, seconds) for seconds in made]


def _database_tree() -> dict[str, int]:
    """The database's own processes, when they are of this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), inet_server_addr() IS NULL")
        backend, local = cursor.fetchone()
    found = postmaster_of(backend) if local else None
    return {"postgres": found} if found else {}
