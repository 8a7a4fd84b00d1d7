"""Pictures of a write whose answer was lost: they are not sent once more while the store still works on them."""

from contextlib import suppress
from decimal import Decimal

from msgspec.structs import replace

from crossdock.core.catalog import Media, Product, Variant
from tests.core.listing_store import SEEN, Died, Listing


def lamp(*names: str) -> Product:
    media = tuple(Media(f"https://v.example/{name}.jpg") for name in names)
    return Product("1", "Lamp", SEEN, media=media, variants=(Variant("11", price=Decimal(9)),))


def test_what_a_lost_write_has_sent_is_there_once() -> None:
    listing = Listing(lamp("a"))
    listing.settle()
    listing.vendor = lamp("b", "c")
    listing.die = 1
    with suppress(Died):
        listing.round()
    product = listing.shop.there()
    working = tuple(replace(one, url="") for one in product.media)  # no address until the store is done with them
    listing.shop.product = replace(product, media=working)
    listing.die = -1
    listing.settle()
    assert listing.shop.there().media == working
    assert len(working) == 2
