"""What a rehearsal with stock comes to: units oversold and whose doing, levels and listings that are wrong; and the
naive hub's oversold units beside. All of it from the stores, by crossdock_sandbox.audit.

Not here: the definition (docs/decisions/overselling.md).
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.rehearsal import naive
from crossdock.rehearsal.quantiles import quantiles
from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.audit.gather import stories
from crossdock_sandbox.audit.levels import WrongLevel, wrong_levels
from crossdock_sandbox.audit.listed import WrongListing, wrong_listings
from crossdock_sandbox.audit.oversold import Oversold, Whose, count
from crossdock_sandbox.audit.story import Change, Story, Told, trail
from crossdock_sandbox.traffic.control import Control
from crossdock_sandbox.traffic.ledger import Built
from crossdock_sandbox.traffic.plan import Happening, Market, Terms
from crossdock_sandbox.traffic.player import Pace

STORES_A_REQUEST = 50


class Stock(Struct, frozen=True):
    """The part of a Report that goods with stock add."""

    oversold: Oversold
    levels_wrong: tuple[WrongLevel, ...]
    listings_wrong: tuple[WrongListing, ...]
    naive: Oversold
    clues: tuple[str, ...] = ()  # of what is wrong: what the stores kept of it, for whoever looks for the fault

    @property
    def passed(self) -> bool:
        return not self.wrong

    @property
    def wrong(self) -> int:
        return len(self.levels_wrong) + len(self.listings_wrong) + self.oversold.hub

    def as_json(self) -> dict[str, Any]:
        """Flat, with the figures that are looked for first."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return {
            "hub_oversold": self.oversold.hub,
            "window_oversold": self.oversold.window,
            "naive_hub_oversold": self.naive.hub,
            "naive_window_oversold": self.naive.window,
            "reaction_seconds": self.oversold.reaction,
            "levels_wrong": plain["levels_wrong"],
            "listings_wrong": plain["listings_wrong"],
            "reactions": quantiles(list(self.oversold.reactions)),
            "clues": plain["clues"],
            "oversold": plain["oversold"] | {"reactions": len(self.oversold.reactions)},
            "naive_oversold": plain["naive"] | {"cases": len(self.naive.cases), "reactions": len(self.naive.reactions)},
        }


async def judge(
    control: Control,
    built: Built,
    stores: Sequence[DumpedStore],
    *,
    reaction: float,
    factor: Decimal | None,
    beside: Oversold,
) -> Stock:
    """`factor`: of prices where the hub made the listings; None: they stood beforehand and are not judged."""
    told = await _stories(control, built, stores)
    found = count(told, reaction=timedelta(seconds=reaction))
    listings = wrong_listings(built, stores, factor=factor) if factor is not None else []
    levels = wrong_levels(built, stores)
    wrong = {level.merchant_variant for level in levels}
    wrong |= {case.merchant_variant for case in found.cases if case.whose in (Whose.WRITTEN, Whose.LATE)}
    clues = tuple(line for story in told if story.pair.merchant_variant in wrong for line in trail(story))
    return Stock(found, tuple(levels), tuple(listings), beside, clues)


async def oversold(control: Control, built: Built, stores: Sequence[DumpedStore], reaction: float) -> Oversold:
    return count(await _stories(control, built, stores), reaction=timedelta(seconds=reaction))


async def _stories(control: Control, built: Built, stores: Sequence[DumpedStore]) -> list[Story]:
    ledgers = {
        name: msgspec.convert(rows, list[Change], strict=False)
        for name, rows in (await _all(control, built, "ledger")).items()
    }
    told = [
        msgspec.convert(row | {"store": name}, Told, strict=False)
        for name, rows in (await _all(control, built, "stock_told")).items()
        for row in rows
    ]
    return list(stories(built, stores, ledgers, told))


async def naive_run(
    market: Market, terms: Terms, happenings: Sequence[Happening], *, seed: int, pace: Pace, reaction: float
) -> Oversold:
    """The naive hub over the same happenings, at the same pace."""
    sandbox, built, _ = await naive.play(market, terms, happenings, seed=seed, pace=pace)
    control = naive.InProcess(sandbox)
    dumps = await control.batch([{"op": "dump", "store": name} for name in built.stores])
    return await oversold(control, built, msgspec.convert(dumps, list[DumpedStore], strict=False), reaction)


async def _all(control: Control, built: Built, op: str) -> dict[str, list[dict[str, Any]]]:
    """What `op` says of every store, by store."""
    names = list(built.stores)
    found: dict[str, list[dict[str, Any]]] = {}
    for start in range(0, len(names), STORES_A_REQUEST):
        some = names[start : start + STORES_A_REQUEST]
        answers = await control.batch([{"op": op, "store": name} for name in some])
        found |= {name: answer["entries"] for name, answer in zip(some, answers, strict=True)}
    return found
