"""Listing actions -> Shopify's inputs for productSet, productUpdate and the bulk mutations of variants.

Not here: sending them (listings.py), or deciding what they say (core/listing.py).
"""

from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Any

from crossdock.connector.errors import Rejected
from crossdock.core.catalog import Media, Product, Variant
from crossdock.core.listing import CreateProduct, DesiredProduct, DesiredVariant, SetOptions
from crossdock.platforms.shopify.drafts import KEY, NAMESPACE
from crossdock.platforms.shopify.ids import gid
from crossdock.platforms.shopify.mapping_products import NO_OPTION, NO_VALUE

# FACTS section 3: what productSet is charged for its input.
_PER_VARIANT, _PER_FILE, _PER_METAFIELD = 0.2, 1.9, 0.4

Options = Sequence[tuple[str, Sequence[str]]]
NONE: Options = ((NO_OPTION, (NO_VALUE,)),)  # a product without options has this one (FACTS section 6)

FILE_KINDS = {"image": "MediaImage", "video": "Video", "external_video": "ExternalVideo", "model_3d": "Model3d"}


def by_reference(reference: str) -> dict[str, Any]:
    return {"customId": {"namespace": NAMESPACE, "key": KEY, "value": reference}}


def by_id(product_id: str) -> dict[str, Any]:
    return {"id": gid("Product", product_id)}


def created(action: CreateProduct, there: Product | None) -> dict[str, Any]:
    """ProductSetInput. Of a product that is `there` no variant is left out and no metafield given: what a list leaves
    out is deleted (FACTS section 6)."""
    options = action.options or NONE
    given = fields(action.product)
    if there is None:
        given["metafields"] = [{"namespace": NAMESPACE, "key": KEY, "type": "id", "value": action.reference}]
        if not action.variants:  # Shopify gives it one
            return given
        rows = [_set_row(each, options, action.location_id) for each in action.variants]
        used = [each.options for each in action.variants]
        return given | {"productOptions": _options(options, used), "variants": rows}
    if there.media:  # they went along when it was made; sent again they would be other files
        given.pop("files", None)
    if [name for name, _ in action.options] != [each.name for each in there.options]:
        return given  # someone gave it other options since: those are SetOptions' to change
    used = [*(each.options for each in action.variants), *(each.options for each in there.variants)]
    return given | {"productOptions": _options(options, used), "variants": _merged(action, there, options)}


def restructured(action: SetOptions, there: Container[str]) -> dict[str, Any]:
    """ProductSetInput of all variants that are `there` still, and of new ones."""
    options = action.options or NONE
    named = [each for each in action.variants if not each.id or each.id in there]
    rows = [_set_row(each, options, "") for each in named]
    return {"productOptions": _options(options, [each.options for each in named]), "variants": rows}


def fields(of: DesiredProduct) -> dict[str, Any]:
    """What ProductSetInput and ProductUpdateInput share; files are productSet's alone."""
    given: dict[str, Any] = {
        "title": of.title,
        "descriptionHtml": of.html,
        "productType": of.product_type,
        "vendor": of.vendor_name,
        "status": of.status.value.upper() if of.status else None,
        "tags": list(of.tags) if of.tags is not None else None,
        "files": [_file(each) for each in of.media] if of.media is not None else None,
    }
    return {key: value for key, value in given.items() if value is not None}


def updated_variant(of: DesiredVariant) -> dict[str, Any]:
    """A row of productVariantsBulkUpdate."""
    return {"id": gid("ProductVariant", of.id)} | _values(of)


def added_variant(of: DesiredVariant, options: Sequence[str], location_id: str) -> dict[str, Any]:
    """A row of productVariantsBulkCreate."""
    row = {"optionValues": _choice(of.options, options)} | _values(of)
    if location_id:
        row["inventoryQuantities"] = [{"locationId": gid("Location", location_id), "availableQuantity": 0}]
    return row


def input_cost(given: Mapping[str, Any]) -> float:
    """What productSet is charged for `given`, beside its answer, rounded up."""
    rows = (("variants", _PER_VARIANT), ("files", _PER_FILE), ("metafields", _PER_METAFIELD))
    return float(ceil(sum(len(given.get(name) or ()) * each for name, each in rows)))


def _merged(action: CreateProduct, there: Product, options: Options) -> list[dict[str, Any]]:
    ids = {each.options: each.id for each in there.variants}
    rows: list[dict[str, Any]] = []
    kept: set[str] = set()
    for each in action.variants:
        known = ids.get(each.options, "")
        kept.add(known)
        rows.append(_set_row(each, options, action.location_id, known))
    return rows + [_as_it_is(each, options) for each in there.variants if each.id not in kept]


def _as_it_is(of: Variant, options: Options) -> dict[str, Any]:
    return {
        "id": gid("ProductVariant", of.id),
        "optionValues": _choice(of.options or (NO_VALUE,), [name for name, _ in options]),
    }


def _set_row(of: DesiredVariant, options: Options, location_id: str, known: str = "") -> dict[str, Any]:
    row = {"optionValues": _choice(of.options or (NO_VALUE,), [name for name, _ in options])} | _values(of)
    if of.id or known:
        row["id"] = gid("ProductVariant", of.id or known)
    elif location_id:  # on one that is there its stock would be overwritten
        place = {"locationId": gid("Location", location_id), "name": "available", "quantity": 0}
        row["inventoryQuantities"] = [place]
    return row


def _values(of: DesiredVariant) -> dict[str, Any]:
    row: dict[str, Any] = {}
    item: dict[str, Any] = {}
    if of.barcode is not None:
        row["barcode"] = of.barcode
    if of.price is not None:
        row["price"] = _plain(of.price)
    if of.compare_at is not None or of.clear_compare_at:
        row["compareAtPrice"] = _plain(of.compare_at) if of.compare_at is not None else None
    if of.oversell is not None:
        row["inventoryPolicy"] = "CONTINUE" if of.oversell else "DENY"
    if of.sku is not None:
        item["sku"] = of.sku
    if of.tracked is not None:
        item["tracked"] = of.tracked
    if of.grams is not None:
        item["measurement"] = {"weight": {"value": float(of.grams), "unit": "GRAMS"}}
    return row | ({"inventoryItem": item} if item else {})


def _choice(values: Sequence[str], options: Sequence[str]) -> list[dict[str, str]]:
    if len(values) != len(options):
        words = f"the variant {' / '.join(values)!r} has {len(values)} values for {len(options)} options"
        raise Rejected(words, code="option_values")
    return [{"optionName": name, "name": value} for name, value in zip(options, values, strict=True)]


def _options(of: Options, used: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """With every value that a variant uses: one that its option does not list is refused."""
    rows = []
    for index, (name, values) in enumerate(of):
        all_values = dict.fromkeys((*values, *(each[index] for each in used if each)))
        rows.append({"name": name, "position": index + 1, "values": [{"name": value} for value in all_values]})
    return rows


def _file(of: Media) -> dict[str, Any]:
    """One that is the merchant's already goes by its id: its address sent again would be another file."""
    if of.id:
        return {"id": gid(FILE_KINDS.get(of.kind, "MediaImage"), of.id)}
    return {"originalSource": of.url, "contentType": "IMAGE"} | ({"alt": of.alt} if of.alt else {})


def _plain(of: Decimal) -> str:
    return format(of, "f")
