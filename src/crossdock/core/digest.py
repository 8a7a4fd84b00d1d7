"""Fingerprints of catalogue content, so that what did not change is neither written nor looked at.

Signed 64-bit numbers, the same in every process and on every machine. Not here: stock, which has versions of its own,
or orders (edits.py).
"""

from collections.abc import Iterable
from decimal import Decimal
from hashlib import blake2b
from struct import Struct

from msgspec import msgpack

from crossdock.core.catalog import Media, Product, Variant

DIGEST_BYTES = 8
_MASK = (1 << 64) - 1
_SIGN = 1 << 63

_encode = msgpack.Encoder().encode
_number = Struct(">q").unpack


def variant_digest(variant: Variant) -> int:
    """Everything of a variant but its stock and the name of its product (a bulk listing says it, a product does
    not need to)."""
    level = (
        variant.id,
        variant.options,
        variant.sku,
        variant.barcode,
        _plain(variant.price),
        _plain(variant.compare_at),
        _plain(variant.grams),
        variant.item_id,
        variant.tracked,
        variant.oversell,
    )
    return int(_number(blake2b(_encode(level), digest_size=DIGEST_BYTES).digest())[0])


def fields_digest(product: Product) -> int:
    """A product's own fields, without its variants and without when it was touched. Ids of options and media are none
    of it (a webhook numbers pictures otherwise than the API does), nor is a picture's cache stamp."""
    level = (
        product.id,
        product.title,
        product.handle,
        product.status,
        product.vendor_name,
        product.product_type,
        product.html,
        product.tags,
        [(option.name, option.values) for option in product.options],
        [(media_key(media.url), media.alt, "failed" if media.failed else media.kind) for media in product.media],
    )
    return int(_number(blake2b(_encode(level), digest_size=DIGEST_BYTES).digest())[0])


def _plain(amount: Decimal | None) -> float | None:
    """So that "42.5" and "42.50" (Shopify writes both: PITFALLS 15) are one; cheaper than normalising."""
    return None if amount is None else float(amount)


def combined(fields: int, variants: Iterable[int]) -> int:
    """The fingerprint of a product and all its variants, in whatever order they came."""
    total = (fields + sum(variants)) & _MASK
    return total - (1 << 64) if total & _SIGN else total


def product_digest(product: Product) -> int:
    """Everything of a whole product but its stock and when it was touched."""
    return combined(fields_digest(product), map(variant_digest, product.variants))


def media_key(url: str) -> str:
    """A picture's address without what a store appends to get round caches (Shopify's "?v=1700000000")."""
    return url.partition("#")[0].partition("?")[0]


def media_keys(media: Iterable[Media]) -> tuple[str, ...]:
    """The keys of `media`, each once, in their order."""
    return tuple(dict.fromkeys(media_key(one.url) for one in media if one.url))
