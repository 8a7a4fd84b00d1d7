"""Making and unmaking products: ids, slugs, SKUs that stay unique, terms, images, metadata.

Not for what the API's fields mean (`products.py`) nor for staff's ways (`control_catalogue.py`).
"""

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.woocommerce import stock
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.show_products import UNCATEGORIZED
from crossdock_sandbox.woocommerce.state import Image, Meta, Product, Term
from crossdock_sandbox.woocommerce.telling import tell

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]


def slug_of(text: str) -> str:
    plain = unicodedata.normalize("NFKD", html.unescape(text)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def escaped(name: str) -> str:
    """Names are kept HTML-escaped (FACTS, Products)."""
    return re.sub(r"&(?!#?\w+;)", "&amp;", name)


def new_product(world: "Sandbox", shop: Shop, name: str, kind: str = "simple", slug: str = "") -> Product:
    now = world.now().replace(microsecond=0)
    made = Product(shop.next_id("posts"), kind, escaped(name), _free_slug(shop, slug or slug_of(name)), now, now)
    shop.products[made.id] = made
    return made


def new_variation(world: "Sandbox", shop: Shop, parent: Product) -> Product:
    now = world.now().replace(microsecond=0)
    number = shop.next_id("posts")
    made = Product(number, "variation", "", f"{parent.slug}-{number}", now, now, parent=parent)
    shop.products[number] = made
    parent.variations.append(made)
    return made


def _free_slug(shop: Shop, wanted: str) -> str:
    taken = shop.ids[f"slug {wanted}"]
    shop.ids[f"slug {wanted}"] += 1
    return f"{wanted}-{taken + 1}" if taken else wanted


# -- what is unique --


def set_sku(shop: Shop, it: Product, sku: str) -> None:
    """Unique without regard to case, the trash included; two kinds of refusal (FACTS, Products)."""
    low = sku.lower()
    other = shop.by_sku.get(low) if sku else None
    if other is not None and other != it.id:
        if shop.products[other].status == "trash":
            words = f"The product with SKU ({sku}) you are trying to insert is already present in the lookup table"
            raise RestError("woocommerce_rest_product_not_created", words, 400)
        raise RestError("product_invalid_sku", "Invalid or duplicated SKU.", 400, resource_id=other,
                        unique_sku=_free_sku(shop, sku))  # fmt: skip
    if it.sku and shop.by_sku.get(it.sku.lower()) == it.id:
        del shop.by_sku[it.sku.lower()]
    it.sku = sku
    if sku:
        shop.by_sku[low] = it.id


def _free_sku(shop: Shop, sku: str) -> str:
    number = 1
    while f"{sku}-{number}".lower() in shop.by_sku:
        number += 1
    return f"{sku}-{number}"


def set_gtin(shop: Shop, it: Product, given: str) -> None:
    """Anything but digits and dashes is dropped silently (FACTS, Products)."""
    gtin = re.sub(r"[^0-9-]", "", given)
    other = shop.by_gtin.get(gtin) if gtin else None
    if other is not None and other != it.id:
        words = "Invalid or duplicated GTIN, UPC, EAN or ISBN."
        raise RestError("product_invalid_global_unique_id", words, 400, resource_id=other)
    shop.by_gtin.pop(it.gtin, None)
    it.gtin = gtin
    if gtin:
        shop.by_gtin[gtin] = it.id


# -- terms, images, metadata --


def term(shop: Shop, kind: str, name: str) -> Term:
    """The term of that name, made where it is not there."""
    rows = shop.terms.setdefault(kind, {})
    found = next((one for one in rows.values() if one.name.lower() == name.lower()), None)
    if found is None:
        number = shop.next_id("terms")
        found = rows[number] = Term(number, name, slug_of(name))
    return found


def set_categories(shop: Shop, it: Product, numbers: list[int]) -> None:
    """None given: the shop's default."""
    for old in it.categories:
        if it.id in shop.by_category.get(old, ()):
            shop.by_category[old].remove(it.id)
    it.categories = list(dict.fromkeys(numbers)) or [UNCATEGORIZED]
    for number in it.categories:
        shop.by_category.setdefault(number, []).append(it.id)


def new_image(world: "Sandbox", shop: Shop, src: str, alt: str = "", name: str = "") -> Image:
    file = src.rpartition("/")[2].partition("?")[0] or "image"
    return Image(shop.next_id("posts"), src, name or file, alt, world.now().replace(microsecond=0))


def merge_meta(shop: Shop, rows: list[Meta], given: list[Json], table: str) -> None:
    """By id, else by key: what is there is updated, null deletes (FACTS, Orders)."""
    for row in given:
        number, key, value = row.get("id"), str(row.get("key", "")), row.get("value")
        old = next((one for one in rows if one.id == number), None) if number else None
        old = old or next((one for one in rows if one.key == key), None)
        if value is None:
            if old is not None:
                rows.remove(old)
        elif old is None:
            rows.append(Meta(shop.next_id(table), key, value))
        else:
            old.key, old.value = key or old.key, value


# -- changes --


def touch(world: "Sandbox", shop: Shop, it: Product, *, created: bool = False, by_order: bool = False) -> None:
    """Any write moves `date_modified` and is told, of a variation too (FACTS, Products)."""
    _changed(world, shop, it)
    tell(world, shop, "product.created" if created and it.parent is None else "product.updated", it.id)
    if it.parent is not None:
        _changed(world, shop, it.parent)
        if created or not by_order:
            stock.derive(it.parent)


def _changed(world: "Sandbox", shop: Shop, it: Product) -> None:
    it.modified_at = world.now().replace(microsecond=0)
    shop.products.note(it)


def trash(world: "Sandbox", shop: Shop, it: Product) -> None:
    it.status_before, it.status = it.status, "trash"
    it.slug = f"{it.slug}__trashed"
    _changed(world, shop, it)
    now = it.modified_at
    for key, value in (("_wp_trash_meta_status", it.status_before), ("_wp_trash_meta_time", str(int(now.timestamp()))),
                       ("_wp_desired_post_slug", it.slug.removesuffix("__trashed"))):  # fmt: skip
        it.meta.append(Meta(shop.next_id("product meta"), key, value))
    tell(world, shop, "product.deleted", it.id)


def remove(shop: Shop, it: Product) -> None:
    """For good: nobody is told (FACTS, Webhooks)."""
    for one in (*it.variations, it):
        shop.products.pop(one.id, None)
        if shop.by_sku.get(one.sku.lower()) == one.id:
            del shop.by_sku[one.sku.lower()]
        if shop.by_gtin.get(one.gtin) == one.id:
            del shop.by_gtin[one.gtin]
    for number in it.categories:
        if it.id in shop.by_category.get(number, ()):
            shop.by_category[number].remove(it.id)
    if it.parent is not None:
        it.parent.variations.remove(it)
        stock.derive(it.parent)
