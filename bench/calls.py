"""Calls for each thing that happens, at the merchant's and the vendor's store, against the fewest that the platform's
API allows (least.toml in its folder): python -m bench.calls [--number 20] [--merchants a,b] [--vendors a,b] [--json].

For every platform that can be a merchant's: one vendor on each platform, everything happens to all of them, in a burst
while the workers stand still. Ends with 1 if a store is not right afterwards. Not here: time, or webhooks.
"""

import argparse
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.request import urlopen

from msgspec import Struct, structs

from bench import least
from bench.calls_market import KINDS, MENDED, TRACKING, CallsMarket
from bench.stage import Stage, opened
from crossdock.connector.capabilities import Can

TITLE, PRICE, SOLD_AT, UNITS = "Stoneware mug, glazed", "30.00", "33.00", 61


Json = dict[str, Any]


class Row(Struct, frozen=True):
    """One happening at one store: `number` of it took these `calls`; `fewest` would do; why it is more (`over`)."""

    merchant: str
    happening: str
    side: str
    platform: str
    number: int
    calls: dict[str, int]
    fewest: int
    over: str

    @property
    def total(self) -> int:
        return sum(self.calls.values())


class Count:
    """Plays one marketplace and keeps what it took."""

    def __init__(self, stage: Stage, market: CallsMarket, merchant: str) -> None:
        self.stage, self.market, self.merchant = stage, market, merchant
        self.rows: list[Row] = []
        self.wrong: list[str] = []
        self.declared = {name: least.read(name) for name in {merchant, *(shop.platform for shop in market.shops)}}

    def run(self) -> None:
        market = self.market
        self._play("listing", market.offer_all)
        market.relink()
        self._play("order", lambda: self.stage.control(market.orders()))
        edited = {"note": "Leave it at the door", "phone": "+46709999999"}
        self._play("edit", lambda: self.stage.control(market.of_orders("edit_order", set=edited)))
        ship, made = market.of_vendor_orders("fulfill_order", tracking=TRACKING), []
        self._play("parcel", lambda: made.extend(self.stage.control(ship)), left=self._unshipped, kind="vendor_orders")
        mend = market.of_parcels("update_tracking", ship, made, tracking=MENDED)
        self._play(
            "tracking", lambda: self.stage.control(mend), at=_stores(mend), left=lambda: self._unmended(ship, mend)
        )
        self.stage.control(market.orders())
        self._rest()
        cancel = market.of_orders("cancel_order", reason="customer")
        self._play("cancel", lambda: self.stage.control(cancel))
        edits = (
            ("title", market.of_goods("edit_product", product=True, set={"title": TITLE}), _titled),
            ("price", market.of_goods("edit_variant", set={"price": PRICE}), _priced),
            ("stock", market.of_goods("set_stock", available=UNITS), _stocked),
        )
        for name, ops, right in edits:
            self._play(
                name, lambda ops=ops: self.stage.control(ops), left=lambda r=right: self._not(r), kind="products"
            )

    def _play(
        self,
        name: str,
        act: Callable[[], Any],
        *,
        left: Callable[[], set[str]] = set,
        kind: str = "",
        at: set[str] | None = None,
    ) -> None:
        """Let it happen (only `at` these vendors' stores; None = all), and list the stores that did not tell."""
        before = self._called()
        self.stage.pause()
        act()
        self.stage.wait_delivered()
        self.stage.go_on()
        self._rest()
        for shop in left() if kind else ():
            self.market.list_anew(self.market.stores[self.market.joined.vendors[shop]], [kind])
        self._rest(kind)
        self.wrong += [f"{name} at {shop}" for shop in left()]
        self._keep(name, before, at)

    def _rest(self, sweep: str = "") -> None:
        """Until nothing is to be done, listing of `sweep` included."""
        self.stage.wait_quiet(KINDS)
        if sweep:
            due = "SELECT count(*) FROM dirty_key WHERE kind = 'sweep' AND due_at < now() + interval '1 minute'"
            self.stage.wait(lambda: self.stage.sql(due)[0][0] == 0, "stores are not listed")
            self.stage.wait_quiet(KINDS)

    def _keep(self, name: str, before: dict[str, dict[str, int]], at: set[str] | None) -> None:
        now, number, shops = self._called(), self.market.number, self.market.shops
        places = [shop for shop in shops if at is None or shop.key in at]
        stores = [(shop.key, "vendor", shop.platform, number) for shop in places]
        stores.append((self.market.built.market.merchant, "merchant", self.merchant, number * len(places)))
        for store, side, platform, times in stores:
            calls = {
                op: more
                for op, count in now.get(store, {}).items()
                if (more := count - before.get(store, {}).get(op, 0))
            }
            fewest: least.Least = getattr(self.declared[platform], side)[name]
            self.rows.append(Row(self.merchant, name, side, platform, times, calls, fewest.calls(times), fewest.over))

    def _called(self) -> dict[str, dict[str, int]]:
        with urlopen(f"{self.stage.sandbox_url}/control/called", timeout=60) as answer:  # noqa: S310  of our own making
            found: dict[str, dict[str, int]] = json.load(answer)
            return found

    # -- what is not as it must be: keys of shops --

    def _unshipped(self) -> set[str]:
        rows = self.stage.sql(
            "SELECT DISTINCT vendor_id FROM vendor_order WHERE marketplace_id = %s AND state = 'linked'",
            self.market.joined.marketplace.pk,
        )
        return {shop for shop, vendor in self.market.joined.vendors.items() if (vendor,) in rows}

    def _unmended(self, ship: list[Json], mend: list[Json]) -> set[str]:
        """All parcels that stand at the merchant's have the tracking that their vendor gave last."""
        (found,) = self.stage.control([{"op": "dump", "store": self.market.built.market.merchant}])
        there = [
            number
            for order in found["orders"]
            for parcel in order["fulfillments"]
            if str(parcel["status"]).lower() == "success"
            for number in parcel["tracking"]["numbers"]
        ]
        counts = {"mended": there.count(MENDED["numbers"][0]), "as made": there.count(TRACKING["numbers"][0])}
        wanted = {"mended": len(mend), "as made": len(ship) - len(mend)}
        return set() if counts == wanted else {f"the merchant's: {counts}, wanted {wanted}"}

    def _not(self, right: Callable[..., bool]) -> set[str]:
        return {offer.shop for offer, *there in self.market.listed() if not right(*there)}


def _stores(ops: list[Json]) -> set[str]:
    return {op["store"] for op in ops}


def _titled(product: dict[str, Any], variant: dict[str, Any], stock: int) -> bool:
    return bool(product["title"] == TITLE)


def _priced(product: dict[str, Any], variant: dict[str, Any], stock: int) -> bool:
    return Decimal(variant["price"]) == Decimal(SOLD_AT)


def _stocked(product: dict[str, Any], variant: dict[str, Any], stock: int) -> bool:
    return stock == UNITS


def main() -> int:
    options = _options()
    rows: list[Row] = []
    wrong: list[str] = []
    with opened(workers=1, sandbox=("bench.calls_stores",)) as stage:
        from crossdock.rehearsal import mixing

        vendors = options.vendors or mixing.vendors()
        merchants = options.merchants or _merchants()
        for merchant in merchants:
            market = CallsMarket(stage, merchant, vendors, options.number)
            count = Count(stage, market, merchant)
            count.run()
            rows, wrong = rows + count.rows, wrong + [f"{merchant}: {words}" for words in count.wrong]
            if not options.json:
                _tell(count.rows)
    if options.json:
        found = [{**structs.asdict(row), "total": row.total} for row in rows]
        print(json.dumps({"number": options.number, "rows": found, "wrong": wrong}))
    for words in wrong:
        print(f"NOT right: {words}", file=sys.stderr)
    return 1 if wrong else 0


def _merchants() -> list[str]:
    from crossdock.connector.registry import platform
    from crossdock.rehearsal import mixing

    return [name for name in mixing.both_have() if platform(name).capabilities.merchant_role.can is not Can.NO]


def _tell(rows: list[Row]) -> None:
    print(f"\nmerchant on {rows[0].merchant}: calls for each, and the fewest that would do")
    for name, words in least.HAPPENINGS.items():
        print(f"{words}")
        for row in (row for row in rows if row.happening == name):
            each, fewest = row.total / row.number, row.fewest / row.number
            listed = ", ".join(f"{op} {count}" for op, count in sorted(row.calls.items(), key=lambda of: -of[1]))
            print(f"  {row.side:<9}{row.platform:<13}{row.number:>4}{each:8.2f}{fewest:7.2f}  {listed}")
            if row.total > row.fewest:
                print(f"{'':<42}  more: {row.over or 'NOT SAID WHY'}")


def _options() -> argparse.Namespace:
    def names(words: str) -> list[str]:
        return [word for word in words.split(",") if word]

    parser = argparse.ArgumentParser(description="Calls for each happening, against the fewest that would do.")
    parser.add_argument("--number", type=int, default=20, help="of each happening at each vendor")
    parser.add_argument("--merchants", type=names, default=[], help="platforms; default: all that can be")
    parser.add_argument("--vendors", type=names, default=[], help="platforms; default: all")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
