"""A merchant and vendors whose products are listed: what the tests of listings share.

Not here: any expectation.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from crossdock.operations import catalogue_rules, choosing
from tests.world import World, furnish

Shown = dict[str, Any]
STEP = timedelta(seconds=2)
WRITES = (
    *("MakeProduct", "SetProduct", "SetProductFields", "StartProduct", "UpdateProduct", "UpdateVariants"),
    *("AddVariants", "RemoveVariants", "DeleteProduct"),
)


async def offering(
    world: World, *, rules: dict[str, Any] | None = None, vendors: Sequence[int] = (1,), currency: str = "EUR"
) -> None:
    """Vendors offer everything they have; it is made at the merchant."""
    await furnish(world, vendors_count=max(vendors), currency=currency)
    await ruled(world, **({"new_status": "active"} | (rules or {})))
    for number in vendors:
        await offer(world, number)


async def ruled(world: World, **changes: Any) -> None:
    await world.do(
        catalogue_rules.set_catalogue_policy,
        marketplace=world.marketplace,
        vendor=None,
        changes=changes,
        who="test",
        now=world.clock(),
    )
    await world.quiet()


async def offer(world: World, number: int = 1) -> None:
    vendor = world.vendors[f"vendor{number}"]
    now = world.clock()
    await world.do(choosing.choose_products, vendor=vendor, now=now, who="test", everything=True, approved=True)
    await world.quiet()


async def add(world: World, product: Shown, *, number: int = 1, offered: bool = True) -> str:
    """A vendor's new product; returns its id there."""
    product = {"vendor": f"Vendor {number}"} | product
    made = await world.control("add_product", store=f"vendor{number}", product=product)
    await world.quiet()
    if offered:
        await offer(world, number)
    return str(made["id"])


async def at_vendor(world: World, op: str, *, number: int = 1, **arguments: Any) -> Shown:
    """The vendor changes something, and all is done that follows from it."""
    world.clock.at += STEP
    done = await world.control(op, store=f"vendor{number}", **arguments)
    await world.quiet()
    return done


async def at_market(world: World, op: str, **arguments: Any) -> Shown:
    world.clock.at += STEP
    done = await world.control(op, store="market", **arguments)
    await world.quiet()
    return done


async def listing(world: World, product_id: str) -> Shown:
    """The newest listing's row of a vendor's product."""
    names = "id state reason words merchant_product_id taken problems not_offered written wanted done operation".split()
    rows = await world.sql(
        f"SELECT {', '.join(names)} FROM listing WHERE product_id = %s ORDER BY id DESC LIMIT 1",  # noqa: S608  our own
        [product_id],
    )
    return dict(zip(names, rows[0], strict=True))


async def twin(world: World, product_id: str) -> Shown | None:
    """The merchant's product of a vendor's."""
    merchant_id = (await listing(world, product_id))["merchant_product_id"]
    return next((one for one in (await world.dump("market"))["products"] if one["id"] == merchant_id), None)


async def there(world: World, product_id: str) -> Shown:
    found = await twin(world, product_id)
    assert found is not None, await listing(world, product_id)
    return found


async def pairs(world: World, product_id: str) -> dict[str, str]:
    """Vendor's variant -> merchant's, of links that hold."""
    return dict(
        await world.sql(
            "SELECT vendor_variant_id, merchant_variant_id FROM variant_link"
            " WHERE vendor_product_id = %s AND ended_at IS NULL AND listing_id IS NOT NULL",
            [product_id],
        )
    )


def options(product: Shown) -> dict[str, tuple[str, ...]]:
    """Variant -> its values."""
    return {one["id"]: tuple(one["options"]) for one in product["variants"]}


def tee(sizes: Sequence[str] = ("S", "M"), colours: Sequence[str] = ("Red", "Blue"), **more: Any) -> Shown:
    """A product with two options and every variant of them."""
    return {
        "title": "Tee",
        "html": "<p>Soft.</p>",
        "product_type": "Shirts",
        "tags": ["cotton"],
        "options": [{"name": "Size", "values": list(sizes)}, {"name": "Colour", "values": list(colours)}],
        "variants": [
            {"options": [size, colour], "sku": f"T-{size}-{colour}", "price": "20.00", "inventory": 5}
            for size in sizes
            for colour in colours
        ],
    } | more


async def agrees(world: World) -> None:
    """A second look at everything writes nothing."""
    before = len(world.http.calls)
    await world.sql("UPDATE listing SET wanted = wanted + 1 WHERE state = 'live'")
    await world.sql(
        "INSERT INTO dirty_key (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)"
        " SELECT DISTINCT m.id, m.id %% 8, 'listing', l.vendor_id, 4, %(now)s, 1, 0, 'test', %(now)s FROM listing l"
        " JOIN store m ON m.marketplace_id = l.marketplace_id AND m.vendor_id IS NULL"
        " ON CONFLICT (store_id, kind, ref) DO UPDATE SET due_at = %(now)s, generation = dirty_key.generation + 1",
        {"now": world.clock()},
    )
    await world.quiet()
    assert [call for call in world.http.calls[before:] if call in WRITES] == []
    assert await world.sql("SELECT id FROM listing WHERE wanted > done AND state = 'live'") == []
