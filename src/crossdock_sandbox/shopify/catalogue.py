"""Products and variants come and go: made by control operations and by product mutations alike."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from crossdock_sandbox.shop import Shop
from crossdock_sandbox.shopify.state import Level, Product, Variant

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox


def new_product(world: "Sandbox", shop: Shop, *, title: str, vendor: str, handle: str | None = None) -> Product:
    """Handles that are taken go on as -1, -2 (FACTS section 6)."""
    now = world.now()
    base = handle or re.sub(r"[^\w]+", "-", title.lower()).strip("-") or "product"
    name, count = base, 0
    while name in shop.handles:
        count += 1
        name = f"{base}-{count}"
    product = Product(world.id(), title, name, vendor, now, now)
    shop.products[product.id] = product
    shop.handles[name] = product.id
    return product


def new_variant(
    world: "Sandbox", shop: Shop, product: Product, *, title: str, sku: str, price: Decimal, stock: int | None = None
) -> Variant:
    """`stock` None = untracked, which is Shopify's default for a new item (FACTS section 5)."""
    now = world.now()
    variant = Variant(world.id(), world.id(), product, title, sku, price, now, now, tracked=stock is not None)
    variant.levels = [Level(world.id(), variant, shop.location, stock or 0, now)]
    product.variants.append(variant)
    shop.variants[variant.id] = variant
    shop.items[variant.item_id] = variant
    return variant


def remove_variant(shop: Shop, variant: Variant) -> None:
    variant.product.variants.remove(variant)
    shop.variants.pop(variant.id, None)
    shop.items.pop(variant.item_id, None)


def remove_product(world: "Sandbox", shop: Shop, product: Product) -> None:
    for variant in list(product.variants):
        remove_variant(shop, variant)
    shop.products.pop(product.id, None)
    shop.handles.pop(product.handle, None)
    world.emit(shop, [("PRODUCTS_DELETE", product)])
