"""What a person should know of a listing: problems of the vendor's product or of fitting it in, and variants that are
not offered. Codes and what was seen; web/phrases.py has the sentences.

Not here: human language.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace


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
    HTML_PARTS = "html_parts"  # films, frames and forms of the description were left out
    TAGS_CUT = "tags_cut"
    MEDIA_CUT = "media_cut"
    MEDIA_MISSING = "media_missing"  # an address that is none, or from which nothing could be fetched
    MEDIA_KIND = "media_kind"  # films and models are not carried
    OPTIONS_FOLDED = "options_folded"
    OPTIONS_RENAMED = "options_renamed"  # a name that a store does not take
    OPTIONS_KEPT = "options_kept"  # the merchant's options stay: what must stay does not fit the vendor's new ones
    DUPLICATE_OPTIONS = "duplicate_options"
    TOO_MANY_VARIANTS = "too_many_variants"
    PRICE_MISSING = "price_missing"
    PRICE_ZERO = "price_zero"  # the rule takes all of it: not written
    PRICE_FREE = "price_free"  # it costs nothing at the vendor
    PRICE_TO_SET = "price_to_set"  # prices are the merchant's business: made as a draft
    CODE_TOO_LONG = "code_too_long"  # an SKU or barcode: cut it would name something else, so it was left out
    BOTH_CHANGED = "both_changed"  # vendor and merchant: a person says whose it is
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
    DAILY_LIMIT = "daily_limit"  # the platform takes no more new variants today: added when it does
    REMOVED_BY_MERCHANT = "removed_by_merchant"
    UNLINKED = "unlinked"


class Problem(Struct, frozen=True, omit_defaults=True):
    """`field` names what it is about; `seen` holds the facts, JSON values only."""

    code: Flaw
    field: str = ""
    seen: dict[str, Any] = {}


MOST_ALIKE = 5  # problems of one kind that are told one by one: two thousand variants may have the same


def gathered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """`problems` in their order, each once; of many of one kind the first few, the last of which says how many `more`
    there are."""
    kept: list[Problem] = []
    known: set[str] = set()
    alike: defaultdict[tuple[Flaw, str], list[int]] = defaultdict(list)
    more: Counter[int] = Counter()
    for problem in problems:
        places, told = alike[problem.code, problem.field], repr(problem)
        if told in known:
            continue
        known.add(told)
        if len(places) < MOST_ALIKE:
            places.append(len(kept))
            kept.append(problem)
        else:
            more[places[-1]] += 1
    for place, count in more.items():
        kept[place] = replace(kept[place], seen=kept[place].seen | {"more": count})
    return tuple(kept)


class NotOffered(Struct, frozen=True):
    vendor_variant_id: str
    why: Why
