"""Whatever vendor and merchant edit, and wherever the process dies: listings converge, and nobody's edits are lost."""

from contextlib import suppress
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.core.catalog import Media, Option, Product, ProductStatus, Variant
from crossdock.core.listing_policy import Field, Follow, ListingPolicy, NewStatus
from crossdock.core.listing_shape import Limits
from tests.core.listing_store import SEEN, Died, Listing

LIMITS = Limits(most_variants=7, most_options=3)
COLOURS = st.sampled_from(["Red", "Blue", "red ", "Dark Red", ""])
SIZES = st.sampled_from(["S", "M", "L"])
PRICES = st.sampled_from([None, *(Decimal(price) for price in ("0", "1.0999", "20", "20.00", "35.5"))])
WORDS = st.sampled_from(["Shirt", "Blouse", "Рубашка", "x" * 300])
SHAPES = st.sampled_from([(), ("Colour",), ("Colour", "Size"), ("Size", "Colour"), ("Farbe", "Size"), ("Kind",)])
PICTURES = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3)


def row(names: tuple[str, ...], colour: str, size: str) -> tuple[str, ...]:
    known = {"Colour": colour, "Farbe": colour.upper(), "Size": size, "Kind": f"{colour} {size}"}
    return tuple(known[name] for name in names)


@st.composite
def products(draw: st.DrawFn) -> Product:
    """A vendor's product out of a few pieces, so that edits often meet: its variants keep their ids whatever their
    options are called; some places are there twice."""
    names = draw(SHAPES)
    ids = draw(st.lists(st.integers(1, 9), unique=True, max_size=9 if names else 1))
    variants = []
    for number in ids:
        colour = ["Red", "Blue", "Dark Red"][number % 3]
        size = ["S", "M", "L"][number // 3 % 3]
        if draw(st.integers(0, 9)) == 0:
            colour = draw(COLOURS)
        options = row(names, colour, size)
        price = draw(PRICES)
        variants.append(Variant(str(number), options=options, sku=draw(SIZES), price=price, tracked=number % 5 > 0))
    options = tuple(Option(name, tuple({one.options[at] for one in variants})) for at, name in enumerate(names))
    return Product(
        "1",
        draw(WORDS),
        SEEN,
        html=draw(st.sampled_from(["", "<p>a</p><p>b</p>", "<p onclick=x>a<script>b</script></p>"])),
        status=draw(st.sampled_from([ProductStatus.ACTIVE, ProductStatus.ACTIVE, ProductStatus.DRAFT])),
        tags=tuple(draw(st.lists(st.sampled_from(["one", "Two", "two", "three"]), max_size=3))),
        options=options,
        media=tuple(Media(f"https://v.example/{name}.jpg") for name in draw(PICTURES)),
        variants=tuple(variants),
    )


@st.composite
def policies(draw: st.DrawFn) -> ListingPolicy:
    follow = {
        field: Follow(*draw(st.sampled_from([(True, True), (True, True), (True, False), (False, True)])))
        for field in Field
    }
    return ListingPolicy(
        follow=follow,
        auto_variants=draw(st.sampled_from([True, True, False])),
        new_status=draw(st.sampled_from(NewStatus)),
        price_factor=draw(st.sampled_from([Decimal(1), Decimal("1.25")])),
        price_amount=draw(st.sampled_from([Decimal(0), Decimal(-2)])),
    )


class Merchant:
    """Who edits the listing by hand, and remembers what."""

    def __init__(self) -> None:
        self.title = ""
        self.own: dict[str, Decimal] = {}
        self.prices: dict[str, Decimal] = {}
        self.tags: set[str] = set()

    def edit(self, listing: Listing, what: int) -> None:
        product = listing.shop.product
        if product is None:
            return
        if what == 0:
            self.title = f"Ours {listing.shop.number()}"
            listing.shop.product = replace(product, title=self.title)
        elif what == 1:
            one = next((one for one in product.variants if one.id not in self.own), product.variants[0])
            price = Decimal(listing.shop.number())  # another each time, so that it is an edit
            changed = replace(one, price=price)
            if one.id in self.own:
                return
            if one.id in self.prices or (one.id in listing.links and not listing.links[one.id].ended):
                self.prices[one.id] = price
            listing.shop.product = replace(
                product, variants=tuple(changed if other is one else other for other in product.variants)
            )
        elif what == 2 and product.options and len(product.variants) < 7:
            number = listing.shop.number()
            # a colour of its own in every option, so that no vendor's variant comes to the same place
            mine = Variant(number, options=tuple(f"Own{number} X{number}" for _ in product.options), price=Decimal(3))
            self.own[number] = Decimal(3)
            listing.shop.product = replace(product, variants=(*product.variants, mine))
        elif what == 3:
            self.tags.add("handmade")
            listing.shop.product = replace(product, tags=(*product.tags, "handmade"))
        elif what == 4 and len(product.variants) > 1 and product.variants[0].id not in self.own:
            self.prices.pop(product.variants[0].id, None)
            listing.shop.product = replace(product, variants=product.variants[1:])

    def check(self, listing: Listing) -> None:
        product = listing.shop.there()
        there = {one.id: one for one in product.variants}
        assert self.own.keys() <= there.keys(), "a variant of the merchant's own is gone"
        assert all(there[one].price == price for one, price in self.own.items())
        assert all(there[one].price == price for one, price in self.prices.items() if one in there)
        assert not self.title or product.title == self.title
        assert self.tags <= set(product.tags)


def converge(listing: Listing) -> None:
    """Rounds until nothing is done; then nothing is read either."""
    for _ in range(4):
        if not listing.round():
            break
    else:
        raise AssertionError("it does not settle")
    assert listing.round() == ()


def agrees(listing: Listing) -> None:
    """Every linked variant has the price of the rule, unless it is the merchant's, where prices are followed."""
    vendor = listing.vendor
    assert vendor is not None
    for one in vendor.variants:
        links = [link for link in listing.links.values() if link.vendor_variant_id == one.id and not link.ended]
        assert len(links) <= 1, "a vendor's variant with two twins"
        if not links or f"price:{one.id}" in listing.taken:
            continue
        assert not listing.plan.needs_read
        twin = listing.twin(one.id)
        if listing.mapped:
            continue
        followed = all(listing.policy.at_create(field) and listing.policy.at_update(field) for field in Field)
        if followed and one.price and one.price > 2:
            assert twin.price is not None
            wanted = one.price * listing.policy.price_factor + listing.policy.price_amount
            assert abs(twin.price - wanted) <= Decimal("0.005")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies(), st.lists(products(), min_size=1, max_size=5), st.data())
def test_listings_converge(policy: ListingPolicy, vendors: list[Product], data: st.DataObject) -> None:
    listing = Listing(vendors[0], policy=policy, limits=LIMITS)
    listing.shop.limits = LIMITS
    merchant = Merchant()
    for vendor in vendors:
        listing.vendor = vendor
        listing.die = data.draw(st.integers(-1, 3), label="dies")
        with suppress(Died):
            listing.round()
        listing.die = -1
        converge(listing)
        if listing.shop.product is not None and listing.known:
            merchant.check(listing)
            agrees(listing)
            if data.draw(st.integers(0, 4), label="maps") == 0:  # as if a person had found and linked it all
                listing.mapped, listing.written, listing.taken = True, b"{}", ()
                merchant = Merchant()
                converge(listing)
            # somebody edits only once the vendor's last change has arrived
            merchant.edit(listing, data.draw(st.integers(0, 6), label="edits"))
            read_by_hand(listing)
            if not looked_at(listing):
                merchant = Merchant()  # what was there at the first look is no edit
            merchant.check(listing)


def looked_at(listing: Listing) -> bool:
    from msgspec import json

    from crossdock.core.listing_written import Written

    return bool(json.decode(listing.written, type=Written).fields)


def read_by_hand(listing: Listing) -> None:
    """The merchant's edits are seen the next time anything is written; here at once."""
    from msgspec import json

    from crossdock.core.listing_plan import plan_listing

    plan = plan_listing(listing.case(listing.shop.there()))
    assert not plan.needs_read
    listing.taken, listing.written = plan.taken, json.encode(plan.written)
    listing._join(plan.links)
    for merchant_id in plan.parted:
        listing.links[merchant_id] = replace(listing.links[merchant_id], ended=True)


@settings(max_examples=60, deadline=None)
@given(products(), products())
def test_what_is_given_back_whole_is_the_vendors(first: Product, second: Product) -> None:
    listing = Listing(first, policy=ListingPolicy(new_status=NewStatus.ACTIVE), limits=LIMITS)
    listing.shop.limits = LIMITS
    converge(listing)
    if listing.shop.product is None or not listing.known:
        return
    listing.shop.product = replace(listing.shop.product, title="Ours", product_type="Ours")
    listing.vendor = replace(second, title="Theirs", product_type="Theirs")
    if not listing.vendor.variants:
        return
    converge(listing)
    assert listing.shop.there().title == "Ours"
    listing.taken = ()
    converge(listing)
    assert (listing.shop.there().title, listing.shop.there().product_type) == ("Theirs", "Theirs")
