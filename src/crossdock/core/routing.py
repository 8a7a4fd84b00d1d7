"""Which vendor each line of an order belongs to: by link, else SKU, else exact title, else the listing's vendor name
(the line's own word for it, or the merchant's catalogue's where a platform's lines have none).

Not here: whether a line may go (decision.py), or into which vendor order (vendor_order.py). The caller loads only the
links and candidates of the one order's lines, by `wanted`.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from crossdock.core.orders import Order, OrderLine


class Candidate(Struct, frozen=True):
    """A vendor's variant that a line may be."""

    vendor_id: int
    product_id: str
    variant_id: str


class Link(Candidate, frozen=True):
    """The vendor's side of a link; the merchant's variant id is its key."""


class Found(Struct, frozen=True):
    """What the marketplace's catalogue says of one order's lines: by non-empty SKU, by exact full title, by name; and
    whose name the merchant's catalogue has on a product, for lines that name nobody."""

    by_sku: Mapping[str, tuple[Candidate, ...]] = {}
    by_title: Mapping[str, tuple[Candidate, ...]] = {}
    vendors_by_name: Mapping[str, int] = {}
    vendors_by_product: Mapping[str, int] = {}


class Wanted(Struct, frozen=True):
    """What to load for one order. `product_ids` are the merchant's, of lines that name no vendor."""

    variant_ids: tuple[str, ...]
    skus: tuple[str, ...]
    titles: tuple[str, ...]
    vendor_names: tuple[str, ...]
    lines_without_variant: bool = False
    product_ids: tuple[str, ...] = ()


class How(StrEnum):
    LINK = "link"
    SKU = "sku"
    TITLE = "title"
    VENDOR_NAME = "vendor_name"
    NONE = "none"


class Note(StrEnum):
    """What a person should know of how a line was, or was not, found."""

    SKU_AMBIGUOUS = "sku_ambiguous"
    SKU_CHOSEN_BY_VENDOR_NAME = "sku_chosen_by_vendor_name"
    SKU_OF_ANOTHER_VENDOR = "sku_of_another_vendor"
    TITLE_AMBIGUOUS = "title_ambiguous"
    TITLE_CHOSEN_BY_VENDOR_NAME = "title_chosen_by_vendor_name"
    TITLE_OF_ANOTHER_VENDOR = "title_of_another_vendor"
    TITLE_CONTRADICTS_SKU = "title_contradicts_sku"
    GIFT_CARD = "gift_card"


class Assigned(Struct, frozen=True, omit_defaults=True):
    """One line and whose it is. `vendor_id` None = nobody's but the merchant's own."""

    line: OrderLine
    vendor_id: int | None = None
    how: How = How.NONE
    candidate: Candidate | None = None
    notes: tuple[Note, ...] = ()

    @property
    def linked(self) -> bool:
        """Joined by a link, not merely found."""
        return self.how is How.LINK


class Routing(Struct, frozen=True):
    """An assignment for every line that is still ordered, in the order's own sequence."""

    lines: tuple[Assigned, ...]


def split(order: Order, links: Mapping[str, Link], found: Found) -> Routing:
    """Assign each line with a quantity. `links` is keyed by the merchant's variant id."""
    return Routing(tuple([_assign(line, links, found) for line in order.lines if line.quantity > 0]))


def wanted(order: Order) -> Wanted:
    """What `split` will ask `links` and `found` for."""
    lines = [line for line in order.lines if line.quantity > 0]
    return Wanted(
        variant_ids=tuple({line.variant_id for line in lines if line.variant_id}),
        skus=tuple({line.sku for line in lines if line.sku}),
        titles=tuple({full_title(line.title, line.variant_title) for line in lines}),
        vendor_names=tuple({name for line in lines if (name := line.vendor_name.strip())}),
        lines_without_variant=any(not line.variant_id for line in lines),
        product_ids=tuple({line.product_id for line in lines if line.product_id and not line.vendor_name.strip()}),
    )


def full_title(title: str, variant_title: str) -> str:
    """The product's title, then the variant's where it has one. "Default Title" is Shopify's word for none (FACTS
    section 6)."""
    return f"{title} - {variant_title}" if variant_title and variant_title != "Default Title" else title


def _assign(line: OrderLine, links: Mapping[str, Link], found: Found) -> Assigned:
    if (link := links.get(line.variant_id)) and line.variant_id:
        return Assigned(line, link.vendor_id, How.LINK, link)
    if line.gift_card:
        return Assigned(line, notes=(Note.GIFT_CARD,))
    return _search(line, found)


def _search(line: OrderLine, found: Found) -> Assigned:
    """A line without a link: SKU, then exact title, then the listing's vendor name. Nothing is guessed."""
    named = _named(line, found)
    notes: list[Note] = []
    by_sku = found.by_sku.get(line.sku, ()) if line.sku else ()
    if match := _only(by_sku, named, notes, _SKU_NOTES):
        return Assigned(line, match.vendor_id, How.SKU, match, tuple(notes))
    by_title = found.by_title.get(full_title(line.title, line.variant_title), ())
    if by_sku and by_title and Note.SKU_AMBIGUOUS in notes:
        by_title = _agreeing(by_title, by_sku, notes)
    if match := _only(by_title, named, notes, _TITLE_NOTES):
        return Assigned(line, match.vendor_id, How.TITLE, match, tuple(notes))
    if named is not None:
        return Assigned(line, named, How.VENDOR_NAME, None, tuple(notes))
    return Assigned(line, notes=tuple(notes))


def _named(line: OrderLine, found: Found) -> int | None:
    """The vendor that the listing names. A line that names somebody else is not asked about a second time."""
    name = line.vendor_name.strip()
    return found.vendors_by_name.get(name) if name else found.vendors_by_product.get(line.product_id)


_Words = tuple[Note, Note, Note]  # several; chosen by vendor name; another vendor's
_SKU_NOTES: _Words = (Note.SKU_AMBIGUOUS, Note.SKU_CHOSEN_BY_VENDOR_NAME, Note.SKU_OF_ANOTHER_VENDOR)
_TITLE_NOTES: _Words = (Note.TITLE_AMBIGUOUS, Note.TITLE_CHOSEN_BY_VENDOR_NAME, Note.TITLE_OF_ANOTHER_VENDOR)


def _only(matches: tuple[Candidate, ...], named: int | None, notes: list[Note], words: _Words) -> Candidate | None:
    """The one match, or the one match of the vendor that the listing names; None where that is not certain.

    A match of another vendor than the named one is not taken: a buyer's order never goes to a vendor that the listing
    contradicts.
    """
    if not matches:
        return None
    ambiguous, chosen, another = words
    own = matches if named is None else tuple(match for match in matches if match.vendor_id == named)
    if not own:
        notes.append(another)
        return None
    if len(own) > 1:
        notes.append(ambiguous)
        return None
    if len(matches) > 1:
        notes.append(chosen)
    return own[0]


def _agreeing(
    by_title: tuple[Candidate, ...], by_sku: tuple[Candidate, ...], notes: list[Note]
) -> tuple[Candidate, ...]:
    """Of the title's matches, those that have the SKU too: a title may narrow an ambiguous SKU, never overrule it."""
    both = tuple(match for match in by_title if match in by_sku)
    if not both:
        notes.append(Note.TITLE_CONTRADICTS_SKU)
    return both
