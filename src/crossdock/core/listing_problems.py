"""What a person should know of a listing: problems of the vendor's product or of fitting it in, and variants that are
not offered. Codes and what was seen; web/phrases.py has the sentences.

Not here: human language.
"""

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Flaw(StrEnum):
    # nothing is made until it is put right
    NO_VARIANTS = "no_variants"
    TITLE_MISSING = "title_missing"
    CURRENCY_DIFFERS = "currency_differs"
    NOTHING_TO_OFFER = "nothing_to_offer"  # every variant has a reason of its own
    # listed, but not as the vendor has it
    TEXT_CUT = "text_cut"
    HTML_CUT = "html_cut"
    HTML_TOO_DEEP = "html_too_deep"
    TAGS_CUT = "tags_cut"
    MEDIA_CUT = "media_cut"
    MEDIA_MISSING = "media_missing"
    OPTIONS_FOLDED = "options_folded"
    OPTIONS_KEPT = "options_kept"  # the merchant's options stay: what must stay does not fit the vendor's new ones
    DUPLICATE_OPTIONS = "duplicate_options"
    TOO_MANY_VARIANTS = "too_many_variants"
    PRICE_MISSING = "price_missing"
    PRICE_ZERO = "price_zero"  # the rule takes all of it: not written
    PRICE_TO_SET = "price_to_set"  # prices are the merchant's business: made as a draft
    # the vendor's product is gone
    KEPT = "kept"
    OWN_VARIANTS = "own_variants"  # not deleted or drafted: others' variants are on it
    OPEN_ORDERS = "open_orders"  # drafted instead of deleted
    MAPPED = "mapped"  # drafted instead of deleted: the product was the merchant's


class Why(StrEnum):
    """Why a vendor's variant is not at the merchant."""

    NOT_AUTOMATIC = "not_automatic"  # variants are not added by themselves
    DUPLICATE_OPTIONS = "duplicate_options"
    VALUE_MISSING = "value_missing"
    TOO_MANY_VARIANTS = "too_many_variants"
    OPTIONS_DIFFER = "options_differ"  # the merchant's options are others; a person has to place it
    PLACE_TAKEN = "place_taken"  # the merchant has a variant of its own there: link it
    NO_PRICE = "no_price"
    REMOVED_BY_MERCHANT = "removed_by_merchant"
    UNLINKED = "unlinked"


class Problem(Struct, frozen=True, omit_defaults=True):
    """`field` names what it is about; `seen` holds the facts, JSON values only."""

    code: Flaw
    field: str = ""
    seen: dict[str, Any] = {}


class NotOffered(Struct, frozen=True):
    vendor_variant_id: str
    why: Why
