"""Anything that vendors, shoppers, the merchant, fate and crashes do to listings and stock, in any order; then it
heals: both sides are equal by the policy, and another look at everything writes nothing.

Not here: what each step does (catalogue_walk.py), who judges (outside_listings.py).
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from tests.outside import writes
from tests.outside_listings import judge_listings, judge_offers, judge_units, rows_of
from tests.sync.catalogue_walk import Bazaar
from tests.world import World, at_home, play

NAMES = ("vendor1", "vendor2")
CALLS = "throttle error_before error_after timeout_before timeout_after drop_before drop_after internal_error_after"
FAULTS = [
    *(("graphql", kind) for kind in CALLS.split()),
    *(("webhook", kind) for kind in ("lose", "duplicate", "reorder", "late")),
    *(("file", kind) for kind in ("drop", "error_before", "timeout_before", "fail")),
]
ANY = range(100)  # which of those that there are
FIELDS = ("title", "html", "product_type", "tags", "media", "vendor")
VARIANT = ("price", "compare_at", "sku", "barcode", "weight", "tracked", "oversell")
SHAPES = ("rename", "value", "reorder", "merge", "split", "add", "drop")
RULES = {
    "price_factor": ("1", "1.25"),
    "stock_buffer": (0, 2),
    "new_status": ("draft", "active", "as_vendor"),
    "auto_variants": (False, True),
    "on_delete": ("delete", "draft", "keep"),
    "fields": ({"title": [True, False]}, {"tags": [False, True]}, {}),
}
# how often, which, and for each argument what it may be
STEPS: tuple[tuple[int, str, Sequence[Any], ...], ...] = (
    (2, "edit", ANY, FIELDS),
    (1, "status", ANY, ("ACTIVE", "DRAFT", "ARCHIVED")),
    (1, "delete", ANY),
    (1, "create", ANY),
    (2, "variant", ANY, VARIANT),
    (1, "add_variants", ANY, (1, 2, 3)),
    (1, "remove_variants", ANY, (1, 2, 3)),
    (2, "options", ANY, SHAPES),
    (1, "anew", ANY),
    (1, "stock", ANY, (-2, 0, 1, 8, 30)),
    (1, "adjust", ANY, (-4, -1, 1, 5)),
    (1, "by_hand", ANY, ("title", "html", "product_type", "tags")),
    (1, "price_by_hand", ANY),
    (1, "status_by_hand", ANY, ("ACTIVE", "DRAFT")),
    (1, "delete_by_hand", ANY),
    (1, "variant_by_hand", ANY),
    (1, "stock_by_hand", ANY, (0, 2, 9)),
    (1, "own_variant", ANY),
    (2, "buy", ANY, ANY, (1, 2, 3)),
    (1, "buy_there", ANY, (1, 2, 3)),
    (1, "cancel", ANY),
    (1, "ship", ANY),
    (1, "rule", [(name, value) for name, values in RULES.items() for value in values]),
    (1, "choose", ANY),
    (1, "approve"),
    (1, "unlist", ANY, ("keep", "draft", "delete")),
    (1, "give_back", ANY),
    (1, "pause", ANY),
    (1, "resume", ANY),
    (1, "disconnect", ANY),
    (1, "connect", ANY),
    (2, "faults", (0.1, 0.5), FAULTS, FAULTS),
    (1, "outage", ANY, (5, 600)),
    (1, "empty", ANY, (True, False)),
    (2, "crash", range(1, 40)),
    (3, "wait", (0, 1, 30, 600, 4000)),
    (1, "sweep"),
    (1, "read"),
)

step = st.one_of(
    st.tuples(st.just(name), *map(st.sampled_from, arguments))
    for often, name, *arguments in STEPS
    for _ in range(often)
)


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


async def live(world: World, script: list[tuple[Any, ...]]) -> None:
    bazaar = Bazaar(world, NAMES)
    await bazaar.open()
    for taken in script:
        await bazaar.take(*taken)
    await bazaar.heal()
    wrong = await judge_listings(world, bazaar.rules, bazaar.hand) + await judge_units(world)
    wrong += await judge_offers(world, buffer=int(bazaar.rules["stock_buffer"]))
    assert not wrong, "\n".join(wrong)
    await second_pass(world)


async def second_pass(world: World) -> None:
    """All catalogues and orders once more: no store is written to, no row changes."""
    before, rows = writes(world), await rows_of(world)
    await world.read_catalogues()
    assert writes(world) - before == Counter()
    assert sorted(await rows_of(world) ^ rows) == []


# Walks that ended badly once.
FOUND: dict[str, list[tuple[Any, ...]]] = {
    "nothing happens": [],
    "a variant deleted at the merchant": [("variant_by_hand", 40)],
    "stock moved while nothing was offered by it": [("delete_by_hand", 3), ("stock", 1, 30)],
    "a late word of a product that is deleted": [
        ("faults", 1.0, ("webhook", "late")),
        ("edit", 0, "title"),
        ("faults", 0.0),
        ("delete", 0),
        ("wait", 600),
    ],
    "chosen anew when the vendor has made it other": [
        ("unlist", 2, "draft"),
        ("edit", 4, "media"),
        ("options", 6, "add"),
    ],
}


@pytest.mark.parametrize("script", FOUND.values(), ids=list(FOUND))
def test_walks_that_failed_once(database: str, script: list[tuple[Any, ...]]) -> None:
    at_home(database)
    play(database, lambda world: live(world, script))


# The long form: WALKS=500 pytest tests/sync/test_catalogue_random.py
EXAMPLES = int(os.environ.get("WALKS", max(4, hypothesis.settings.default.max_examples // 12)))


@hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize="WALKS" not in os.environ,  # the short form is the same walks every time
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
@given(script=st.lists(step, min_size=6, max_size=30))
def test_both_sides_end_equal(
    new_database: Callable[[], AbstractContextManager[str]], script: list[tuple[Any, ...]]
) -> None:
    with new_database() as dsn:
        at_home(dsn)
        play(dsn, lambda world: live(world, script))
