"""What a replay found and what it cost, as one object; and its summary for people.

Not here: finding it.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.rehearsal.judging import Stock
from crossdock.rehearsal.quantiles import quantiles
from crossdock_sandbox.audit.findings import Deviation, Verdict
from crossdock_sandbox.audit.oversold import Whose
from crossdock_sandbox.traffic.ledger import Ledger

SHOWN = 25


class Report(Struct, frozen=True):
    """`converged`: the hub came to rest within its time. `latency` is from an order being fit to go to its being at the
    vendor, in seconds. `cpu` in seconds, by process; `unplayed`: what the stores refused or never came; `during`,
    `calls_during`: calls by name (some have several names) and in all, from the first order until all was at rest."""

    orders: int
    vendor_orders: int
    parcels: int
    duplicates: int
    lost: int
    unknown: int
    deviations: tuple[Deviation, ...]
    converged: bool
    absent: dict[str, int]
    played: dict[str, int]
    unplayed: tuple[str, ...]
    seconds: dict[str, float]
    latency: dict[str, float]
    oldest_wait: float
    calls: int
    throttled: int
    sandbox: dict[str, Any]
    during: dict[str, int]
    calls_during: int
    cpu: dict[str, float]
    cpu_ms_per_order: float
    kills: int
    restarts: int
    hub: dict[str, Any]
    settings: dict[str, Any]
    stock: Stock | None = None

    @property
    def passed(self) -> bool:
        right = self.stock is None or self.stock.passed
        return self.converged and right and not self.deviations and not self.unplayed

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = msgspec.to_builtins(self)
        del plain["stock"]
        return plain | (self.stock.as_json() if self.stock else {}) | {"passed": self.passed}


def outcome(verdict: Verdict, ledger: Ledger) -> dict[str, Any]:
    """The part of a Report that the audit and the ledger give."""
    return {
        "orders": verdict.orders,
        "vendor_orders": verdict.vendor_orders,
        "parcels": verdict.parcels,
        "duplicates": verdict.duplicates,
        "lost": verdict.lost,
        "unknown": verdict.unknown,
        "deviations": verdict.deviations,
        "absent": verdict.absent,
        "played": dict(sorted(ledger.played.items())),
        "unplayed": (*ledger.refused, *ledger.unmet),
    }


def summary(report: Report) -> Iterator[str]:
    """Lines for people."""
    yield f"{report.orders} orders, {report.vendor_orders} vendor orders, {report.parcels} parcels carried back"
    for why, number in sorted(report.absent.items()):
        yield f"  {number} vendor orders rightly absent: {why}"
    yield f"duplicates {report.duplicates} · lost {report.lost} · unknown {report.unknown}"
    waits = " · ".join(f"{name} {seconds:.2f} s" for name, seconds in report.latency.items())
    yield f"from fit to go to the vendor's store: {waits or 'nothing went'}"
    yield f"the longest that anything due had to wait: {report.oldest_wait:.1f} s"
    yield f"{report.calls} calls, {report.throttled} throttled · " + " · ".join(
        f"{name} {seconds:.1f} s" for name, seconds in report.seconds.items()
    )
    spent = " · ".join(f"{name} {seconds:.1f} s" for name, seconds in report.cpu.items())
    yield f"CPU: {spent} · hub and database {report.cpu_ms_per_order:.2f} ms per order"
    if report.stock:
        yield from stock_summary(report.stock)
    if report.kills:
        yield f"{report.kills} workers killed, {report.restarts} processes started again"
    for words in report.unplayed[:SHOWN]:
        yield f"not played: {words}"
    if not report.converged:
        yield f"The hub did not come to rest: keys {report.hub['keys']}, vendor orders {report.hub['vendor_orders']}"
    for each in report.deviations[:SHOWN]:
        yield f"DEVIATION at {each.store}, order {each.order}: {each.what}"
    if len(report.deviations) > SHOWN:
        yield f"... and {len(report.deviations) - SHOWN} more"
    wrong = len(report.deviations) + (report.stock.wrong if report.stock else 0)
    yield "All stores are as they must be." if report.passed else f"{wrong} deviations."


def stock_summary(stock: Stock) -> Iterator[str]:
    """Lines for people: what was sold that was not there, and whose doing."""
    found, beside = stock.oversold, stock.naive
    yield f"units sold at the marketplace: {found.sold} · oversold by the hub {found.hub}, in the window {found.window}"
    told = " · ".join(f"{name} {units}" for name, units in found.by.items())
    yield f"  ({told}; reaction time {found.reaction:g} s) · sold from under it by vendors' own shops: {found.raced}"
    took = " · ".join(f"{name} {seconds:.2f} s" for name, seconds in quantiles(list(found.reactions)).items())
    yield f"from being told to offering no more than there is: {took or 'never needed'}"
    yield f"a naive hub, same happenings: {beside.sold} sold · by the hub {beside.hub}, in the window {beside.window}"
    for case in [case for case in found.cases if case.whose in (Whose.WRITTEN, Whose.LATE)][:SHOWN]:
        what = f"{case.units} of {case.vendor} {case.vendor_variant}, order {case.order_id}"
        yield f"OVERSOLD by the hub ({case.whose}): {what}"
    for level in stock.levels_wrong[:SHOWN]:
        yield f"LEVEL of {level.shop} {level.offer}: is {level.has}, should be {level.must} ({level.why})"
    for clue in stock.clues[:SHOWN]:
        yield f"  {clue}"
    for listing in stock.listings_wrong[:SHOWN]:
        yield f"LISTING of {listing.shop} {listing.offer}: {listing.what}"
