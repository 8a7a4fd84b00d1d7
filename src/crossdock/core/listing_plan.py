"""Plans a listing: what the merchant's product should be by the vendor's and the policy, and the steps that make it so.

Three-way: what the vendor has, what was last written, what the merchant has now. Never overwrites what the merchant
edited; writes only what differs; a second plan after the steps is empty. Not here: carrying the steps out (sync/).
"""

from msgspec.structs import replace

from crossdock.core.catalog import Product, ProductStatus
from crossdock.core.digest import media_keys
from crossdock.core.listing import CreateProduct, EndListing, ListingAction, RemoveVariants, UpdateProduct
from crossdock.core.listing_case import Findings, Link, ListingCase, ListingPlan
from crossdock.core.listing_cast import note_deleted
from crossdock.core.listing_fields import new_product, pictures, plan_fields
from crossdock.core.listing_policy import Field, NewStatus, OnDelete
from crossdock.core.listing_problems import Flaw, NotOffered, Problem
from crossdock.core.listing_shape import options_of, vendor_shape
from crossdock.core.listing_text import tag_list
from crossdock.core.listing_variants import new_variants, plan_variants, waiting
from crossdock.core.listing_written import WroteMedia, WroteOptions

__all__ = ["Link", "ListingCase", "ListingPlan", "plan_ending", "plan_listing"]


def plan_listing(case: ListingCase) -> ListingPlan:
    """What to do for one listing. A vendor's product that is deleted or archived ends it by the policy; product sync
    switched off leaves it as it is."""
    vendor = case.vendor
    if not case.policy.product_sync:
        return ListingPlan(written=case.written, taken=case.taken)
    if vendor is None or vendor.status is ProductStatus.ARCHIVED:
        return plan_ending(case, case.policy.on_delete)
    found = Findings(case, vendor)
    if blocked := _blocked(vendor):
        found.problems.extend(blocked)
        note_deleted(found)
        return found.plan((), replace(case.written, variants=found.variants))
    found.shape, troubles, refused = vendor_shape(vendor, case.limits, frozenset(_linked(case)))
    found.problems.extend(troubles)
    _refuse(found, refused)
    return _update(found) if case.merchant_product_id else _create(found)


def _blocked(vendor: Product) -> list[Problem]:
    """What makes nothing of a product."""
    problems = []
    if not vendor.variants:
        problems.append(Problem(Flaw.NO_VARIANTS))
    if not vendor.title.strip():
        problems.append(Problem(Flaw.TITLE_MISSING, Field.TITLE))
    return problems


def _linked(case: ListingCase) -> list[str]:
    return [link.vendor_variant_id for link in case.links if not link.ended]


def _refuse(found: Findings, refused: list[NotOffered]) -> None:
    linked = set(_linked(found.case))
    found.not_offered.update({one.vendor_variant_id: one.why for one in refused if one.vendor_variant_id not in linked})


def _create(found: Findings) -> ListingPlan:
    case, vendor = found.case, found.vendor
    product, problems = new_product(case, vendor)
    found.problems.extend(problems)
    variants = new_variants(found)
    if not variants:
        found.trouble(Flaw.NOTHING_TO_OFFER)
        return found.plan((), case.written)
    if not case.policy.at_create(Field.PRICE):
        found.trouble(Flaw.PRICE_TO_SET, Field.PRICE)
    names = options_of(found.shape.names, [one.options for one in variants])
    off = vendor.status is not ProductStatus.ACTIVE
    waits = off and case.policy.new_status is not NewStatus.DRAFT and case.policy.at_create(Field.PRICE)
    written = replace(
        case.written,
        options=WroteOptions(found.shape.names),
        tags=tag_list(vendor.tags)[0],
        media=WroteMedia(media_keys(pictures(vendor)[0])),
        vendor_off=off,
        waiting=waiting(found),
        down=ProductStatus.ACTIVE if waits else "",  # a draft only until the vendor's is on sale
    )
    action = CreateProduct(case.reference, product, names, variants, case.location_id, case.fresh)
    return found.plan((action,), written)


def _update(found: Findings) -> ListingPlan:
    """Off sale goes first, on sale last: meanwhile nothing is sold that should not be."""
    case = found.case
    product, written = plan_fields(found)
    steps, written = plan_variants(found, written)
    written = replace(written, variants=found.variants)
    if product is None:
        return found.plan(tuple(steps), written)
    own: list[ListingAction] = [UpdateProduct(case.merchant_product_id, product)]
    first = product.status is not None and product.status is not ProductStatus.ACTIVE
    return found.plan(tuple(own + steps if first else steps + own), written)


def plan_ending(case: ListingCase, choice: OnDelete) -> ListingPlan:
    """How a listing ends, by the policy or by a person's choice. A product that others' variants are on stays on sale
    for them; one with open orders, or that was the merchant's before, is put away rather than deleted."""
    plan = ListingPlan(written=case.written, taken=case.taken, parted=_parting(case), ends=True)
    if not case.merchant_product_id:
        return plan
    if choice is OnDelete.KEEP:
        return replace(plan, problems=(Problem(Flaw.KEPT),))
    if case.merchant is None:
        return ListingPlan(needs_read=True, written=case.written, taken=case.taken)
    ours = {link.merchant_variant_id for link in case.links}
    if any(one.id not in ours for one in case.merchant.variants):
        return _leave(case, plan, choice)
    if choice is OnDelete.DELETE and not _spared(case):
        return replace(plan, actions=(EndListing(case.merchant_product_id, delete=True),))
    problems = tuple(Problem(flaw) for flaw in _spared(case)) if choice is OnDelete.DELETE else ()
    if case.merchant.status is not ProductStatus.ACTIVE:
        return replace(plan, problems=problems)
    # should the vendor offer it again, it goes back on sale; kept before the step, whose answer may be lost
    away = replace(case.written, vendor_off=True, down=ProductStatus.ACTIVE)
    return replace(plan, actions=(EndListing(case.merchant_product_id),), problems=problems, written=away)


def _parting(case: ListingCase) -> tuple[str, ...]:
    return tuple(link.merchant_variant_id for link in case.links if not link.ended)


def _spared(case: ListingCase) -> list[Flaw]:
    """Why a product is not deleted though it was asked for."""
    flaws = [Flaw.MAPPED] if case.mapped else []
    return [*flaws, Flaw.OPEN_ORDERS] if any(link.open for link in case.links) else flaws


def _leave(case: ListingCase, plan: ListingPlan, choice: OnDelete) -> ListingPlan:
    """Only the vendor's variants go, and those only if all was to be deleted."""
    there = {one.id for one in case.merchant.variants} if case.merchant else set()
    gone = tuple(one.merchant_variant_id for one in case.links if not one.open and one.merchant_variant_id in there)
    plan = replace(plan, problems=(Problem(Flaw.OWN_VARIANTS),))
    if choice is OnDelete.DELETE and gone:
        return replace(plan, actions=(RemoveVariants(case.merchant_product_id, gone),))
    return plan
