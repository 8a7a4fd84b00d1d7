"""A merchant's store in memory, as far as listings need one, and the round that keeps a listing in it.

It behaves as the contract says and worse than that where stores do: trims, sorts, rewrites HTML, numbers everything
anew, deletes what SetOptions does not name. It refuses what no store would take.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec import json
from msgspec.structs import replace

from crossdock.core.catalog import Media, Option, Product, ProductStatus, Variant
from crossdock.core.listing import (
    AddVariants,
    CreateProduct,
    DesiredProduct,
    DesiredVariant,
    EndListing,
    ListingAction,
    RemoveVariants,
    SetOptions,
    UpdateProduct,
    UpdateVariants,
)
from crossdock.core.listing_answer import answered
from crossdock.core.listing_case import Link, ListingCase, ListingPlan
from crossdock.core.listing_plan import plan_listing
from crossdock.core.listing_policy import ListingPolicy
from crossdock.core.listing_shape import Limits, key
from crossdock.core.listing_written import Written

SEEN = datetime(2026, 11, 1, 12, tzinfo=UTC)
MOST = Limits(most_variants=2048, most_options=3)


@dataclass
class Shop:
    """One product of a merchant's store."""

    product: Product | None = None
    numbers: int = 900
    reference: str = ""
    limits: Limits = MOST

    def number(self) -> str:
        self.numbers += 1
        return str(self.numbers)

    def there(self) -> Product:
        assert self.product is not None, "the product is not there"
        return self.product

    def do(self, action: ListingAction) -> Product:
        match action:
            case CreateProduct():
                self._create(action)
            case UpdateProduct():
                self.product = self._changed(self.there(), action.product)
            case UpdateVariants():
                self._update(action.variants)
            case AddVariants():
                rows = [self._made(one) for one in action.variants]
                self._keep((*self.there().variants, *rows))
            case RemoveVariants():
                gone = set(action.variant_ids)
                self._keep(tuple(one for one in self.there().variants if one.id not in gone))
            case SetOptions():
                self._set(action)
            case EndListing():
                product = self.there()
                self.product = None if action.delete else replace(product, status=ProductStatus.DRAFT)
                return product
        return self.there()

    def _create(self, action: CreateProduct) -> None:
        if self.product is not None and self.reference == action.reference:
            return
        self.reference = action.reference
        self.product = self._changed(Product(self.number(), "", SEEN), action.product)
        self.product = replace(self.product, options=tuple(Option(name, values) for name, values in action.options))
        self._keep(tuple(self._made(one) for one in action.variants))

    def _changed(self, product: Product, wish: DesiredProduct) -> Product:
        product = replace(
            product,
            title=product.title if wish.title is None else wish.title.strip(),
            html=product.html if wish.html is None else wish.html.replace("><", ">\n<"),
            product_type=product.product_type if wish.product_type is None else wish.product_type,
            vendor_name=product.vendor_name if wish.vendor_name is None else wish.vendor_name,
            status=wish.status or product.status,
        )
        if wish.tags is not None:
            assert len(wish.tags) <= 250
            once = {tag.casefold(): tag.strip() for tag in reversed(wish.tags)}
            product = replace(product, tags=tuple(once[tag] for tag in sorted(once)))
        if wish.media is not None:
            product = replace(product, media=tuple(self._file(one, product.media) for one in wish.media))
        return product

    def _file(self, one: Media, there: Sequence[Media]) -> Media:
        if one.id:
            return next(known for known in there if known.id == one.id)
        number = self.number()
        return Media(
            f"https://cdn.merchant.example/{number}-{one.url.rpartition('/')[2].partition('?')[0]}",
            id=number,
            alt=one.alt,
        )

    def _made(self, one: DesiredVariant) -> Variant:
        number = self.number()
        return self._with(Variant(number, options=one.options, item_id=f"i{number}", price=None), one)

    def _with(self, variant: Variant, wish: DesiredVariant) -> Variant:
        compare_at = None if wish.clear_compare_at else wish.compare_at or variant.compare_at
        return replace(
            variant,
            sku=variant.sku if wish.sku is None else wish.sku,
            barcode=variant.barcode if wish.barcode is None else wish.barcode,
            price=variant.price if wish.price is None else wish.price,
            compare_at=compare_at,
            grams=variant.grams if wish.grams is None else wish.grams,
            tracked=variant.tracked if wish.tracked is None else wish.tracked,
            oversell=variant.oversell if wish.oversell is None else wish.oversell,
        )

    def _update(self, wishes: Sequence[DesiredVariant]) -> None:
        known = {one.id: one for one in self.there().variants}
        assert all(not one.options for one in wishes), "options are not set with fields"
        for one in wishes:
            known[one.id] = self._with(known[one.id], one)
        self._keep(tuple(known.values()))

    def _set(self, action: SetOptions) -> None:
        known = {one.id: one for one in self.there().variants}
        named = {one.id for one in action.variants if one.id} | set(action.remove)
        assert named >= known.keys(), "lost_variants"
        assert not {one.id for one in action.variants} & set(action.remove)
        rows = [
            replace(self._with(known[one.id], one), options=one.options) if one.id else self._made(one)
            for one in action.variants
        ]
        options = tuple(Option(name, values) for name, values in action.options)
        self.product = replace(self.there(), options=options)
        self._keep(tuple(rows))

    def _keep(self, variants: tuple[Variant, ...]) -> None:
        product = self.there()
        assert variants, "a product has one variant at least"
        assert self.limits.most_variants is None or len(variants) <= self.limits.most_variants
        assert self.limits.most_options is None or len(product.options) <= self.limits.most_options
        assert all(len(one.options) == len(product.options) for one in variants), "a value for each option"
        assert all(value for one in variants for value in one.options)
        places = [key(one.options) for one in variants]
        assert len(set(places)) == len(places), "duplicate combination"
        options = tuple(
            replace(option, values=tuple(dict.fromkeys(one.options[at] for one in variants)))
            for at, option in enumerate(product.options)
        )
        self.product = replace(product, variants=variants, options=options)


@dataclass
class Listing:
    """A listing as its drain keeps it: JSON between the rounds."""

    vendor: Product | None
    shop: Shop = field(default_factory=Shop)
    policy: ListingPolicy = field(default_factory=ListingPolicy)
    taken: tuple[str, ...] = ()
    links: dict[str, Link] = field(default_factory=dict)  # by the merchant's variant
    written: bytes = b"{}"
    currency: str = "EUR"
    vendor_currency: str = "EUR"
    mapped: bool = False
    off_sale: bool = False
    limits: Limits = MOST
    plan: ListingPlan = field(default_factory=ListingPlan)
    reads: int = 0
    die: int = -1  # after so many writes, before the answer is kept

    def case(self, merchant: Product | None = None) -> ListingCase:
        return ListingCase(
            reference="ref-1",
            vendor=self.vendor,
            policy=self.policy,
            currency=self.currency,
            vendor_currency=self.vendor_currency,
            merchant_product_id=self.shop.product.id if self.shop.product and self.known else "",
            merchant=merchant,
            links=tuple(self.links.values()),
            written=json.decode(self.written, type=Written),
            taken=self.taken,
            limits=self.limits,
            location_id="5",
            mapped=self.mapped,
            off_sale=self.off_sale,
        )

    @property
    def known(self) -> bool:
        return self.mapped or bool(self.links)

    def round(self) -> tuple[ListingAction, ...]:
        """One look: plan, read if it must, carry out, keep. Returns what was done."""
        case = self.case()
        plan = plan_listing(case)
        if plan.needs_read:
            self.reads += 1
            case = self.case(self.shop.there())
            plan = plan_listing(case)
            assert not plan.needs_read
        self.plan = plan
        self.taken = plan.taken
        self._join(plan.links)
        for merchant_id in plan.parted:
            self.links[merchant_id] = replace(self.links[merchant_id], ended=True)
        self.written = json.encode(plan.written)
        for action in plan.actions:
            product = self.shop.do(action)
            self.die -= 1
            if self.die == 0:
                raise Died
            answer = answered(case, json.decode(self.written, type=Written), action, product)
            self.written = json.encode(answer.written)
            self._join(answer.links)
        return plan.actions

    def settle(self) -> tuple[ListingAction, ...]:
        """A round, after which another finds nothing to do and nothing to read."""
        done = self.round()
        reads = self.reads
        again = self.round()
        assert not again, again
        assert self.reads == reads, "a second look reads again"
        return done

    def _join(self, links: Sequence[tuple[str, str]]) -> None:
        for vendor_id, merchant_id in links:
            self.links[merchant_id] = Link(vendor_id, merchant_id)

    def twin(self, vendor_id: str) -> Variant:
        """The merchant's variant of a vendor's."""
        ids = {link.merchant_variant_id for link in self.links.values() if link.vendor_variant_id == vendor_id}
        return next(one for one in self.shop.there().variants if one.id in ids)


class Died(Exception):
    """The process is gone: between a write and its answer."""
