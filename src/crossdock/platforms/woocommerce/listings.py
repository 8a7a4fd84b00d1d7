"""Listings written: made once, changed, added to, taken off. Every step may be repeated.

A product is made under its reference as SKU, which WooCommerce keeps unique even for calls of one moment (FACTS,
Products); only when all else is done does it get its own SKU. So a call that was lost is found again wherever it ended.
Not here: the bodies (listing_bodies.py), making and reshaping variants (listing_variants.py).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from crossdock.connector.errors import Rejected
from crossdock.core.catalog import Product
from crossdock.core.listing import (
    AddVariants,
    CreateProduct,
    DesiredProduct,
    EndListing,
    ListingAction,
    RemoveVariants,
    SetOptions,
    UpdateProduct,
    UpdateVariants,
)
from crossdock.platforms.woocommerce import listing_bodies as bodies
from crossdock.platforms.woocommerce import listing_variants as variants
from crossdock.platforms.woocommerce import mapping_products as mapping
from crossdock.platforms.woocommerce import products, settings, terms, words
from crossdock.platforms.woocommerce import wire_products as wire
from crossdock.platforms.woocommerce.client import LISTINGS, LONG, Rest
from crossdock.platforms.woocommerce.mapping_products import REFERENCE

TAKEN = frozenset({"product_invalid_sku", "woocommerce_rest_product_not_created"})


async def write(rest: Rest, action: ListingAction) -> Product:
    match action:
        case CreateProduct():
            return await create(rest, action)
        case UpdateProduct():
            return await update(rest, action.product_id, action.product)
        case UpdateVariants():
            return await variants.update(rest, action.product_id, action.variants)
        case AddVariants():
            return await variants.add(rest, action.product_id, action.variants)
        case RemoveVariants():
            return await variants.remove(rest, action.product_id, action.variant_ids)
        case SetOptions():
            return await variants.reshape(rest, action)
        case EndListing():
            return await end(rest, action)


async def find(rest: Rest, reference: str) -> Product | None:
    """By the SKU it is made under, or among the newest when it has got its own since."""
    there = await _made(rest, reference, "")
    return await products.one(rest, str(there.id)) if there is not None else None


async def create(rest: Rest, action: CreateProduct) -> Product:
    """A fresh one with SKUs is not looked for: were it there, the shop would refuse its SKUs."""
    skus = [one.sku for one in action.variants if one.sku]
    if not action.fresh or len(skus) < len(action.variants):
        return await _make_once(rest, action)
    made = await _begin(rest, action)
    if made is None:
        return await _make_once(rest, action)
    try:
        return await _filled(rest, action, made)
    except Rejected:
        there = await _made(rest, action.reference, skus[0])
        if there is None:
            raise
        return await _make_once(rest, action)


async def _make_once(rest: Rest, action: CreateProduct) -> Product:
    first = next((one.sku for one in action.variants if one.sku), "") or ""
    there = await _made(rest, action.reference, first)
    if there is None:
        made = await _begin(rest, action)
        if made is not None:
            return await _filled(rest, action, made)
        there = await _of_reference(rest, action.reference)
    async with _left_nothing(rest, action, there):
        await _fill(rest, action, there)
    return await products.one(rest, str(there.id))


@asynccontextmanager
async def _left_nothing(rest: Rest, action: CreateProduct, product: wire.Product) -> AsyncIterator[None]:
    """A product that is refused before it was ever finished does not stay in the shop."""
    try:
        yield
    except Rejected:
        if str(product.sku or "") == action.reference:
            await _delete(rest, str(product.id))
        raise


async def update(rest: Rest, product_id: str, wish: DesiredProduct) -> Product:
    now = await products.raw(rest, product_id)
    body = {**await _fields(rest, wish, now), **_status(wish)}
    changed = await _put(rest, product_id, body) if body else now
    return _bare(mapping.product(changed, (), await settings.reading(rest)))


async def end(rest: Rest, action: EndListing) -> Product:
    """Away is for good: what lies in the trash keeps its SKU from being used (FACTS, Products)."""
    now = await products.raw(rest, action.product_id)
    if action.delete:
        await _delete(rest, action.product_id)
    elif now.status != "draft":
        now = await _put(rest, action.product_id, {"status": "draft"})
    return _bare(mapping.product(now, (), await settings.reading(rest)))


async def _made(rest: Rest, reference: str, sku: str) -> wire.Product | None:
    """The product of a reference: under it, under the SKU it was to get, or among the newest."""
    for each in await products.by_sku(rest, reference):
        if not each.parent_id:
            return each
    for each in await products.by_sku(rest, sku):
        owner = each
        if each.parent_id:
            owner = await products.raw(rest, str(each.parent_id))
        if owner.meta(REFERENCE) == reference:
            return owner
    return next((each for each in await products.newest(rest) if each.meta(REFERENCE) == reference), None)


async def _begin(rest: Rest, action: CreateProduct) -> wire.Product | None:
    """None where the shop has one with its reference as SKU."""
    body: dict[str, Any] = {
        "name": action.product.title or action.reference,
        "type": "variable" if action.options else "simple",
        "status": "draft",
        "sku": action.reference,
        "meta_data": [{"key": REFERENCE, "value": action.reference}],
    }
    if action.options:
        body["attributes"] = bodies.attributes(action.options)
    try:
        return await rest.send("POST", "products", body, wire.Product, call="create_product", priority=LISTINGS)
    except Rejected as error:
        if error.code not in TAKEN:
            raise
        return None


async def _of_reference(rest: Rest, reference: str) -> wire.Product:
    for each in await products.by_sku(rest, reference):
        return each
    words_ = "the product of this listing lies in the shop's trash: restore it, or delete it for good"
    raise Rejected(words_, code=next(iter(TAKEN)), call="create_product")


async def _filled(rest: Rest, action: CreateProduct, made: wire.Product) -> Product:
    """One that was just begun: the variations that the shop answers are all that there are. The product itself is read:
    answers to writes have texts as they were sent."""
    product_id = str(made.id)
    async with _left_nothing(rest, action, made):
        now = await _put(rest, product_id, await _fields(rest, action.product, None))
        rows = await variants.make(rest, now, action.variants) if action.options else ()
        await _finish(rest, action, product_id, None)
    return mapping.product(await products.raw(rest, product_id), rows, await settings.reading(rest))


async def _fill(rest: Rest, action: CreateProduct, product: wire.Product) -> None:
    """One that was begun before: whatever of it is there is made equal."""
    product_id = str(product.id)
    await _put(rest, product_id, await _fields(rest, action.product, product))
    if action.options:
        await variants.add(rest, product_id, action.variants)
    await _finish(rest, action, product_id, product)


async def _finish(rest: Rest, action: CreateProduct, product_id: str, now: wire.Product | None) -> wire.Product:
    """Its own SKU and status come with the last write, so that until then it is found by its reference."""
    if action.options:
        return await _put(rest, product_id, {**_status(action.product), "sku": ""})
    own = bodies.variant(action.variants[0], now, (await settings.reading(rest)).grams)
    return await _put(rest, product_id, {**own, **_status(action.product), "sku": action.variants[0].sku or ""})


async def _delete(rest: Rest, product_id: str) -> None:
    """For good, variations and all."""
    query = [("force", "true")]
    path = f"products/{product_id}"
    await rest.send("DELETE", path, {}, wire.Product, query=query, call="end_listing", priority=LISTINGS)


async def _fields(rest: Rest, wish: DesiredProduct, now: wire.Product | None) -> dict[str, Any]:
    """The product's own fields but its status; pictures that are there already are not fetched again."""
    body = bodies.product(wish)
    body.pop("status", None)
    if now is not None and _has_pictures(now, wish):
        body.pop("images")
    if wish.tags is not None:
        body["tags"] = await terms.numbered(rest, terms.TAGS, wish.tags)
    if wish.product_type is not None:
        body["categories"] = await _categories(rest, wish.product_type, now)
    return body


def _has_pictures(now: wire.Product, wish: DesiredProduct) -> bool:
    """A creation that is made again: as many were fetched already."""
    media = wish.media or ()
    return bool(media) and len(now.images) == len(media) and not any(each.id for each in media)


async def _categories(rest: Rest, kind: str, now: wire.Product | None) -> list[dict[str, int]]:
    """The type is the first; the merchant's further categories stay."""
    old = mapping.kind(now) if now is not None else ""
    others = [
        {"id": each.id}
        for each in (now.categories if now is not None else ())
        if words.plain(each.name) != old and words.plain(each.name).casefold() != mapping.UNCATEGORISED
    ]
    first = await terms.numbered(rest, terms.CATEGORIES, [kind])
    return [*first, *(each for each in others if each not in first)]


async def _put(rest: Rest, product_id: str, body: dict[str, Any]) -> wire.Product:
    timeout = LONG if body.get("images") else 45.0
    try:
        return await rest.send(
            "PUT",
            f"products/{product_id}",
            body,
            wire.Product,
            call="write_product",
            priority=LISTINGS,
            timeout=timeout,
        )
    except Rejected as error:
        raise variants.told(error, body.get("sku")) from None


def _status(of: DesiredProduct) -> dict[str, Any]:
    return {"status": words.STATUS_WORD[of.status]} if of.status is not None else {}


def _bare(of: Product) -> Product:
    return Product(
        id=of.id,
        title=of.title,
        updated_at=of.updated_at,
        handle=of.handle,
        status=of.status,
        vendor_name=of.vendor_name,
        product_type=of.product_type,
        html=of.html,
        tags=of.tags,
        options=of.options,
        media=of.media,
        whole=False,
    )
