"""What is measured of catalogues: a first sync (read, choose, list, set levels) and a whole pass that finds no change.

Both with the hub as it runs in earnest (stage.py). Not here: watching (catalogue_watch.py), or telling (catalogue.py).
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.catalogue_watch import Found, Watch
from bench.stage import Stage, now, opened

MERCHANT, VENDOR = "bench-market", "bench-vendor"
VARIANTS = 10  # of each product
AT_ONCE = 1_000  # products filled in by one request: the sandbox serves nothing else meanwhile
HOURS = 3 * 3600.0
TABLES = ("store_product", "store_variant", "listing", "variant_link", "level")


class Wrote(dict[str, int]):
    """Rows of each table that were written or removed since; all zero when nothing was."""

    @property
    def nothing(self) -> bool:
        return not any(self.values())


@contextmanager
def market(plan: str, products: int, *, workers: int, latency: float = 0.0) -> Iterator[tuple[Stage, Any, Found]]:
    """The hub with an empty marketplace and one vendor of so many products, whose catalogue was read for the first
    time: that is what was found. Stores take `latency` seconds more for every answer."""
    extra = {"CROSSDOCK_SWEEP": "86400"}
    stores = ("bench.catalogue_stores", "--latency", str(latency))
    with opened(workers=workers, extra=extra, sandbox=stores) as stage:
        built = _build(stage, plan)
        for start in range(0, products, AT_ONCE):
            count = min(AT_ONCE, products - start)
            stage.control([{"op": "fill_catalogue", "store": VENDOR, "products": count, "variants": VARIANTS}])
        with Watch(stage, VENDOR) as watch:
            joined = _join(stage, built)
        yield stage, joined, watch.found()


def _build(stage: Stage, plan: str) -> Any:
    from crossdock_sandbox.traffic.building import build
    from crossdock_sandbox.traffic.control import HttpControl
    from crossdock_sandbox.traffic.plan import Market, Shop

    shop = Shop(VENDOR, "Vendor", "vendor@example.com", ())
    empty = Market(merchant=MERCHANT, name="Market", currency="EUR", shops=(shop,))

    async def make() -> Any:
        async with HttpControl(stage.sandbox_url) as control:
            return await build(control, empty, plan=plan, progress=lambda more: None)

    return asyncio.run(make())


def _join(stage: Stage, built: Any) -> Any:
    from crossdock.rehearsal import hub
    from crossdock_sandbox.traffic.plan import Terms

    joined = hub.join(built, Terms(), slug="bench", now=now())
    stage.wait(lambda: hub.stores_left(joined, now()) == 0, "stores are not read", every=0.5, patience=HOURS)
    return joined


def first_sync(stage: Stage, joined: Any) -> Found:
    """Everything the vendor has is chosen, made at the merchant and given its stock."""
    from crossdock.models import Vendor
    from crossdock.operations.choosing import choose_products

    vendor = Vendor.objects.get(pk=joined.vendors[VENDOR])
    with Watch(stage, MERCHANT) as watch:
        chosen = choose_products(vendor=vendor, now=now(), who="bench", everything=True, approved=True)
        stage.wait(lambda: _made(stage), "listings are not made", every=1.0, patience=HOURS)
    rows = stage.sql("SELECT count(*) FILTER (WHERE state = 'live'), count(*) FROM listing")
    assert rows == [(chosen.chosen, chosen.chosen)], f"{rows} listings are live and there, not {chosen.chosen}"
    return watch.found()


def _made(stage: Stage) -> bool:
    """No listing is to be looked at any more, and no level."""
    rows = stage.sql(
        "SELECT EXISTS (SELECT FROM listing WHERE wanted > done), EXISTS (SELECT FROM level WHERE wanted > done), "
        "EXISTS (SELECT FROM dirty_key WHERE kind IN ('listing', 'level'))"
    )
    return not any(rows[0])


def levels_agree(stage: Stage) -> int:
    """How many variants have the same stock at the merchant as at their vendor; any other ends the benchmark."""
    theirs, ours = (_levels(stage, store) for store in (VENDOR, MERCHANT))
    wrong = {sku for sku, units in theirs.items() if ours.get(sku) != units}
    assert not wrong, f"{len(wrong)} of {len(theirs)} levels differ"
    return len(theirs)


def _levels(stage: Stage, store: str) -> dict[str, int | None]:
    """Of each SKU."""
    (found,) = stage.control([{"op": "dump", "store": store}])
    variants = [variant for product in found["products"] for variant in product["variants"]]
    return {variant["sku"]: found["inventory"].get(variant["id"]) for variant in variants}


def sweep(stage: Stage) -> tuple[Found, Wrote]:
    """A whole pass over the vendor's catalogue, of which nothing has changed; and what it wrote."""
    from crossdock.models import Store
    from crossdock.operations.catalogue_reading import read_catalogue

    store = Store.objects.get(vendor__isnull=False)
    stage.wait(lambda: _calm(stage), "work is left", every=1.0)
    finished = "SELECT finished_at FROM sweep WHERE store_id = %s AND kind = 'catalogue'"
    before = stage.sql(finished, store.pk)
    mark = _mark(stage)
    with Watch(stage, VENDOR) as watch:
        read_catalogue(store=store, now=now(), who="bench")
        stage.wait(lambda: stage.sql(finished, store.pk) != before, "the pass does not end", every=0.5, patience=HOURS)
    return watch.found(), _wrote(stage, mark)


def _calm(stage: Stage) -> bool:
    rows = stage.sql("SELECT count(*) FROM dirty_key WHERE due_at < now() + interval '1 hour'")
    return bool(rows[0][0] == 0)


Mark = tuple[str, dict[str, int]]


def _mark(stage: Stage) -> Mark:
    """The newest transaction, and how many rows there are."""
    time.sleep(0.5)
    newest = str(stage.sql("SELECT pg_current_xact_id()::text")[0][0])
    return newest, {table: stage.sql(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}  # noqa: S608  ours


def _wrote(stage: Stage, since: Mark) -> Wrote:
    """A row that was written has a younger transaction in it."""
    newest, counts = since
    found = Wrote()
    for table in TABLES:
        (rows, young), *_ = stage.sql(
            f"SELECT count(*), count(*) FILTER (WHERE age(xmin) < age(%s::text::xid)) FROM {table}",  # noqa: S608  ours
            newest,
        )
        found[table] = young + max(0, counts[table] - rows)
    return found
