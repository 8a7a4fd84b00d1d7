"""Mapping by vendors: pairs of a vendor's own products, decided by its own people where the marketplace lets them.

Not here: finding pairs or making links (linking.py); every call here is narrowed to one vendor.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from crossdock.core import add_ons
from crossdock.models import LinkSuggestion, Marketplace, Vendor
from crossdock.operations.linking import confirm, forget_refusals, refuse
from crossdock.operations.record import Refused


class MappingIsTheirs(Refused):
    """The marketplace maps by itself."""

    code = "mapping_is_theirs"


class Answer(StrEnum):
    CONFIRM = "confirm"
    REFUSE = "refuse"
    FORGET = "forget"


class Decided(Struct, frozen=True):
    """`count` pairs were decided; `left` could not be: they were linked otherwise meanwhile, or are being made."""

    count: int
    left: int = 0


def may_map(*, marketplace: Marketplace, vendor: Vendor) -> bool:
    """Whether the switch is on, for all or for this vendor."""
    return add_ons.is_on(marketplace.add_ons | vendor.add_ons, add_ons.VENDOR_MAPPING)


def decide_own_pairs(*, vendor: Vendor, ids: Sequence[int], answer: Answer, now: datetime, who: str) -> Decided:
    """Decide these pairs, as far as they are of this vendor. Raises MappingIsTheirs, and what `confirm` raises."""
    marketplace = vendor.marketplace
    if not may_map(marketplace=marketplace, vendor=vendor):
        raise MappingIsTheirs("the marketplace maps by itself")
    rows = LinkSuggestion.objects.filter(marketplace=marketplace, vendor=vendor, pk__in=list(ids))
    own = list(rows.values_list("pk", flat=True))
    if answer is Answer.CONFIRM:
        made = confirm(marketplace=marketplace, vendor=vendor, ids=own, now=now, who=who)
        return Decided(made.linked, made.stale + made.busy)
    decide = refuse if answer is Answer.REFUSE else forget_refusals
    return Decided(decide(marketplace=marketplace, ids=own, now=now, who=who))
