"""Which of a vendor's products and variants are which of the merchant's: pairs with a score and its reasons.

Suggestions only: people, or AUTO_CONFIRM, make links of them (operations/linking.py). Each variant is in one pair at
most, and each product's variants are paired with those of one product first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from heapq import nsmallest

from msgspec import Struct, structs

from crossdock.core.catalog import Product
from crossdock.core.matching_assign import assign
from crossdock.core.matching_blocks import Blocks
from crossdock.core.matching_compare import Codes, Counts, Goods, Item, Pairing, Rarity, goods
from crossdock.core.matching_score import AUTO_CONFIRM, SUGGEST, Because, Choices, Evidence, MatchReason, score
from crossdock.core.matching_text import read as read_text

__all__ = ["AUTO_CONFIRM", "SUGGEST", "Because", "Known", "ProductPair", "VariantPair", "pair_up", "suggest"]

_KEPT = 6  # products of the merchant's that are remembered for each of the vendor's
_ALL_PAIRS = 900  # variants by variants up to which every two are compared
_CLOSE = 0.03  # a rival's score this close makes a pair doubtful
_SERIOUS = 0.6  # an identified rival's score that does


class VariantPair(Struct, frozen=True):
    vendor_product_id: str
    vendor_variant_id: str
    merchant_product_id: str
    merchant_variant_id: str
    score: float
    because: tuple[Because, ...]

    @property
    def auto(self) -> bool:
        """It may be linked without a person."""
        return self.score >= AUTO_CONFIRM


class ProductPair(Struct, frozen=True):
    """`score` is the mean over the smaller product's variants, of which those without a pair count as 0."""

    vendor_product_id: str
    merchant_product_id: str
    score: float
    variants: tuple[VariantPair, ...]


class Known(Struct, frozen=True):
    """What is decided already: variants that are linked, on either side; products that belong together; and pairs of
    variants (vendor's, merchant's) that a person refused."""

    vendor_variants: Set[str] = frozenset()
    merchant_variants: Set[str] = frozenset()
    products: Mapping[str, str] = {}
    refused: Set[tuple[str, str]] = frozenset()


class _Near(Struct, frozen=True):
    """One of the merchant's products that a vendor's may be: how much speaks for it in all, and the best of its
    variants' scores."""

    weight: float
    best: float


def suggest(
    vendor: Iterable[Product], merchant: Iterable[Product], *, vendor_name: str = "", known: Known | None = None
) -> tuple[list[ProductPair], list[VariantPair]]:
    """Pairs of products with their variants, and pairs of variants left over whose products are paired with others
    (split or merged at one side), each sorted by the vendor's ids. `vendor_name` is what the merchant calls the vendor.
    Both catalogues should be whole: a number that repeats anywhere in a store identifies nothing in it."""
    return _Matching(vendor, merchant, vendor_name, known or Known()).run()


def pair_up(vendor: Product, merchant: Product, known: Known | None = None) -> list[VariantPair]:
    """Pairs of the variants of two products that a person says are the same thing: by numbers and options, whatever
    their titles. Two that are the only ones left, and do not say otherwise, are a pair."""
    known = known or Known()
    same = structs.replace(merchant, title=vendor.title, vendor_name=vendor.vendor_name)
    given = structs.replace(known, products={vendor.id: merchant.id})
    matching = _Matching((vendor,), (same,), "", given)
    found = [pair for product in matching.run()[0] for pair in product.variants if _is_clear(pair)]
    return found or matching.only_ones()


def _is_clear(pair: VariantPair) -> bool:
    unclear = (MatchReason.OPTIONS_DIFFER, MatchReason.OTHERS_ALIKE)
    return not any(each.code in unclear for each in pair.because)


class _Matching:
    def __init__(self, vendor: Iterable[Product], merchant: Iterable[Product], name: str, known: Known) -> None:
        self._known = known
        self._names = frozenset(read_text(name).words)
        self._vendor, mine = _load(vendor, known.vendor_variants)
        self._merchant, theirs = _load(merchant, known.merchant_variants)
        self._codes = Codes(mine, theirs)
        self._rarity = Rarity(each.title for side in (self._vendor, self._merchant) for each in side.values())
        self._near: dict[tuple[str, str], _Near] = {}
        self._claims: dict[tuple[str, str], set[str]] = defaultdict(set)  # (side, variant) -> who else is identified

    def run(self) -> tuple[list[ProductPair], list[VariantPair]]:
        self._look_around()
        chosen = assign((one, other, near.weight) for (one, other), near in self._near.items())
        products = [pair for pair in self._products(chosen) if pair.variants]
        return products, self._rest(products)

    def only_ones(self) -> list[VariantPair]:
        """One variant on either side, of products without others."""
        sides = [[item for each in side.values() for item in each.items] for side in (self._vendor, self._merchant)]
        if [len(items) for items in sides] != [1, 1]:
            return []
        (one,), (other,) = self._vendor.values(), self._merchant.values()
        (mine,), (theirs,) = sides
        evidence = self._pairing(one, other).evidence(mine, theirs)
        if (mine.id, theirs.id) in self._known.refused or evidence.options is Choices.DIFFER:
            return []
        return [self._suggestion(self._pairing(one, other), mine, theirs, evidence)]

    def _look_around(self) -> None:
        """For each of the vendor's products the few of the merchant's that it may be."""
        blocks = Blocks(self._merchant.values(), self._rarity)
        taken = set(self._known.products.values())
        for one in self._vendor.values():
            kept = []
            for other in self._candidates(one, blocks, taken):
                scores = [value for _, _, _, value in self._scored(self._pairing(one, other))]
                if scores:
                    near = _Near(round(sum(value * value for value in scores), 4), max(scores))
                    kept.append((-near.weight, other.id, near))
            for _, other_id, near in nsmallest(_KEPT, kept, key=lambda row: row[:2]):
                self._near[one.id, other_id] = near

    def _candidates(self, one: Goods, blocks: Blocks, taken: Set[str]) -> Iterator[Goods]:
        if one.id in self._known.products:
            only = self._merchant.get(self._known.products[one.id])
            yield from () if only is None else (only,)
            return
        for other_id in blocks.near(one):
            if other_id not in taken:
                yield self._merchant[other_id]

    def _pairing(self, one: Goods, other: Goods) -> Pairing:
        return Pairing(one, other, self._codes, self._rarity, self._names)

    def _scored(self, pairing: Pairing) -> list[tuple[Item, Item, Evidence, float]]:
        """The best pairs of two products' variants."""
        seen: dict[tuple[str, str], tuple[Item, Item, Evidence, float]] = {}
        for mine, theirs in _worth_comparing(pairing):
            if (mine.id, theirs.id) not in self._known.refused:
                evidence = pairing.evidence(mine, theirs)
                value = score(evidence)
                if value >= SUGGEST:
                    seen[mine.id, theirs.id] = (mine, theirs, evidence, value)
                    self._claim(mine, theirs, evidence, value)
        best = assign((mine, theirs, row[3]) for (mine, theirs), row in seen.items())
        return [_doubted(seen[pair], seen, best) for pair in best]

    def _claim(self, mine: Item, theirs: Item, evidence: Evidence, value: float) -> None:
        if evidence.identified and value >= _SERIOUS:
            self._claims["vendor", mine.id].add(theirs.id)
            self._claims["merchant", theirs.id].add(mine.id)

    def _products(self, chosen: list[tuple[str, str]]) -> Iterator[ProductPair]:
        rivals = self._rivals(chosen)
        for one_id, other_id in chosen:
            pairing = self._pairing(self._vendor[one_id], self._merchant[other_id])
            pairs = tuple(
                self._suggestion(pairing, mine, theirs, self._alone(mine, theirs, evidence, value, rivals[one_id]))
                for mine, theirs, evidence, value in self._scored(pairing)
            )
            smaller = min(len(pairing.one.items), len(pairing.other.items))
            mean = round(sum(pair.score for pair in pairs) / smaller, 4)
            yield ProductPair(one_id, other_id, mean, pairs)

    def _rivals(self, chosen: list[tuple[str, str]]) -> dict[str, float]:
        """By the vendor's product: the best score that either of the pair has elsewhere."""
        by_one: dict[str, list[tuple[str, float]]] = defaultdict(list)
        by_other: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for (one, other), near in self._near.items():
            by_one[one].append((other, near.best))
            by_other[other].append((one, near.best))
        sure = {one for one, other in chosen if self._near[one, other].best > 0.88}
        sure_others = {other for one, other in chosen if one in sure}
        return defaultdict(float) | {
            one: max(
                [best for each, best in by_one[one] if each != other and each not in sure_others]
                + [best for each, best in by_other[other] if each != one and each not in sure],
                default=0.0,
            )
            for one, other in chosen
        }

    def _alone(self, mine: Item, theirs: Item, evidence: Evidence, value: float, rival: float) -> Evidence:
        if evidence.identified:
            claims = self._claims["vendor", mine.id] - {theirs.id} | self._claims["merchant", theirs.id] - {mine.id}
            alone = not claims
        else:
            alone = evidence.alone and rival < value - _CLOSE
        return evidence if alone else structs.replace(evidence, alone=False)

    def _suggestion(self, pairing: Pairing, mine: Item, theirs: Item, evidence: Evidence) -> VariantPair:
        because = pairing.reasons(mine, theirs, evidence)
        return VariantPair(pairing.one.id, mine.id, pairing.other.id, theirs.id, score(evidence), because)

    def _rest(self, products: list[ProductPair]) -> list[VariantPair]:
        """Variants left over whose numbers say that they are the same, in products that are paired with others."""
        paired = [pair for product in products for pair in product.variants]
        mine = {pair.vendor_variant_id for pair in paired}
        theirs = {pair.merchant_variant_id for pair in paired}
        found: dict[tuple[str, str], VariantPair] = {}
        for one_id, other_id in self._near:
            pairing = self._pairing(self._vendor[one_id], self._merchant[other_id])
            for one, other in _worth_comparing(pairing):
                if one.id in mine or other.id in theirs or (one.id, other.id) in self._known.refused:
                    continue
                evidence = structs.replace(pairing.evidence(one, other), together=False)
                if evidence.identified and score(evidence) >= SUGGEST:
                    found[one.id, other.id] = self._suggestion(pairing, one, other, evidence)
        best = assign((one, other, pair.score) for (one, other), pair in found.items())
        return [found[pair] for pair in best]


def _load(products: Iterable[Product], linked: Set[str]) -> tuple[dict[str, Goods], Counts]:
    """Products with the variants that are still to be paired, and how often numbers occur in all of them."""
    gtins: Counter[str] = Counter()
    skus: Counter[str] = Counter()
    found: dict[str, Goods] = {}
    for product in products:
        one = goods(product)
        gtins.update(item.gtin for item in one.items if item.gtin)
        skus.update(item.sku for item in one.items if item.sku)
        left = tuple(item for item in one.items if item.id not in linked)
        if left:
            found[one.id] = one if len(left) == len(one.items) else structs.replace(one, items=left)
    return dict(sorted(found.items())), Counts(gtins, skus)


def _worth_comparing(pairing: Pairing) -> Iterable[tuple[Item, Item]]:
    """Every two variants of small products; of big ones those with a number or the options in common."""
    mine, theirs = pairing.one.items, pairing.other.items
    if len(mine) * len(theirs) <= _ALL_PAIRS:
        return [(one, other) for one in mine for other in theirs]
    by_key: dict[object, list[Item]] = defaultdict(list)
    for other in theirs:
        for key in _keys(other):
            by_key[key].append(other)
    pairs = {(one.id, other.id): (one, other) for one in mine for key in _keys(one) for other in by_key[key][:_KEPT]}
    return pairs.values()


def _keys(item: Item) -> list[object]:
    return [key for key in (item.gtin, item.sku, frozenset(item.options)) if key]


def _doubted(
    row: tuple[Item, Item, Evidence, float],
    seen: Mapping[tuple[str, str], tuple[Item, Item, Evidence, float]],
    best: list[tuple[str, str]],
) -> tuple[Item, Item, Evidence, float]:
    """A pair that no number identifies, and that another pair of the same two products comes close to."""
    mine, theirs, evidence, value = row
    if evidence.identified:
        return row
    sure = {pair for pair in best if seen[pair][2].identified}
    gone = {one for one, _ in sure}, {other for _, other in sure}
    for (one, other), (_, _, _, rival) in seen.items():
        shares = (one == mine.id) != (other == theirs.id)
        if shares and one not in gone[0] and other not in gone[1] and rival >= value - _CLOSE:
            doubted = structs.replace(evidence, alone=False)
            return mine, theirs, doubted, score(doubted)
    return row
