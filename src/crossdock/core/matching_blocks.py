"""Which of the merchant's products are worth comparing with one of the vendor's: those that share a number, a title or
rare words. Keeps a hundred thousand products by a hundred thousand to a few comparisons each.

Not here: the comparing (matching_compare.py).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from heapq import nsmallest

from crossdock.core.matching_codes import bare_sku
from crossdock.core.matching_compare import Goods, Rarity

_MOST = 20  # products to compare with
_SAME = 20  # products with the same number: more say nothing
_WORDS = 6  # of a title, the rarest first
_COMMON = 200  # products with a word: more make it common


class Blocks:
    """The merchant's products by what they can be found by."""

    def __init__(self, products: Iterable[Goods], rarity: Rarity) -> None:
        self._rarity = rarity
        self._by: dict[Hashable, list[str]] = defaultdict(list)
        for product in products:
            for key in {*_numbers(product), *_words(product), _title(product)}:
                self._by[key].append(product.id)

    def near(self, product: Goods) -> list[str]:
        """Ids of products to compare with, the most promising first."""
        votes: dict[str, float] = defaultdict(float)
        for key in set(_numbers(product)):
            found = self._by.get(key, ())
            if len(found) <= _SAME:
                self._vote(votes, found, 100.0)
        self._vote(votes, self._by.get(_title(product), ())[:_COMMON], 50.0)
        for key in self._rarest(product):
            found = self._by[key]
            self._vote(votes, found, self._rarity(key[1]) if key[0] == "word" else 2.0)
        return nsmallest(_MOST, votes, key=lambda each: (-round(votes[each], 6), each))

    def _rarest(self, product: Goods) -> list[tuple[str, str]]:
        """The rarest words that are there; of common ones two, so that a short title is compared at all."""
        known = sorted((len(self._by[key]), key) for key in set(_words(product)) if key in self._by)
        rare = [key for count, key in known if count <= _COMMON][:_WORDS]
        return rare or [key for count, key in known[:2] if count <= 10 * _COMMON]

    def _vote(self, votes: dict[str, float], found: Iterable[str], weight: float) -> None:
        for each in found:
            votes[each] += weight


def _numbers(product: Goods) -> Iterator[tuple[str, str]]:
    for item in product.items:
        if item.gtin:
            yield "gtin", item.gtin
        if item.sku:
            yield "sku", bare_sku(item.sku)


def _words(product: Goods) -> Iterator[tuple[str, str]]:
    for word in product.title.words:
        yield "word", word
    for fact in product.title.facts:
        yield "figure", fact.raw


def _title(product: Goods) -> Hashable:
    return frozenset(product.title.words), frozenset(fact.raw for fact in product.title.facts)
