"""What the planning of one listing knows, and what it answers.

Not here: the planning (listing_plan.py), what was written (listing_written.py).
"""

from msgspec import Struct

from crossdock.core.catalog import Product, Variant
from crossdock.core.listing import ListingAction
from crossdock.core.listing_conflict import Conflict, after, decide
from crossdock.core.listing_policy import Field, ListingPolicy
from crossdock.core.listing_problems import Flaw, NotOffered, Problem, Why, gathered
from crossdock.core.listing_shape import Limits, Shape
from crossdock.core.listing_written import UNREAD, Unread, Value, Verdict, Written, Wrote, WroteVariant, taken_name

_FIELDS = frozenset(map(str, Field))


class Link(Struct, frozen=True):
    """A pair of the listing. `open`: an order of it still waits for its vendor, so it keeps its place."""

    vendor_variant_id: str
    merchant_variant_id: str
    ended: bool = False
    open: bool = False


class ListingCase(Struct, frozen=True, kw_only=True):
    """One listing. `vendor` is the vendor's product, whole, None = deleted; `merchant` the merchant's as just read,
    None = not read. `merchant_product_id` "" = to be made. `taken` are the merchant's fields (listing_written.py,
    taken_name). `currency` is the merchant's; a `vendor_currency` that is not known counts as the same. `mapped`: the
    product was there before its link. `off_sale`: the vendor's store is off sale, so nothing may be sold past a
    count. `fresh`: its reference was never sent to the merchant's store. `full`: its platform takes no new variants for
    now; all else goes on."""

    reference: str
    vendor: Product | None
    policy: ListingPolicy
    currency: str
    vendor_currency: str = ""
    merchant_product_id: str = ""
    merchant: Product | None = None
    links: tuple[Link, ...] = ()
    written: Written = Written()
    taken: tuple[str, ...] = ()
    limits: Limits = Limits()
    location_id: str = ""
    mapped: bool = False
    off_sale: bool = False
    fresh: bool = False
    full: bool = False

    def takes(self, field: str, vendor_variant_id: str = "") -> bool:
        """Whether that field is the merchant's."""
        return taken_name(field, vendor_variant_id) in self.taken

    def prices(self) -> bool:
        """Whether the vendor's prices can be read in the merchant's currency; no exchange rate is guessed."""
        return not self.vendor_currency or self.vendor_currency == self.currency or self.policy.own_factor


class ListingPlan(Struct, frozen=True, omit_defaults=True):
    """What makes the listing agree. `needs_read`: nothing else counts but `problems`; read the merchant's product and
    ask again. Otherwise, in this order: keep `links` (vendor's variant, merchant's; one that names another vendor's
    variant before is moved), end those of `parted` (merchant's variants), keep `written`, `taken`, `not_offered` and
    `problems`; then carry out `actions`, each followed by listing_answer.answered. `ends`: the listing is over once
    they are done."""

    actions: tuple[ListingAction, ...] = ()
    needs_read: bool = False
    written: Written = Written()
    taken: tuple[str, ...] = ()
    not_offered: tuple[NotOffered, ...] = ()
    problems: tuple[Problem, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    parted: tuple[str, ...] = ()
    ends: bool = False


class Findings:
    """A plan being made: what is found out on the way."""

    def __init__(self, case: ListingCase, vendor: Product) -> None:
        self.case = case
        self.vendor = vendor
        self.needs_read = False
        self.taken = set(case.taken)
        self.problems: list[Problem] = []
        self.not_offered: dict[str, Why] = {}
        self.links: list[tuple[str, str]] = []
        self.parted: list[str] = []
        self.variants: dict[str, WroteVariant] = dict(case.written.variants)
        self.shape = Shape((), {})
        self.there: dict[str, Variant] = {one.id: one for one in case.merchant.variants} if case.merchant else {}

    def trouble(self, code: Flaw, field: str = "", **seen: object) -> None:
        self.problems.append(Problem(code, field, dict(seen)))

    def read(self, variant_id: str) -> Variant | Unread:
        """The merchant's variant, where the product was read."""
        return UNREAD if self.case.merchant is None else self.there[variant_id]

    def take(self, field: str, vendor_variant_id: str = "") -> None:
        self.taken.add(taken_name(field, vendor_variant_id))

    def judge(
        self, entry: Wrote | None, wish: Value, there: Value | Unread, field: str, vendor_variant_id: str = ""
    ) -> Verdict:
        """What to do about one field, and with that whose it is."""
        name = taken_name(field, vendor_variant_id)
        rule = self.case.policy.conflicts if field in _FIELDS else Conflict.MERCHANT  # not how stock is kept
        verdict = decide(entry, wish, there, rule=rule, name=name, taken=self.taken)
        self.taken = after(self.taken, name, verdict)
        self.needs_read |= verdict is Verdict.READ
        if verdict is Verdict.ASK:
            about = {"variant": vendor_variant_id} if vendor_variant_id else {}
            self.trouble(Flaw.BOTH_CHANGED, field, **about)
        return verdict

    def drop_question(self, field: str, vendor_variant_id: str = "") -> None:
        """The field follows the vendor no longer, so nobody need say whose it is."""
        name = taken_name(field, vendor_variant_id)
        self.taken = after(self.taken, name, Verdict.THEIRS)

    def move(self, vendor_variant_id: str, to: str) -> None:
        """What is the merchant's stays so when the variant's twin is another of the vendor's."""
        tail = f":{vendor_variant_id}"
        self.taken = {f"{name.removesuffix(tail)}:{to}" if name.endswith(tail) else name for name in self.taken}

    def follows(self, field: Field) -> bool:
        return self.case.policy.at_update(field)

    def plan(self, actions: tuple[ListingAction, ...], written: Written) -> ListingPlan:
        if self.needs_read:
            return ListingPlan(needs_read=True, written=self.case.written, taken=self.case.taken)
        return ListingPlan(
            actions=actions,
            written=written,
            taken=tuple(sorted(self.taken)),
            not_offered=tuple(NotOffered(one, why) for one, why in sorted(self.not_offered.items())),
            problems=gathered(self.problems),
            links=tuple(self.links),
            parted=tuple(dict.fromkeys(self.parted)),
        )
