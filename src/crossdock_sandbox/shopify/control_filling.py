"""A catalogue of any size in one control operation, for measuring: the same numbers give the same products.

Not for real catalogues (`control_products.py` reads those). Quiet: no webhooks.
"""

import gc
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.reading import Reader
from crossdock_sandbox.shopify import catalogue
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state_catalogue import Product

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
_COLOURS = ("Red", "Blue", "Green", "Black", "White", "Grey", "Sand", "Olive")
_THINGS = ("Mug", "Tee", "Lamp", "Chair", "Scarf", "Bowl", "Basket", "Clock")
_TEXT = "<p>Made by hand, one at a time. Care: wipe with a damp cloth. {0} of the {1} line, number {2}.</p>"


def fill(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """`products` products of `variants` variants each (one = without options), with stock from 0 to 99. Again
    goes on where it ended: a very large shop is better filled in several goes, for nothing else is served meanwhile."""
    count, each, start = op.integer("products"), op.integer("variants", 1), len(shop.products)
    chance = random.Random(f"{op.integer('seed', 1)}:{start}")
    op.done()
    for number in range(start, start + count):
        _product(world, shop, chance, number, each)
    gc.collect()
    gc.freeze()  # a million things that stay are not walked again by every collection
    return {"products": len(shop.products), "variants": len(shop.variants)}


def _product(world: "Sandbox", shop: Shop, chance: random.Random, number: int, variants: int) -> Product:
    colour, thing = _COLOURS[chance.randrange(8)], _THINGS[chance.randrange(8)]
    title = f"{colour} {thing} {number}"
    product = catalogue.new_product(world, shop, title=title, vendor=shop.title, handle=f"item-{shop.id}-{number}")
    product.html, product.product_type = _TEXT.format(thing, colour, number), thing
    product.tags = sorted((colour.lower(), thing.lower()))
    if variants == 1:
        every = [catalogue.default_values(world, product)]
    else:
        product.options = [catalogue.new_option(world, "Size", [f"Size {one}" for one in range(variants)])]
        every = [(value,) for value in product.options[0].values]
    for index, values in enumerate(every):
        stock = {shop.location: chance.randrange(100)}
        variant = catalogue.new_variant(
            world, shop, product, values=values, sku=f"{number}-{index}",
            price=Decimal(chance.randrange(500, 9999)) / 100, tracked=True, stock=stock,
        )  # fmt: skip
        variant.barcode = f"4{number % 10**7:07d}{index:04d}"
        variant.weight = float(chance.randrange(50, 2000))
    return product


OPS = {"fill_catalogue": fill}
