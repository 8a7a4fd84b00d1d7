"""Products, their options, variants and pictures come and go: by control operations and by mutations alike.

Not for what a mutation's input may hold (`mutations_*.py`), nor for stock (`acts_stock.py`).
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from crossdock_sandbox.shopify import acts_stock, telling
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state_catalogue import (
    DEFAULT_OPTION,
    DEFAULT_VALUE,
    Level,
    Location,
    Media,
    Option,
    OptionValue,
    Product,
    Variant,
)  # fmt: skip

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Values = tuple[OptionValue, ...]


def new_product(world: "Sandbox", shop: Shop, *, title: str, vendor: str, handle: str | None = None) -> Product:
    """Without options and variants yet: see `set_options` and `new_variant`."""
    now = world.now()
    product = Product(world.id(), title, free_handle(shop, handle or slug(title)), vendor, now, now)
    shop.products[product.id] = product
    shop.handles[product.handle] = product.id
    shop.log_product(product, now)
    return product


def slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-") or "product"


def free_handle(shop: Shop, base: str) -> str:
    """Handles that are taken go on as -1, -2 (FACTS section 6)."""
    name, count = base, 0
    while name in shop.handles:
        count += 1
        name = f"{base}-{count}"
    return name


def rename_handle(shop: Shop, product: Product, wanted: str) -> None:
    if wanted == product.handle:
        return
    shop.handles.pop(product.handle, None)
    product.handle = free_handle(shop, slug(wanted))
    shop.handles[product.handle] = product.id


# -- options --


def new_option(world: "Sandbox", name: str, values: Iterable[str] = ()) -> Option:
    return Option(world.id(), name, [OptionValue(world.id(), one) for one in values])


def value_of(world: "Sandbox", option: Option, name: str) -> OptionValue:
    """The option's value of that name, made when new."""
    found = next((one for one in option.values if one.name == name), None)
    if found is None:
        found = OptionValue(world.id(), name)
        option.values.append(found)
    return found


def default_values(world: "Sandbox", product: Product) -> Values:
    """The only value of a product without options."""
    if not product.options:
        product.options = [new_option(world, DEFAULT_OPTION)]
    return (value_of(world, product.options[0], DEFAULT_VALUE),)


def used_values(product: Product) -> set[int]:
    """Ids of the values that some variant has."""
    return {value.id for variant in product.variants for value in variant.values}


# -- variants --


def new_variant(
    world: "Sandbox", shop: Shop, product: Product, *, values: Values, sku: str, price: Decimal, tracked: bool = False,
    stock: Mapping[Location, int] | None = None, by: str = "staff",
) -> Variant:  # fmt: skip
    """Untracked is Shopify's default for a new item (FACTS section 5). `stock` None = kept at the shop's own location,
    with none there."""
    now = world.now()
    variant = Variant(world.id(), world.id(), product, values, sku, price, now, now, tracked=tracked)
    for place, available in ({shop.location: 0} if stock is None else stock).items():
        level = Level(world.id(), variant, place, 0, now)
        variant.levels.append(level)
        acts_stock.move(world, shop, level, available, "created", by)
    product.variants.append(variant)
    shop.variants[variant.id] = variant
    shop.items[variant.item_id] = variant
    return variant


def remove_variant(world: "Sandbox", shop: Shop, variant: Variant, by: str = "staff") -> None:
    for level in variant.levels:
        acts_stock.move(world, shop, level, -level.available, "deleted", by)
    variant.product.variants.remove(variant)
    shop.variants.pop(variant.id, None)
    shop.items.pop(variant.item_id, None)


def remove_product(world: "Sandbox", shop: Shop, product: Product, by: str = "staff") -> None:
    for variant in reversed(list(product.variants)):
        remove_variant(world, shop, variant, by)
    shop.products.pop(product.id, None)
    shop.handles.pop(product.handle, None)
    if product.change:
        product.change[2] = product.change[0]
    for field in product.metafields:
        definition = shop.definitions.get(("PRODUCT", field.namespace, field.key))
        if definition is not None and definition.values.get(field.value) == product.id:
            del definition.values[field.value]
    telling.emit(world, shop, [("PRODUCTS_DELETE", product)])


# -- pictures --


def new_media(world: "Sandbox", shop: Shop, source: str, alt: str = "") -> Media:
    """A picture that is there already; `acts_media.fetch` is for those that the shop has to get first."""
    now = world.now()
    made = Media(world.id(), source, alt, now, now)
    shop.media[made.id] = made
    return made


def serve(shop: Shop, media: Media) -> None:
    """The picture is READY, at an address of the shop's own."""
    name = media.source.partition("?")[0].rpartition("/")[2] or "image.jpg"
    media.status = "READY"
    media.url = f"https://cdn.shopify.com/s/files/1/{shop.id}/files/{name}?v={media.id}"
