"""Pictures that a shop is told to fetch: UPLOADED at once, READY or FAILED a moment later (FACTS section 6).

Not for the mutations' inputs (`mutations_media.py`).
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crossdock_sandbox.shopify import catalogue
from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state_catalogue import Media, Product

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

MISSING = "missing"  # a word in the path of a picture that is not there


def source_error(source: str) -> str | None:
    """What is wrong with an address, as far as one can say without going there."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return "Image URL is invalid"
    return None if parts.scheme in ("http", "https") and parts.hostname else "Image URL is invalid"


def fetch(world: "Sandbox", shop: Shop, product: Product, source: str, alt: str) -> Media:
    """A new picture of the product. The same address sent again is a new picture (FACTS section 6)."""
    media = catalogue.new_media(world, shop, source, alt)
    product.media.append(media)
    world.later(world.job_delay, lambda: _fetched(world, shop, product, media))
    return media


def _fetched(world: "Sandbox", shop: Shop, product: Product, media: Media) -> None:
    if media.id not in shop.media:
        return
    media.updated_at = world.now()
    if MISSING in urlsplit(media.source).path:
        media.status = "FAILED"
    else:
        catalogue.serve(shop, media)
    if product.id in shop.products and media in product.media:
        touch_product(world, shop, product)


def detach(product: Product, media: Media) -> None:
    product.media = [one for one in product.media if one is not media]
    for variant in product.variants:
        if variant.media is media:
            variant.media = None


def delete(shop: Shop, media: Media) -> None:
    """Gone from the shop and from every product that shows it."""
    shop.media.pop(media.id, None)
    for product in shop.products.values():
        if media in product.media:
            detach(product, media)
