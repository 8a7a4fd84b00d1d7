"""Listings written: one action, one call where Shopify lets it be one; repeatable, and never deleting by accident.

Not here: the inputs (listing_inputs.py), reading products (products.py), or deciding (core/listing.py).
"""

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from datetime import datetime
from types import GenericAlias
from typing import Any, TypeVar

from msgspec import Struct

from crossdock.connector.contract import Operation
from crossdock.connector.errors import NEW_VARIANTS, Gone, OutcomeUnknown, RateLimited, Rejected, Unavailable
from crossdock.core.catalog import Product, ProductStatus, Variant
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
from crossdock.platforms.shopify import listing_inputs as inputs
from crossdock.platforms.shopify import mapping_products as mapping
from crossdock.platforms.shopify import products, publishing, wire
from crossdock.platforms.shopify import wire_products as shapes
from crossdock.platforms.shopify.client import LISTINGS, TOO_MANY, TOO_MANY_SECONDS, Graph
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import gid, number
from crossdock.platforms.shopify.mapping import utc

ROWS_AT_ONCE = 250  # input arrays (FACTS section 3)
# What is answered at once; Shopify works on anything larger by itself.
SYNCHRONOUS_VARIANTS, SYNCHRONOUS_FILES = 50, 10
# Large stores below Plus take 1,000 new variants a day and answer 429 to more (FACTS section 3).
DAILY_LIMIT_SECONDS = 3600.0
NEW = "new-"  # an operation that makes a product, which is then to be published

_MAKING_VARIANTS = frozenset({"MakeProduct", "SetProduct", "StartProduct", "AddVariants"})
_NO_PRODUCT = frozenset({"PRODUCT_DOES_NOT_EXIST"})
_NO_PRODUCT_WORDS = ("Product does not exist", "Product not found", "Product with id")
_THERE_ALREADY = frozenset({"VARIANT_ALREADY_EXISTS", "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE"})
_NO_VARIANT = frozenset({"PRODUCT_VARIANT_DOES_NOT_EXIST", "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"})

T = TypeVar("T")


class _SetOperation(Struct):
    id: str
    status: str = ""


class _Head(Struct, rename="camel"):
    id: str
    title: str
    updated_at: datetime


class _Payload(Struct, rename="camel"):
    user_errors: list[wire.UserError]
    product: shapes.Product | None = None


class _Started(Struct, rename="camel"):
    user_errors: list[wire.UserError]
    product: wire.Id | None = None
    product_set_operation: _SetOperation | None = None


class _Variants(Struct, rename="camel"):
    user_errors: list[wire.UserError]
    product: _Head | None = None
    product_variants: list[shapes.Variant] | None = None


class _Finished(Struct, rename="camel"):
    status: str
    product: wire.Id | None = None
    user_errors: list[wire.UserError] = []


class _Option(Struct):
    name: str


class _Options(Struct):
    options: list[_Option]


class _OptionsAnswer(Struct):
    product: _Options | None = None


class _OperationAnswer(Struct, rename="camel"):
    product_operation: _Finished | None = None


async def write(graph: Graph, action: ListingAction) -> Product | Operation:
    match action:
        case CreateProduct():
            return await _create(graph, action)
        case UpdateProduct():
            return await _update(graph, action.product_id, action.product)
        case UpdateVariants():
            return await _update_variants(graph, action)
        case AddVariants():
            return await _add_variants(graph, action)
        case RemoveVariants():
            return await _remove_variants(graph, action)
        case SetOptions():
            return await _set_options(graph, action)
        case EndListing():
            return await _end(graph, action)


async def finish(graph: Graph, operation: Operation) -> Product | Operation:
    given = {"id": gid("ProductSetOperation", operation.id.removeprefix(NEW))}
    answer = await graph.call(document("ProductOperation"), given, _OperationAnswer, priority=LISTINGS)
    state = answer.product_operation
    if state is None:
        raise OutcomeUnknown("the store knows nothing of the operation any more", call="ProductOperation")
    product_id = number(state.product.id) if state.product else operation.product_id
    if state.status != "COMPLETE":
        return Operation(operation.id, product_id)
    _refuse("ProductOperation", state.user_errors)
    if not product_id:
        raise OutcomeUnknown("the operation ended without a product or an error", call="ProductOperation")
    if operation.id.startswith(NEW):
        await publishing.publish(graph, product_id)
    return await products.read_one(graph, product_id)


async def _create(graph: Graph, action: CreateProduct) -> Product | Operation:
    made = await (_make(graph, action) if action.fresh else _make_once(graph, action))
    if isinstance(made, Operation):
        return Operation(f"{NEW}{made.id}", made.product_id)
    await _read(publishing.publish(graph, made.id))
    return made


async def _make(graph: Graph, action: CreateProduct) -> Product | Operation:
    """Without looking: this only makes, and the reference is of type id, whose values are unique (FACTS section 6), so
    that a store which has it after all refuses. What Shopify works on by itself would be refused too late."""
    given = inputs.created(action, None)
    if _large(given):
        return await _make_once(graph, action)
    try:
        return await _set(graph, None, given)
    except Rejected:
        there = await products.find(graph, action.reference)
        if there is None:
            raise
        return await _set(graph, inputs.by_id(there.id), inputs.created(action, there))


async def _make_once(graph: Graph, action: CreateProduct) -> Product | Operation:
    """Looked for first: what a repeated whole-product write leaves out, it deletes. The reference decides again in the
    write itself, so that two cannot come of it."""
    there = await products.find(graph, action.reference)
    identifier = inputs.by_id(there.id) if there else inputs.by_reference(action.reference)
    return await _set(graph, identifier, inputs.created(action, there))


async def _update(graph: Graph, product_id: str, wanted: DesiredProduct) -> Product:
    """Media are a list that is replaced, which only productSet can; it leaves alone what it is not given."""
    given = inputs.fields(wanted)
    if "files" in given:
        return await _set_fields(graph, product_id, given)
    written = {"product": {"id": gid("Product", product_id)} | given}
    payload = await _call(graph, "UpdateProduct", "productUpdate", written, _Payload)
    return await _head(graph, _there("UpdateProduct", payload))


async def _set_fields(graph: Graph, product_id: str, given: Mapping[str, Any]) -> Product:
    written = {"identifier": inputs.by_id(product_id), "input": given}
    cost = document("SetProductFields").cost + inputs.input_cost(given)
    payload = await _call(graph, "SetProductFields", "productSet", written, _Payload, cost=cost)
    return await _head(graph, _there("SetProductFields", payload))


async def _head(graph: Graph, of: shapes.Product) -> Product:
    return mapping.product(of, await _read(products.all_media(graph, of)), (), whole=False)


async def _set(graph: Graph, identifier: Mapping[str, Any] | None, given: Mapping[str, Any]) -> Product | Operation:
    """`identifier` None: another product is made."""
    written = {"input": given} if identifier is None else {"identifier": identifier, "input": given}
    if _large(given):
        return await _start(graph, written)
    # an empty page of pictures is charged like a full one (FACTS section 3)
    name = "MakeProduct" if identifier is None and not given.get("files") else "SetProduct"
    cost = document(name).cost + inputs.input_cost(given)
    payload = await _call(graph, name, "productSet", written, _Payload, cost=cost)
    return await _read(products.whole(graph, _there(name, payload)))


def _large(given: Mapping[str, Any]) -> bool:
    return len(given.get("variants") or ()) > SYNCHRONOUS_VARIANTS or len(given.get("files") or ()) > SYNCHRONOUS_FILES


async def _start(graph: Graph, written: Mapping[str, Any]) -> Operation:
    cost = document("StartProduct").cost + inputs.input_cost(written["input"])
    payload = await _call(graph, "StartProduct", "productSet", written, _Started, cost=cost)
    _refuse("StartProduct", payload.user_errors)
    if payload.product_set_operation is None:
        raise OutcomeUnknown("the store named neither an operation nor an error", call="StartProduct")
    product_id = number(payload.product.id) if payload.product else number(written["identifier"].get("id", ""))
    return Operation(number(payload.product_set_operation.id), product_id)


async def _update_variants(graph: Graph, action: UpdateVariants) -> Product:
    """A variant that is not there any more is left out of the answer."""
    rows = {each.id: inputs.updated_variant(each) for each in action.variants}
    call, field = "UpdateVariants", "productVariantsBulkUpdate"
    try:
        return await _in_chunks(graph, call, field, action.product_id, [*rows.values()])
    except Rejected as error:
        if error.code not in _NO_VARIANT:
            raise
    there = await _read(products.variant_ids(graph, action.product_id))
    left = [row for variant_id, row in rows.items() if variant_id in there]
    return await _in_chunks(graph, call, field, action.product_id, left)


async def _add_variants(graph: Graph, action: AddVariants) -> Product:
    """One whose options are there already was made before: it is part of the answer as it is."""
    options = await _option_names(graph, action.product_id)
    rows = {each.options: inputs.added_variant(each, options, action.location_id) for each in action.variants}
    call, field = "AddVariants", "productVariantsBulkCreate"
    try:
        return await _in_chunks(graph, call, field, action.product_id, [*rows.values()])
    except Rejected as error:
        if error.code not in _THERE_ALREADY:
            raise
    product = await _read(products.read_one(graph, action.product_id))
    there = {each.options: each for each in product.variants}
    left = [row for chosen, row in rows.items() if chosen not in there]
    made = await _in_chunks(graph, call, field, action.product_id, left)
    found = (*(there[chosen] for chosen in rows if chosen in there), *made.variants)
    return Product(product.id, product.title, max(product.updated_at, made.updated_at), variants=found, whole=False)


async def _option_names(graph: Graph, product_id: str) -> list[str]:
    given = {"id": gid("Product", product_id)}
    answer = await graph.call(document("ReadOptions"), given, _OptionsAnswer, priority=LISTINGS)
    if answer.product is None:
        raise Gone(f"product {product_id} is not there", call="ReadOptions")
    return [each.name for each in answer.product.options]


async def _remove_variants(graph: Graph, action: RemoveVariants) -> Product:
    """Those that are gone already are removed."""
    left = list(dict.fromkeys(action.variant_ids))
    try:
        return await _remove(graph, action.product_id, left)
    except Rejected as error:
        if error.code not in _NO_VARIANT:
            raise
    there = await _read(products.variant_ids(graph, action.product_id))
    return await _remove(graph, action.product_id, [each for each in left if each in there])


async def _remove(graph: Graph, product_id: str, ids: Sequence[str]) -> Product:
    rows = [gid("ProductVariant", each) for each in ids]
    return await _in_chunks(graph, "RemoveVariants", "productVariantsBulkDelete", product_id, rows)


async def _set_options(graph: Graph, action: SetOptions) -> Product | Operation:
    """Read just before, because what is not named is deleted (FACTS section 6). What is gone is not named again."""
    there = await products.variant_ids(graph, action.product_id)
    lost = there - {each.id for each in action.variants} - set(action.remove)
    if lost:
        words = f"{len(lost)} variants came since that would be deleted: {', '.join(sorted(lost)[:5])}"
        raise Rejected(words, code="lost_variants", call="SetProduct")
    given = inputs.restructured(action, there)
    if not given["variants"]:
        raise Rejected("no variant would be left", code="CANNOT_DELETE_LAST_VARIANT", call="SetProduct")
    return await _set(graph, inputs.by_id(action.product_id), given)


async def _end(graph: Graph, action: EndListing) -> Product:
    """Gone is ended."""
    try:
        if not action.delete:
            return await _update(graph, action.product_id, DesiredProduct(status=ProductStatus.DRAFT))
        given = {"id": gid("Product", action.product_id)}
        payload = await _call(graph, "DeleteProduct", "productDelete", given, _Payload)
        _refuse("DeleteProduct", payload.user_errors)
    except Gone:
        pass
    return Product(action.product_id, "", graph.now(), status=ProductStatus.ARCHIVED, whole=False)


# -- calls --


async def _call(
    graph: Graph, name: str, field: str, given: Mapping[str, Any], shape: type[T], *, cost: float | None = None
) -> T:
    """The payload of one mutation."""
    by_field: Any = GenericAlias(dict, (str, shape))
    try:
        answer: dict[str, T] = await graph.call(document(name), given, by_field, priority=LISTINGS, cost=cost)
    except RateLimited as error:
        if error.status != 429 or name not in _MAKING_VARIANTS:
            raise
        words = "the store takes no more new variants today (large stores below Plus: 1,000 a day)"
        wait = max(error.retry_after, DAILY_LIMIT_SECONDS)
        raise RateLimited(words, retry_after=wait, only=NEW_VARIANTS, call=name, status=429) from None
    return answer[field]


async def _read(reading: Awaitable[T]) -> T:
    """Reading that belongs to a write which was made: that it failed does not mean that nothing was done."""
    try:
        return await reading
    except (Unavailable, RateLimited) as error:
        raise OutcomeUnknown(f"written, but not read again: {error.words}", call=error.call) from None


def _there(call: str, payload: _Payload) -> shapes.Product:
    _refuse(call, payload.user_errors)
    if payload.product is None:
        raise OutcomeUnknown("the store named neither a product nor an error", call=call)
    return payload.product


def _refuse(call: str, errors: Sequence[wire.UserError]) -> None:
    """Raises what `errors` mean, each with the field it is about; returns when there is none."""
    if not errors:
        return
    said = "; ".join(f"{'.'.join(each.field or ())}: {each.message}".removeprefix(": ") for each in errors)[:500]
    if any(each.message == TOO_MANY for each in errors):
        raise RateLimited(said, retry_after=TOO_MANY_SECONDS, call=call)
    if any(each.code in _NO_PRODUCT or each.message.startswith(_NO_PRODUCT_WORDS) for each in errors):
        raise Gone(said, call=call)
    code = next((each.code for each in errors if each.code in _NO_VARIANT | _THERE_ALREADY), errors[0].code)
    if code is None and "already exists" in said:
        code = "VARIANT_ALREADY_EXISTS"
    raise Rejected(said, code=code or "", call=call)


async def _in_chunks(graph: Graph, call: str, field: str, product_id: str, rows: Sequence[Any]) -> Product:
    """All `rows`, as many calls as it takes; the answer is the part of the product that was written."""
    head = _Head(product_id, "", graph.now())
    found: list[Variant] = []
    for some in _few(rows):
        given = {"id": gid("Product", product_id), "variants": some}
        payload = await _call(graph, call, field, given, _Variants)
        _refuse(call, payload.user_errors)
        head = payload.product or head
        found += [mapping.variant(each, product_id, 0) for each in payload.product_variants or ()]
    return Product(product_id, head.title, utc(head.updated_at), variants=tuple(found), whole=False)


def _few(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[at : at + ROWS_AT_ONCE] for at in range(0, len(rows), ROWS_AT_ONCE))
