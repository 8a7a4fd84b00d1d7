"""What speaks for two variants being the same thing, and how much all of it together is worth, from 0 to 1.

Agreement adds up; doubt sets a ceiling, so that no amount of the one outweighs the other. Not here: finding the
evidence (matching_compare.py).
"""

from enum import IntEnum, StrEnum

from msgspec import Struct

from crossdock.core.matching_text import Figures

AUTO_CONFIRM = 0.92
"""From here on a pair may be linked without a person. Reached only by
- the same valid barcode, on one variant of either store, with titles that have something in common and of which one at
  most says more than the other, or
- the same SKU, on one variant of either store, with titles of the same words (but for slips, order, whose it is and
  what is an option), the same figures, the same options and no price far off, or
- both at once, whatever words the titles use,
and in each case nothing that contradicts it: other figures, other colours, other options, another barcode, or another
variant with as good a claim. Never by titles alone, and never by a repeated, empty or generic SKU."""
SUGGEST = 0.4  # below this nobody is asked
_UNSURE = 0.88  # close, but a person decides
_WEAK = 0.6
_CONTRADICTED = 0.45
_ALL_WORDS = 0.999


class MatchReason(StrEnum):
    """Why two variants are, or are not, taken for the same thing."""

    SAME_GTIN = "same_gtin"
    GTIN_DIFFERS = "gtin_differs"
    GTIN_REPEATED = "gtin_repeated"
    GTIN_INTERNAL = "gtin_internal"
    SAME_SKU = "same_sku"
    SKU_ALIKE = "sku_alike"
    SKU_REPEATED = "sku_repeated"
    SKU_DIFFERS = "sku_differs"
    TITLE_SIMILAR = "title_similar"
    WORDS_DIFFER = "words_differ"
    COLOURS_DIFFER = "colours_differ"
    FIGURES_EQUAL = "figures_equal"
    FIGURES_PART = "figures_part"
    FIGURES_DIFFER = "figures_differ"
    OPTIONS_EQUAL = "options_equal"
    OPTIONS_RENAMED = "options_renamed"
    OPTIONS_PART = "options_part"
    OPTIONS_DIFFER = "options_differ"
    VENDOR_NAME = "vendor_name"
    PRICE_FAR = "price_far"
    OTHERS_ALIKE = "others_alike"
    OTHER_PRODUCT = "other_product"


class Because(Struct, frozen=True, omit_defaults=True):
    """One reason, with the fact it rests on (the number, the similarity in per cent, the words)."""

    code: MatchReason
    fact: str = ""


class Code(IntEnum):
    """How two article numbers agree; better ones are greater. NONE: one is missing, or says nothing."""

    DIFFERS = 0
    NONE = 1
    ALIKE = 2
    SAME = 3


class Choices(IntEnum):
    """How the option values agree; better ones are greater. PART: one side says more than the other, or the same values
    stand for several variants."""

    DIFFER = 0
    PART = 1
    NONE = 2
    EQUAL = 3


class Evidence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is compared of a pair. `title` is 0..1; `words_agree` False: each title says something that the other
    does not. `alone` False: another pair has as much for it. `together`
    False: the two products are paired with others."""

    gtin: Code = Code.NONE
    sku: Code = Code.NONE
    title: float = 0.0
    words_agree: bool = True
    colours: Figures = Figures.NONE
    figures: Figures = Figures.NONE
    options: Choices = Choices.NONE
    vendor_name: bool = False
    price_near: bool = True
    alone: bool = True
    together: bool = True

    @property
    def identified(self) -> bool:
        return Code.SAME in (self.gtin, self.sku)


def score(evidence: Evidence) -> float:
    """0..1. Better evidence in any respect never lowers it."""
    return round(min(_sum(evidence), _ceiling(evidence)), 4)


def _sum(seen: Evidence) -> float:
    """Each piece of evidence leaves a share of the doubt."""
    doubt = 1.0 - 0.78 * seen.title
    doubt *= 0.07 if seen.gtin is Code.SAME else 1.0
    doubt *= {Code.SAME: 0.15, Code.ALIKE: 0.5}.get(seen.sku, 1.0)
    doubt *= 0.75 if seen.options is Choices.EQUAL else 1.0
    doubt *= 0.85 if seen.figures is Figures.AGREE else 1.0
    doubt *= 0.9 if seen.vendor_name else 1.0
    return 1.0 - doubt


def _ceiling(seen: Evidence) -> float:
    return min(_ceiling_of_codes(seen), _ceiling_of_contents(seen))


def _ceiling_of_codes(seen: Evidence) -> float:
    ceilings = [0.99, 0.5 if seen.gtin is Code.DIFFERS else 0.99]
    if seen.identified:
        ceilings.append(0.99 if seen.alone else _UNSURE)
        ceilings.append(_ceiling_of_one_code(seen))
    else:
        likeness = 0.3 + 0.6 * seen.title if seen.sku is Code.ALIKE else 0.2 + 0.7 * seen.title
        ceilings += [min(likeness, _UNSURE), _UNSURE if seen.alone else _WEAK]
    return min(ceilings)


def _ceiling_of_one_code(seen: Evidence) -> float:
    """A worldwide number wants titles that are not strangers; one of the shop's own, titles that are the same."""
    if seen.gtin is Code.SAME:
        enough = seen.sku is Code.SAME or (seen.title >= 0.3 and seen.words_agree)
        return 0.99 if enough else _UNSURE
    if seen.title >= _ALL_WORDS and seen.words_agree:
        return 0.99
    if seen.title < 0.25:
        return 0.5
    return _UNSURE if seen.words_agree else 0.8


def _ceiling_of_contents(seen: Evidence) -> float:
    """What the titles' figures, the options and the price say against it."""
    known = seen.gtin is Code.SAME
    ceilings = [0.99]
    if Figures.DIFFER in (seen.figures, seen.colours) or seen.options is Choices.DIFFER:
        ceilings.append(0.7 if known else _CONTRADICTED)
    if not known:
        if seen.figures is Figures.PART or seen.options is Choices.PART:
            ceilings.append(_UNSURE if seen.identified else _WEAK)
        if not seen.price_near:
            ceilings.append(_UNSURE)
    if not seen.together or seen.colours is Figures.PART:
        ceilings.append(_UNSURE)
    return min(ceilings)
