"""Listings judged from outside: the merchant's store against its vendors', by the rules in plain words.

Written apart from the hub's own planning, on purpose; of the hub's database only the links are read, and they are
judged too. Not here: stock and orders (outside.py), or making things happen.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.world import World

Json = dict[str, Any]
CENT = Decimal("0.01")


class Hand:
    """What only who did it knows: fields that the merchant edited (`sure`: nothing was being written just then), its
    variants that it deleted or has of its own, products it was given to keep, rules that were in force once."""

    def __init__(self) -> None:
        self.edits: defaultdict[str, dict[str, tuple[Any, bool]]] = defaultdict(dict)
        self.gone: dict[tuple[str, str], bool] = {}  # (merchant's product, vendor's variant) -> sure
        self.renewed: set[str] = set()  # vendors' variants made anew in another's place
        self.kept: set[str] = set()
        self.own: dict[str, str] = {}  # variants that the merchant put on listings itself, and their prices
        self.loose: set[str] = set()  # fields that were not always followed

    def edit(self, id: str, field: str, value: Any, *, sure: bool) -> None:
        self.edits[id][field] = (value, sure)

    def removed(self, product_id: str, vendor_variant_id: str, *, sure: bool) -> None:
        self.gone[product_id, vendor_variant_id] = sure

    def let_go(self, product_id: str) -> None:
        """Until it is chosen anew."""
        self.kept.add(product_id)

    def left(self, market: list[Json]) -> None:
        """What the merchant deletes itself is not missed."""
        there = {one["id"] for product in market for one in product["variants"]}
        self.own = {id: price for id, price in self.own.items() if id in there}

    def unseen(self, product_ids: set[str]) -> None:
        """Nobody looks whether a variant of a listing that ended is deleted by hand: chosen anew it may be made too."""
        self.gone = {pair: sure and pair[0] not in product_ids for pair, sure in self.gone.items()}

    def give_back(self, product_id: str, variant_ids: Iterable[str]) -> None:
        """What was noticed is the vendor's again; what was not is still the merchant's."""
        for id in (product_id, *variant_ids):
            self.edits[id] = {field: (value, False) for field, (value, _) in self.edits[id].items()}
        self.gone = {pair: sure and pair[0] != product_id for pair, sure in self.gone.items()}

    def rules(self, changes: Json) -> None:
        if changes.get("new_status") == "draft":
            self.loose.add("status")
        self.loose |= {field for field, (made, _) in changes.get("fields", {}).items() if not made}


def vendor_id_of(product: Json) -> str:
    """The vendor's product that a listing was made for, by our reference; "" for the merchant's own."""
    reference = next((one["value"] for one in product["metafields"] if one["type"] == "id"), "")
    parts = reference.split("-")
    return parts[3] if len(parts) == 4 and parts[0] == "cdp" else ""


async def judge_listings(world: World, rules: Json, hand: Hand) -> list[str]:
    """Everything that is wrong with the listings, in words; every product of every vendor should be listed."""
    dump = await world.dump("market")
    ours: defaultdict[str, list[Json]] = defaultdict(list)
    for one in dump["products"]:
        if vendor_id_of(one) and one["id"] not in hand.kept:
            ours[vendor_id_of(one)].append(one)
    links = await _links(world)
    waits = {
        line["variant_id"]
        for order in await world.orders("market")
        for line in order["lines"]
        if not order["cancelled_at"]
    }
    found: list[str] = [*_own(dump, hand)]
    for name in world.vendors:
        for product in (await world.dump(name))["products"]:
            if product["status"] == "ARCHIVED":
                continue
            there = ours.pop(product["id"], [])
            case = Case(rules, hand, waits, dump["inventory"])
            if len(there) != 1:
                found.append(f"{name} {product['title']} ({product['id']}) is listed {len(there)} times")
            else:
                wrong = [*case.product(product, there[0]), *case.variants(product, there[0], links)]
                found += [f"{name} {product['title']} ({product['id']}): {words}" for words in wrong]
    return found + [words for rest in ours.values() for one in rest for words in _over(one, dump, hand)]


def _own(dump: Json, hand: Hand) -> Iterator[str]:
    """What the merchant has put there itself is there as it was, whatever became of what is around it."""
    there = {one["id"]: one for product in dump["products"] for one in product["variants"]}
    for id, price in hand.own.items():
        if id not in there or there[id]["price"] != price:
            yield f"the merchant's own variant {id} is {there.get(id)}"


async def _links(world: World) -> dict[str, list[str]]:
    """Merchant's variants by vendor's, of links that hold."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for theirs, mine in await world.sql(
        "SELECT vendor_variant_id, merchant_variant_id FROM variant_link WHERE ended_at IS NULL"
    ):
        found[theirs].append(mine)
    return found


def _over(product: Json, dump: Json, hand: Hand) -> Iterator[str]:
    """A listing whose product the vendor has no more: nothing of it may be sold."""
    if product["status"] != "ACTIVE" or "status" in hand.edits[product["id"]]:
        return
    for one in [one for one in product["variants"] if one["id"] not in hand.own]:
        left = sum(dump["levels"][one["id"]].values())
        if not one["tracked"] or one["oversell"] or left > 0:
            yield f"{product['title']} ({product['id']}) is over, but {one['sku']} still sells, {left}"


class Case:
    """How one product and its listing are judged."""

    def __init__(self, rules: Json, hand: Hand, waits: set[str], stock: Json) -> None:
        self.rules = rules
        self.hand = hand
        self.waits = waits  # merchant's variants with orders, which may stay for them
        self.stock = stock
        updates = {field: pair[1] for field, pair in rules.get("fields", {}).items()}
        self.loose = hand.loose | {field for field, follows in updates.items() if not follows}

    def product(self, wanted: Json, has: Json) -> Iterator[str]:
        for name, field in (("title",) * 2, ("product_type",) * 2, ("vendor", "vendor_name"), ("html", "description")):
            wish = wanted[name].partition("<script>")[0]
            yield from self._field(has["id"], name, field, _plain(wish), _plain(has[name]))
        yield from self._tags(wanted, has)
        yield from self._status(wanted, has)
        if "media" not in self.loose and "media" not in self.hand.edits[has["id"]]:
            pictures = [_stem(one["url"]) for one in wanted["media"]]
            if pictures != [_stem(one["source"] or one["url"]) for one in has["media"]]:
                yield f"pictures are {[one['url'] for one in has['media']]}, wanted {pictures}"

    def _field(self, id: str, name: str, field: str, wish: Any, there: Any) -> Iterator[str]:
        edited, sure = self.hand.edits[id].get(name, (None, False))
        if name in ("html", "price") and edited is not None:
            edited = _plain(edited) if name == "html" else Decimal(edited)
        if name in self.hand.edits[id]:
            if there != edited and (sure or there != wish):
                yield f"{name} is {there!r}, by hand {edited!r}, the vendor's {wish!r}"
        elif there != wish and field not in self.loose:
            yield f"{name} is {there!r}, wanted {wish!r}"

    def _tags(self, wanted: Json, has: Json) -> Iterator[str]:
        if "tags" in self.loose:
            return
        wish, there = set(wanted["tags"]), set(has["tags"])
        mine = {"handmade"} if "tags" in self.hand.edits[has["id"]] else set()
        if there - mine != wish:
            yield f"tags are {sorted(there)}, wanted {sorted(wish)}"
        if mine - there and self.hand.edits[has["id"]]["tags"][1]:
            yield "the merchant's tag is gone"

    def _status(self, wanted: Json, has: Json) -> Iterator[str]:
        if "status" in self.hand.edits[has["id"]] or "status" in self.loose:
            return
        if (wanted["status"] == "ACTIVE") != (has["status"] == "ACTIVE"):
            yield f"status is {has['status']}, the vendor's {wanted['status']}"

    def variants(self, wanted: Json, has: Json, links: dict[str, list[str]]) -> Iterator[str]:
        ours = {one["id"]: one for one in has["variants"] if one["id"] not in self.hand.own}
        alone = len(ours) == len(has["variants"])
        shown = {one["id"]: one for one in wanted["variants"]}
        for one in shown.values():
            twins = [id for id in links.get(one["id"], []) if id in ours]
            away = self.hand.gone.get((has["id"], one["id"]))
            if one["id"] in self.hand.renewed and any(id == has["id"] for id, _ in self.hand.gone):
                away = False  # it may be of the place that the merchant deleted
            if len(links.get(one["id"], [])) != len(twins):
                yield f"{one['sku']} is linked to {links[one['id']]}, not all there"
            if len(twins) > 1:
                yield f"{one['sku']} has {len(twins)} twins"
            elif not twins and away is None and alone and self._has_room(one, has):
                yield f"{one['sku']} {one['options']} is not offered"
            elif twins and away:
                yield f"{one['sku']} is there again, though the merchant deleted it"
            for twin in twins[:1]:
                yield from (f"{one['sku']}: {words}" for words in self._variant(one, ours.pop(twin), alone=alone))
        if self.rules.get("auto_variants", True) and alone:
            over = [one for one in ours.values() if one["id"] not in self.waits]
            if len(ours) == len(has["variants"]):  # a product has one variant at least
                over = [one for one in over if self.stock.get(one["id"], 0)]
            yield from (f"has {one['sku']} {one['options']}, the vendor has not" for one in over)
            names = [[one["name"] for one in each["options"]] for each in (wanted, has)]
            if names[0] != names[1] and not ours:
                yield f"options are {names[1]}, wanted {names[0]}"

    def _has_room(self, wanted: Json, has: Json) -> bool:
        """Whether variants are added by themselves, and none that waits for its orders has the place."""
        waiting = [one["options"] for one in has["variants"] if one["id"] in self.waits]
        return self.rules.get("auto_variants", True) and wanted["options"] not in waiting

    def _variant(self, wanted: Json, has: Json, *, alone: bool) -> Iterator[str]:
        price = _price(wanted["price"], self.rules)
        yield from self._field(has["id"], "price", "price", price, Decimal(has["price"]))
        if "price" not in self.hand.edits[has["id"]] and not self.loose & {"price", "compare_at"}:
            before = _price(wanted["compare_at"], self.rules) if wanted["compare_at"] else None
            before = before if before is not None and before > price else None
            if (None if has["compare_at"] is None else Decimal(has["compare_at"])) != before:
                yield f"compare-at is {has['compare_at']}, wanted {before}"
        for name, field in (("sku", "sku"), ("barcode", "barcode"), ("weight", "weight"), ("options", "options")):
            kept = field == "options" and not (alone and self.rules.get("auto_variants", True))
            unsaid = field == "weight" and not wanted[name]  # a weight of zero is what nobody entered
            if not kept and not unsaid:
                yield from self._field(has["id"], name, field, wanted[name], has[name])
        for name in ("tracked", "oversell"):
            if wanted[name] != has[name]:
                yield f"{name} is {has[name]}, wanted {wanted[name]}"


def _price(price: str, rules: Json) -> Decimal:
    return (Decimal(price) * Decimal(rules.get("price_factor", 1))).quantize(CENT, ROUND_HALF_UP)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _stem(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0].partition(".")[0]


async def judge_offers(world: World, *, buffer: int) -> list[str]:
    """Every linked variant whose level is not what its vendor has, once every order is at its vendors (judge_units):
    then nothing is sold that the vendor's figure does not contain. What the vendor has no more is not offered."""
    market = await world.dump("market")
    stock: dict[str, int | None] = {}
    for name in world.vendors:
        dump = await world.dump(name)
        variants = [one for product in dump["products"] for one in product["variants"]]
        stock |= {one["id"]: dump["inventory"].get(one["id"]) for one in variants}
    found: list[str] = []
    for theirs, ours in (await _links(world)).items():
        available = stock.get(theirs, 0)
        must = None if available is None else max(0, available - buffer)
        for one in ours:
            has = market["inventory"].get(one)
            if (has if theirs in stock else has or 0) != must:
                found.append(f"{one} is offered {has} times, should be {must}; its vendor has {available} of {theirs}")
    return found


async def judge_units(world: World) -> list[str]:
    """Every merchant's order is at its vendors once, with as many units of theirs as it has; prices and the rest are
    the business of outside.judge."""
    found: list[str] = []
    there: Counter[str] = Counter()
    references: Counter[str] = Counter()
    for name in world.vendors:
        for order in await world.orders(name):
            if order["reference"] and order["reference"].startswith("cd-"):
                references[order["reference"]] += 1
                there[order["reference"].split("-")[2]] += sum(line["quantity"] for line in order["lines"])
    found += [f"{reference} is there {count} times" for reference, count in references.items() if count > 1]
    for order in await world.orders("market"):
        units = sum(line["quantity"] for line in order["lines"] if line["sku"] != "OWN")
        if there[order["id"]] > units or (there[order["id"]] < units and not order["cancelled_at"]):
            found.append(f"{order['name']} of {units} units is at vendors with {there[order['id']]}")
    return found


ROWS = {
    "listing": "id, state, reason, merchant_product_id, written, taken, not_offered, problems, wanted, done",
    "variant_link": "id, merchant_variant_id, vendor_variant_id, listing_id, ended_at",
    "level": "link_id, wanted, done, sold, unexplained, merchant_available, target, reason, write_key",
    "store_product": "id, digest, gone_at, seen_at, read_needed, whole",
    "store_variant": "id, digest, gone_at, seen_at, available, levels, level_doubt, level_at",
    "vendor_order": "id, state",
    "sold_line": "id, units, taken, sent",
}
ORDERS = ("vendor_order", "sold_line")  # looking at orders again writes what was there already


async def rows_of(world: World) -> set[str]:
    """Every row that says what is listed and offered, with the transaction that wrote it last."""
    return {
        f"{table} {row}"
        for table, columns in ROWS.items()
        for written in ["" if table in ORDERS else ", xmin::text"]
        for row in await world.sql(f"SELECT {columns}{written} FROM {table}")  # noqa: S608  our own words
    }
