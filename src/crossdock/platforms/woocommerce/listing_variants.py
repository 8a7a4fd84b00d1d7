"""Variants of a listing: changed, made, taken off, and all of them under other options.

Variations are written by batch, a hundred at once; a batch answers row by row (FACTS, Lists and filters). Not here: the
product's own fields (listings.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.connector.errors import Gone, Rejected
from crossdock.core.catalog import Product, Variant
from crossdock.core.listing import DesiredVariant, SetOptions
from crossdock.platforms.woocommerce import answers, products, settings, words
from crossdock.platforms.woocommerce import listing_bodies as bodies
from crossdock.platforms.woocommerce import mapping_products as mapping
from crossdock.platforms.woocommerce import wire_products as wire
from crossdock.platforms.woocommerce.client import LISTINGS, LONG, Rest
from crossdock.platforms.woocommerce.wire_products import Row

AT_ONCE = 100
Rows = Sequence[Mapping[str, Any]] | Sequence[int]


class _Batch(Struct):
    create: list[msgspec.Raw] = []
    update: list[msgspec.Raw] = []
    delete: list[msgspec.Raw] = []


async def update(rest: Rest, product_id: str, wishes: Sequence[DesiredVariant]) -> Product:
    now, how = await products.raw(rest, product_id), await settings.reading(rest)
    if not now.variable:
        body = bodies.variant(wishes[0], now, how.grams)
        return await _part(rest, await _simple(rest, product_id, body), ())
    there = {str(each.id): each for each in await products.variations(rest, product_id)}
    for one in wishes:
        if one.id not in there:
            raise Gone(f"variation {one.id} is not there", call="update_variants")
    rows = [{"id": int(one.id), **bodies.variant(one, there[one.id], how.grams)} for one in wishes]
    return await _part(rest, now, await batch(rest, product_id, "update", rows))


async def add(rest: Rest, product_id: str, wishes: Sequence[DesiredVariant]) -> Product:
    """Those whose options are there already are made equal instead."""
    now = await products.raw(rest, product_id)
    if not now.variable:
        words_ = "the product has no options: they are set first"
        raise Rejected(words_, code="no_options", call="add_variants")
    values = bodies.with_values(now.attributes, [one.options for one in wishes])
    if values is not None:
        body = {"attributes": values}
        path = f"products/{product_id}"
        now = await rest.send("PUT", path, body, wire.Product, call="add_variants", priority=LISTINGS)
    there = await products.variations(rest, product_id)
    made = await _write(rest, now, there, wishes)
    return await _part(rest, now, made)


async def make(rest: Rest, product: wire.Product, wishes: Sequence[DesiredVariant]) -> list[wire.Variation]:
    """The variations of a product that was just begun and has none; by id."""
    return sorted(await _write(rest, product, (), wishes), key=lambda each: each.id)


async def remove(rest: Rest, product_id: str, variant_ids: Sequence[str]) -> Product:
    now = await products.raw(rest, product_id)
    if now.variable:
        there = {str(each.id) for each in await products.variations(rest, product_id)}
        await _delete(rest, product_id, [each for each in variant_ids if each in there])
    return await _part(rest, await products.raw(rest, product_id), ())


async def reshape(rest: Rest, action: SetOptions) -> Product:
    """Names and values first, then every variation, then what goes. What nobody named refuses it all."""
    product_id, now = action.product_id, await products.raw(rest, action.product_id)
    if any(one.id == product_id for one in action.variants):
        words_ = "WooCommerce would make another variant of the only one: end this listing, and offer the product anew"
        raise Rejected(words_, code="needs_new_product", call="set_options")
    there = await products.variations(rest, product_id) if now.variable else []
    _refuse_lost(now, there, action)
    body = {"type": "variable", "attributes": bodies.attributes(action.options)}
    if not now.variable:
        body |= {"sku": ""}  # the product's own goes to its first variation
    path = f"products/{product_id}"
    shaped = await rest.send("PUT", path, body, wire.Product, call="set_options", priority=LISTINGS)
    await _write(rest, shaped, there, action.variants)
    await _delete(rest, product_id, [str(each.id) for each in there if str(each.id) in action.remove])
    return await products.one(rest, product_id)


def _refuse_lost(now: wire.Product, there: Iterable[wire.Variation], action: SetOptions) -> None:
    """Those of a call that was lost are there under the options that they were to have."""
    named = {one.id for one in action.variants if one.id} | set(action.remove)
    made = {_key(one.options) for one in action.variants if not one.id}
    names = [each for each in now.attributes if each.variation]
    shown = [mapping.variation(each, str(now.id), names, mapping.Reading()) for each in there]
    lost = [each.id for each in shown if each.id not in named and _key(each.options) not in made]
    if lost:
        raise Rejected(f"variations came since: {', '.join(lost)}", code="lost_variants", call="set_options")


def told(error: Rejected, sku: object = None) -> Rejected:
    """A SKU in use: the shop's words name it only sometimes, and never that it may lie in the trash."""
    if error.code != "product_invalid_sku" and "SKU" not in error.words:
        return error
    which = f" {sku}" if sku else ""
    words_ = f"sku: {error.words} (the SKU{which} is used by another product, perhaps in the trash)"
    return Rejected(words_, code=error.code, call=error.call, status=error.status)


async def batch(rest: Rest, product_id: str, what: str, rows: Rows) -> list[wire.Variation]:
    """Raises Rejected with the first row's words where one was refused."""
    found: list[wire.Variation] = []
    for at in range(0, len(rows), AT_ONCE):
        body = {what: rows[at : at + AT_ONCE]}
        path = f"products/{product_id}/variations/batch"
        answer = await rest.send("POST", path, body, _Batch, call="write_variants", priority=LISTINGS, timeout=LONG)
        for raw in getattr(answer, what):
            row = msgspec.json.decode(raw, type=Row)
            if row.error is not None:
                if answers.gone(row.error.code):
                    raise Gone(f"variation {row.id} is not there", call="write_variants")
                raise told(answers.rejected(row.error, call="write_variants"))
            found.append(msgspec.json.decode(raw, type=wire.Variation))
    return found


async def _write(
    rest: Rest, product: wire.Product, there: Iterable[wire.Variation], wishes: Sequence[DesiredVariant]
) -> list[wire.Variation]:
    """Each wish on the variation of its id, or of its options; else a new one."""
    how = await settings.reading(rest)
    names = [each for each in product.attributes if each.variation]
    places = {_key(mapping.variation(each, str(product.id), names, how).options): each for each in there}
    by_id = {str(each.id): each for each in there}
    create, change = [], []
    for one in wishes:
        now = by_id.get(one.id) if one.id else places.get(_key(one.options))
        choice = bodies.choice([words.plain(each.name) for each in names], one.options, [each.id for each in names])
        body = bodies.variant(one, now, how.grams) | {"attributes": choice}
        if now is None:
            create.append(body)
        else:
            change.append({"id": now.id, **body})
    made = await batch(rest, str(product.id), "update", change)
    return made + await batch(rest, str(product.id), "create", create)


async def _delete(rest: Rest, product_id: str, ids: Sequence[str]) -> None:
    try:
        await batch(rest, product_id, "delete", [int(each) for each in ids])
    except Gone:
        return


async def _simple(rest: Rest, product_id: str, body: Mapping[str, Any]) -> wire.Product:
    path = f"products/{product_id}"
    try:
        return await rest.send("PUT", path, body, wire.Product, call="update_variants", priority=LISTINGS)
    except Rejected as error:
        raise told(error, body.get("sku")) from None


async def _part(rest: Rest, of: wire.Product, made: Iterable[wire.Variation]) -> Product:
    """What was written, without the rest."""
    how = await settings.reading(rest)
    whole = mapping.product(of, made, how)
    written: tuple[Variant, ...] = whole.variants
    return Product(whole.id, whole.title, whole.updated_at, options=whole.options, variants=written, whole=False)


def _key(options: Sequence[str]) -> tuple[str, ...]:
    return tuple(each.casefold() for each in options)
