"""What two variants have in common, as evidence and as reasons that people can read.

Not here: what evidence is worth (matching_score.py), or which variants are compared at all (matching.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import log

from msgspec import Struct

from crossdock.core.catalog import Product, Variant
from crossdock.core.matching_codes import bare_sku, clean_gtin, clean_sku, is_internal
from crossdock.core.matching_score import Because, Choices, Code, Evidence, MatchReason
from crossdock.core.matching_text import (
    Figures,
    Text,
    figures,
    fold,
    has_colour,
    is_colour,
    is_same_value,
    is_same_word,
    join,
    option_value,
)
from crossdock.core.matching_text import read as read_text

_FAR = 3  # times the other's price


class Item(Struct, frozen=True, gc=False):
    """One variant as it is compared. `options` in the store's order, placeholders left out."""

    id: str
    gtin: str
    sku: str
    options: tuple[Text, ...]
    price: Decimal | None


class Goods(Struct, frozen=True):
    """One product as it is compared. `maker` are the words of its vendor's name."""

    id: str
    title: Text
    maker: frozenset[str]
    names: tuple[str, ...]
    items: tuple[Item, ...]
    repeated: frozenset[frozenset[Text]]


class Counts(Struct, frozen=True):
    """How often each number occurs in one store, linked variants included: what repeats identifies nothing."""

    gtins: Counter[str]
    skus: Counter[str]


class Codes(Struct, frozen=True):
    vendor: Counts
    merchant: Counts

    def is_one_gtin(self, gtin: str) -> bool:
        return self.vendor.gtins[gtin] <= 1 and self.merchant.gtins[gtin] <= 1

    def is_one_sku(self, sku: str) -> bool:
        return self.vendor.skus[sku] <= 1 and self.merchant.skus[sku] <= 1


def goods(product: Product) -> Goods:
    names = tuple(fold(option.name) for option in product.options)
    items = tuple(_item(variant) for variant in product.variants)
    times = Counter(frozenset(item.options) for item in items)
    return Goods(
        id=product.id,
        title=read_text(product.title),
        maker=frozenset(read_text(product.vendor_name).words),
        names=names,
        items=items,
        repeated=frozenset(key for key, count in times.items() if count > 1),
    )


def _item(variant: Variant) -> Item:
    values = (option_value(value) for value in variant.options)
    options = tuple(value for value in values if value is not None)
    return Item(variant.id, clean_gtin(variant.barcode), clean_sku(variant.sku), options, variant.price)


class Rarity:
    """What a word is worth: the rarer in both catalogues, the more."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._of: Counter[str] = Counter()
        self._texts = 0
        for text in texts:
            self._texts += 1
            self._of.update(text.words)

    def __call__(self, word: str) -> float:
        return 1.0 + log((self._texts + 1) / (self._of[word] + 1))

    def total(self, words: Iterable[str]) -> float:
        return sum(map(self, words))


class Titles(Struct, frozen=True):
    """Two products' titles beside each other: the weight of what they share, and what each says alone."""

    shared: float
    count: int
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def titles(one: Goods, other: Goods, rarity: Rarity, names: frozenset[str]) -> Titles:
    """`names` are words that say whose it is: they are no difference."""
    theirs = dict.fromkeys(other.title.words)
    mine, shared = [], []
    for word in one.title.words:
        like = word if word in theirs else next((each for each in theirs if is_same_word(word, each)), None)
        if like is None:
            mine.append(word)
        else:
            shared.append(word)
            theirs.pop(like)
    free = names | one.maker | other.maker
    return Titles(
        rarity.total(shared),
        len(shared),
        tuple(word for word in mine if word not in free),
        tuple(word for word in theirs if word not in free),
    )


class Pairing:
    """One vendor product beside one of the merchant's: evidence for any two of their variants."""

    def __init__(self, one: Goods, other: Goods, codes: Codes, rarity: Rarity, names: frozenset[str]) -> None:
        self.one, self.other = one, other
        self._codes, self._rarity = codes, rarity
        self._titles = titles(one, other, rarity, names)
        self._same_maker = bool(other.maker) and (other.maker == one.maker or other.maker == names)

    def evidence(self, mine: Item, theirs: Item) -> Evidence:
        left, right = self._odd(mine, theirs)
        return Evidence(
            gtin=self._gtin(mine, theirs),
            sku=self._sku(mine, theirs),
            title=self._likeness(left, right),
            words_agree=not (left and right),
            colours=self._colours(mine, theirs, left, right),
            figures=figures(_whole(self.one, mine), _whole(self.other, theirs)),
            options=self._choices(mine, theirs),
            vendor_name=self._same_maker,
            price_near=_near(mine.price, theirs.price),
        )

    def _odd(self, mine: Item, theirs: Item) -> tuple[list[str], list[str]]:
        """What each title says alone; what the other has as an option is not said alone."""
        seen = self._titles
        return (
            [word for word in seen.mine if not _has_word(theirs, word)],
            [word for word in seen.theirs if not _has_word(mine, word)],
        )

    def _colours(self, mine: Item, theirs: Item, left: list[str], right: list[str]) -> Figures:
        """One says a colour that the other does not, though it says colours too."""
        odd = has_colour(left), has_colour(right)
        both = has_colour(_whole(self.one, mine).words) and has_colour(_whole(self.other, theirs).words)
        if not any(odd) or not both:
            return Figures.NONE
        return Figures.DIFFER if all(odd) else Figures.PART

    def _likeness(self, left: list[str], right: list[str]) -> float:
        """Of the titles, by weight of words. A title that the other one contains is alike too, somewhat less."""
        seen = self._titles
        if not seen.count and not left and not right:
            facts = self.one.title.facts
            return 1.0 if facts and facts == self.other.title.facts else 0.0
        likeness = seen.shared / (seen.shared + self._rarity.total(left) + self._rarity.total(right) or 1.0)
        contained = seen.count >= 2 and not (left and right)
        return round(max(likeness, 0.75 if contained else 0.0), 3)

    def _gtin(self, mine: Item, theirs: Item) -> Code:
        if not mine.gtin or not theirs.gtin or is_internal(mine.gtin) or is_internal(theirs.gtin):
            return Code.NONE
        if mine.gtin != theirs.gtin:
            return Code.DIFFERS
        return Code.SAME if self._codes.is_one_gtin(mine.gtin) else Code.NONE

    def _sku(self, mine: Item, theirs: Item) -> Code:
        if not mine.sku or not theirs.sku:
            return Code.NONE
        if mine.sku == theirs.sku:
            return Code.SAME if self._codes.is_one_sku(mine.sku) else Code.NONE
        return Code.ALIKE if bare_sku(mine.sku) == bare_sku(theirs.sku) else Code.DIFFERS

    def _choices(self, mine: Item, theirs: Item) -> Choices:
        if not mine.options and not theirs.options:
            return Choices.NONE
        left = [value for value in mine.options if not _has_value(theirs, self.other, value)]
        right = [value for value in theirs.options if not _has_value(mine, self.one, value)]
        if left and right:
            return Choices.DIFFER
        if left or right or not self._tells_apart(mine, theirs):
            return Choices.PART
        return Choices.EQUAL

    def _tells_apart(self, mine: Item, theirs: Item) -> bool:
        """False: other variants have the same values under other names (black frame and white seat, and the reverse),
        so that only options of the same names in the same order tell them apart."""
        if frozenset(mine.options) not in self.one.repeated and frozenset(theirs.options) not in self.other.repeated:
            return True
        once = all(
            sum(item.options == options for item in product.items) == 1
            for product, options in ((self.one, mine.options), (self.other, theirs.options))
        )
        return once and mine.options == theirs.options and self.one.names == self.other.names

    def reasons(self, mine: Item, theirs: Item, seen: Evidence) -> tuple[Because, ...]:
        """The same evidence for people, with its facts (a title's likeness in per cent)."""
        found = [*self._about_codes(mine, theirs, seen), Because(MatchReason.TITLE_SIMILAR, f"{100 * seen.title:.0f}")]
        left, right = self._odd(mine, theirs)
        facts = {
            MatchReason.FIGURES_DIFFER: _beside(_said(_whole(self.one, mine)), _said(_whole(self.other, theirs))),
            MatchReason.COLOURS_DIFFER: _beside(filter(is_colour, left), filter(is_colour, right)),
            MatchReason.OPTIONS_DIFFER: _beside(map(_shown, mine.options), map(_shown, theirs.options)),
        }
        if not seen.words_agree:
            found.append(Because(MatchReason.WORDS_DIFFER, _beside(left[:4], right[:4])))
        found += [Because(code, facts.get(code, "")) for code in _about_contents(seen)]
        if seen.options is Choices.EQUAL and sorted(self.one.names) != sorted(self.other.names):
            found.append(Because(MatchReason.OPTIONS_RENAMED))
        if not seen.price_near:
            found.append(Because(MatchReason.PRICE_FAR, f"{mine.price} / {theirs.price}"))
        return tuple(found)

    def _about_codes(self, mine: Item, theirs: Item, seen: Evidence) -> Iterable[Because]:
        if seen.gtin is Code.SAME:
            yield Because(MatchReason.SAME_GTIN, mine.gtin)
        elif seen.gtin is Code.DIFFERS:
            yield Because(MatchReason.GTIN_DIFFERS, f"{mine.gtin} / {theirs.gtin}")
        elif mine.gtin and mine.gtin == theirs.gtin:
            internal = is_internal(mine.gtin)
            yield Because(MatchReason.GTIN_INTERNAL if internal else MatchReason.GTIN_REPEATED, mine.gtin)
        if seen.sku is Code.SAME:
            yield Because(MatchReason.SAME_SKU, mine.sku)
        elif seen.sku is Code.ALIKE:
            yield Because(MatchReason.SKU_ALIKE, f"{mine.sku} / {theirs.sku}")
        elif seen.sku is Code.DIFFERS:
            yield Because(MatchReason.SKU_DIFFERS, f"{mine.sku} / {theirs.sku}")
        elif mine.sku and mine.sku == theirs.sku:
            yield Because(MatchReason.SKU_REPEATED, mine.sku)


_FIGURES: Mapping[Figures, MatchReason] = {
    Figures.AGREE: MatchReason.FIGURES_EQUAL,
    Figures.PART: MatchReason.FIGURES_PART,
    Figures.DIFFER: MatchReason.FIGURES_DIFFER,
}
_CHOICES: Mapping[Choices, MatchReason] = {
    Choices.EQUAL: MatchReason.OPTIONS_EQUAL,
    Choices.PART: MatchReason.OPTIONS_PART,
    Choices.DIFFER: MatchReason.OPTIONS_DIFFER,
}


def _about_contents(seen: Evidence) -> Iterable[MatchReason]:
    if seen.figures in _FIGURES:
        yield _FIGURES[seen.figures]
    if seen.colours is not Figures.NONE:
        yield MatchReason.COLOURS_DIFFER
    if seen.options in _CHOICES:
        yield _CHOICES[seen.options]
    if seen.vendor_name:
        yield MatchReason.VENDOR_NAME
    if not seen.alone:
        yield MatchReason.OTHERS_ALIKE
    if not seen.together:
        yield MatchReason.OTHER_PRODUCT


def _beside(mine: Iterable[str], theirs: Iterable[str]) -> str:
    return f"{' '.join(mine) or '-'} / {' '.join(theirs) or '-'}"


def _said(text: Text) -> list[str]:
    """The figures of a text, for people."""
    packs = [] if text.pack == "1" else [f"{text.pack} x"]
    return packs + sorted(fact.raw for fact in text.facts)


def _shown(value: Text) -> str:
    return " ".join((*value.words, *_said(value)))


def _whole(product: Goods, item: Item) -> Text:
    return join((product.title, *item.options)) if item.options else product.title


def _has_word(item: Item, word: str) -> bool:
    return any(word in value.words for value in item.options)


def _has_value(item: Item, product: Goods, value: Text) -> bool:
    """The variant has the value as an option, or its product's title says it."""
    if any(is_same_value(value, each) for each in item.options):
        return True
    title = product.title
    return set(value.words) <= set(title.words) and value.facts <= title.facts and value.pack in ("1", title.pack)


def _near(one: Decimal | None, other: Decimal | None) -> bool:
    if not one or not other:
        return True
    return one <= other * _FAR and other <= one * _FAR
