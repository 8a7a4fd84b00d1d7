"""What vendors' staff do to their own shops: products, options, variants and stock, one method a step.

Not here: everybody else (catalogue_walk.py). Steps that cannot be taken are not.
"""

from collections.abc import Callable
from itertools import product as every
from typing import Any

from tests.outside_listings import vendor_id_of
from tests.world import World

Json = dict[str, Any]


def goods(number: int) -> list[Json]:
    """A vendor's products at the beginning: one without options, one with one, one with two."""
    name = f"Vendor {number}"
    plain = {"title": f"Lamp {number}", "variants": [{"sku": f"V{number}-lamp", "price": "10.00", "inventory": 9}]}
    mugs = {
        "title": f"Mug {number}",
        "html": "<p>Holds tea.</p>",
        "tags": ["kitchen"],
        "media": [f"https://cdn.test/mug{number}.jpg"],
        "options": [{"name": "Colour", "values": ["Red", "Blue"]}],
        "variants": [
            {"options": [colour], "sku": f"V{number}-mug-{colour}", "price": "4.50", "inventory": 3, "weight": 300}
            for colour in ("Red", "Blue")
        ],
    }
    tees = {
        "title": f"Tee {number}",
        "html": "<p>Soft <b>cotton</b>.</p>",
        "product_type": "Shirts",
        "options": [{"name": "Size", "values": ["S", "M"]}, {"name": "Colour", "values": ["Red", "Blue"]}],
        "variants": [
            {"options": [size, colour], "sku": f"V{number}-tee-{size}{colour}", "price": "20.00", "inventory": 5}
            for size, colour in every(("S", "M"), ("Red", "Blue"))
        ],
    }
    return [{"vendor": name} | one for one in (plain, mugs, tees)]


class Staff:
    """The vendors' people."""

    def __init__(self, world: World, names: tuple[str, ...]) -> None:
        self.world = world
        self.names = names
        self.count = 0
        self.renewed: set[str] = set()  # variants made anew in another's place

    async def pick(self, store: str, at: int, fit: Callable[[Json], bool] = lambda _: True) -> Json | None:
        """One of a store's products; the merchant's in the order of the vendors', whatever was made first."""
        found = [one for one in (await self.world.dump(store))["products"] if fit(one)]
        found.sort(key=lambda one: vendor_id_of(one).zfill(20))
        return found[at % len(found)] if found else None

    def next(self) -> int:
        self.count += 1
        return self.count

    def vendor(self, at: int) -> str:
        return self.names[at % len(self.names)]

    async def edit(self, at: int, field: str) -> None:
        """A field of a vendor's product."""
        store, number = self.vendor(at), self.next()
        values: Json = {
            "title": f"Title {number}",
            "html": f"<p>Words {number}</p><script>no</script>",
            "product_type": f"Type {number % 3}",
            "tags": [f"t{number % 4}", f"t{number % 3}"],
            "media": [f"https://cdn.test/p{one}.jpg" for one in range(number % 3, 3)],
            "vendor": f"Name {number}",
        }
        if (product := await self.pick(store, at // 3)) is not None:
            await self.world.control("edit_product", store=store, product_id=product["id"], set={field: values[field]})

    async def status(self, at: int, status: str) -> None:
        store = self.vendor(at)
        if (product := await self.pick(store, at // 3)) is not None:
            await self.world.control("edit_product", store=store, product_id=product["id"], set={"status": status})

    async def delete(self, at: int) -> None:
        store = self.vendor(at)
        if (product := await self.pick(store, at // 3)) is not None:
            await self.world.control("delete_product", store=store, product_id=product["id"])

    async def create(self, at: int) -> None:
        store, number = self.vendor(at), self.next()
        rows = [
            {"options": [f"K{one}"], "sku": f"N{number}-{one}", "price": f"{number % 7 + 1}.20", "inventory": one + 2}
            for one in range(1 + number % 3)
        ]
        options = [{"name": "Kind", "values": [row["options"][0] for row in rows]}]
        product = {"title": f"New {number}", "vendor": store, "options": options, "variants": rows}
        await self.world.control("add_product", store=store, product=product)

    async def variant(self, at: int, field: str) -> None:
        store, number = self.vendor(at), self.next()
        values: Json = {
            "price": f"{number % 40 + 1}.{number % 90 + 10}",
            "compare_at": f"{number % 60 + 30}.00" if number % 3 else None,
            "sku": f"S{number}",
            "barcode": f"B{number}" if number % 4 else "",
            "weight": number % 50 * 10,
            "tracked": bool(number % 2),
            "oversell": bool(number % 3),
        }
        if (product := await self.pick(store, at // 3)) is not None:
            variant = product["variants"][at % len(product["variants"])]
            given = {field: values[field]}
            await self.world.control("edit_variant", store=store, variant_id=variant["id"], set=given)

    async def add_variants(self, at: int, many: int) -> None:
        store = self.vendor(at)
        product = await self.pick(store, at // 3, lambda one: one["options"][0]["name"] != "Title")
        if product is None:
            return
        rows = []
        for _ in range(many):
            number = self.next()
            values = [f"New{number}", *product["variants"][at % len(product["variants"])]["options"][1:]]
            rows.append({"options": values, "sku": f"A{number}", "price": "3.30", "inventory": number % 5})
        await self.world.control("add_variants", store=store, product_id=product["id"], variants=rows)

    async def remove_variants(self, at: int, many: int) -> None:
        store = self.vendor(at)
        if (product := await self.pick(store, at // 3, lambda one: len(one["variants"]) > 1)) is not None:
            first = at % len(product["variants"])
            ids = [one["id"] for one in product["variants"][first : first + many]][: len(product["variants"]) - 1]
            await self.world.control("remove_variants", store=store, product_id=product["id"], variant_ids=ids)

    async def options(self, at: int, how: str) -> None:
        """Options renamed, reordered, split, merged; one value renamed; one variant made anew in its place."""
        store = self.vendor(at)
        product = await self.pick(store, at // 3, lambda one: one["options"][0]["name"] != "Title")
        if product is None:
            return
        names = [one["name"] for one in product["options"]]
        rows = [(one["id"], list(one["options"])) for one in product["variants"]]
        done = reshape(how, names, rows, self.next())
        if done is None:
            return
        names, rows = done
        options = [
            {"name": name, "values": list(dict.fromkeys(row[place] for _, row in rows))}
            for place, name in enumerate(names)
        ]
        variants = [{"id": id, "options": row} for id, row in rows]
        await self.world.control(
            "set_options", store=store, product_id=product["id"], options=options, variants=variants
        )

    async def anew(self, at: int) -> None:
        """A variant deleted and made again with the same options."""
        store, number = self.vendor(at), self.next()
        if (product := await self.pick(store, at // 3, lambda one: len(one["variants"]) > 1)) is not None:
            gone = product["variants"][at % len(product["variants"])]
            ids = {"store": store, "product_id": product["id"]}
            row = {"options": gone["options"], "sku": f"R{number}", "price": "6.60", "inventory": 4}
            await self.world.control("remove_variants", variant_ids=[gone["id"]], **ids)
            made = await self.world.control("add_variants", variants=[row], **ids)
            self.renewed.add(made["variants"][0]["id"])

    async def stock(self, at: int, available: int) -> None:
        store = self.vendor(at)
        if (product := await self.pick(store, at // 3)) is not None:
            variant = product["variants"][at % len(product["variants"])]
            await self.world.control("set_stock", store=store, variant_id=variant["id"], available=available)

    async def adjust(self, at: int, delta: int) -> None:
        store = self.vendor(at)
        if (product := await self.pick(store, at // 3)) is not None:
            variant = product["variants"][at % len(product["variants"])]
            await self.world.control("adjust_stock", store=store, variant_id=variant["id"], delta=delta)


Rows = list[tuple[str, list[str]]]
MARK = " - "


def reshape(how: str, names: list[str], rows: Rows, number: int) -> tuple[list[str], Rows] | None:
    """Names and each variant's values, otherwise; None where that cannot be done."""
    match how:
        case "rename":
            return [f"{names[0]}{number}", *names[1:]], rows
        case "value":
            old = rows[number % len(rows)][1][0]
            return names, [(id, [f"W{number}" if row[0] == old else row[0], *row[1:]]) for id, row in rows]
        case "reorder" if len(names) > 1:
            return names[::-1], [(id, row[::-1]) for id, row in rows]
        case "merge" if len(names) > 1:
            return [MARK.join(names[:2]), *names[2:]], [(id, [MARK.join(row[:2]), *row[2:]]) for id, row in rows]
        case "split" if len(names) == 1 and all(row[0].count(MARK) == 1 for _, row in rows):
            return [f"First{number}", f"Second{number}"], [(id, row[0].split(MARK)) for id, row in rows]
        case "add" if len(names) < 3:
            return [*names, f"More{number}"], [(id, [*row, f"x{at % 2}"]) for at, (id, row) in enumerate(rows)]
        case "drop" if len(names) > 1 and len({tuple(row[:-1]) for _, row in rows}) == len(rows):
            return names[:-1], [(id, row[:-1]) for id, row in rows]
    return None
