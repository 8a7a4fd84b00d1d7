"""Fields of listings that vendor and merchant both changed, with both values, for a person to say whose each is to be.

Not here: when it is asked (core/listing_conflict.py), or the answer (offering.py).
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from crossdock.core.listing_conflict import ASK
from crossdock.models import Listing, Marketplace
from crossdock.operations.listing_needs import Products
from crossdock.operations.listing_story import ListingStory, tell_listings


class Question(Struct, frozen=True):
    """A field that both sides changed, of a listing. `name` as in its `taken` ("title", "price:44"); `variant` the
    variant's title, "" = the product's own."""

    listing_id: int
    title: str
    name: str
    field: str
    variant: str
    vendor: str
    merchant: str


def questions_of(*, marketplace: Marketplace, products: Mapping[int, Products]) -> dict[int, tuple[Question, ...]]:
    """By the entry's number, of `products_of`: what is asked about the first products of each, with both values."""
    numbers = {number for each in products.values() for number, _ in each.first}
    rows = Listing.objects.filter(pk__in=numbers, marketplace=marketplace, taken__icontains=f'"{ASK}:')
    stories = {each.id: each for each in tell_listings(listings=list(rows.select_related("vendor", "marketplace")))}
    return {
        item: tuple(one for number, _ in each.first if number in stories for one in _questions(stories[number]))
        for item, each in products.items()
        if each.asks
    }


def _questions(story: ListingStory) -> Iterator[Question]:
    for field in story.fields:
        if field.asked:
            yield Question(story.id, story.title, field.field, field.field, "", field.vendor, field.merchant)
    for variant in story.variants:
        for field in variant.fields:
            if field.asked:
                name = f"{field.field}:{variant.vendor_variant_id}"
                title = "" if variant.title == story.title else variant.title
                yield Question(story.id, story.title, name, field.field, title, field.vendor, field.merchant)
