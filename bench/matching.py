"""Precision and recall of link suggestions on labelled catalogues, and their CPU: python -m bench.matching.

Ends with 1 if any pair at AUTO_CONFIRM is wrong. Not here: making the labels (labels.py).
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct, field

from bench import labels
from crossdock.core.matching import AUTO_CONFIRM, VariantPair, suggest

SHARED = Path(__file__).parents[2] / "shared" / "data" / "catalogues"
SURE = 0.75  # what a person would confirm at a glance


class Outcome(Struct):
    """Pairs from `least` on: right, wrong, and how many there were to find; by disturbance too."""

    least: float
    right: int = 0
    wrong: int = 0
    truth: int = 0
    found_of: Counter[str] = field(default_factory=Counter)
    truth_of: Counter[str] = field(default_factory=Counter)
    wrong_of: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.truth if self.truth else 1.0


def pairs_of(labelled: labels.Labelled) -> list[VariantPair]:
    products, rest = suggest(labelled.vendor, labelled.merchant, vendor_name=labels.maker(labelled.vendor))
    return [pair for product in products for pair in product.variants] + rest


def count(labelled: labels.Labelled, pairs: Iterable[VariantPair], outcome: Outcome) -> None:
    """Add one labelled set's pairs to an outcome."""
    titles = {one.id: one.title for side in (labelled.vendor, labelled.merchant) for one in side}
    outcome.truth += len(labelled.truth)
    outcome.truth_of.update(labelled.how[merchant] for _, merchant in labelled.truth)
    for pair in pairs:
        if pair.score < outcome.least:
            continue
        how = labelled.how[pair.merchant_variant_id]
        if (pair.vendor_variant_id, pair.merchant_variant_id) in labelled.truth:
            outcome.right += 1
            outcome.found_of[how] += 1
        else:
            outcome.wrong += 1
            outcome.wrong_of[how] += 1
            reasons = ", ".join(f"{each.code} {each.fact}" for each in pair.because)
            one, other = titles[pair.vendor_product_id], titles[pair.merchant_product_id]
            outcome.examples.append(f"{pair.score} {how}: {one!r} = {other!r}: {reasons}")


def measure(seeds: int, folder: Path | None, own: int) -> tuple[Outcome, Outcome, Outcome]:
    """Outcomes at AUTO_CONFIRM, at SURE, and of all suggestions."""
    outcomes = (Outcome(AUTO_CONFIRM), Outcome(SURE), Outcome(0.0))
    for seed in range(seeds):
        products = labels.made_up(own, seed) + (labels.catalogue(folder) if folder is not None else [])
        labelled = labels.label(products, seed)
        pairs = pairs_of(labelled)
        for outcome in outcomes:
            count(labelled, pairs, outcome)
    return outcomes


def show(outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        print(
            f"from {outcome.least:4.2f}: precision {outcome.precision:8.4%}, recall {outcome.recall:7.2%}"
            f" ({outcome.right} right, {outcome.wrong} wrong, {outcome.truth} to find)"
        )


def show_ways(auto: Outcome, every: Outcome) -> None:
    print(f"\n{'what was done to the merchant´s copy':44} to find   auto    all  wrong auto  wrong all")
    for how in sorted(every.truth_of | every.wrong_of):
        truth = every.truth_of[how]
        shares = f"{auto.found_of[how] / truth:6.1%} {every.found_of[how] / truth:6.1%}" if truth else "     -      -"
        print(f"{how:44} {truth:7} {shares} {auto.wrong_of[how]:11} {every.wrong_of[how]:10}")


def size(variants: int, folder: Path | None) -> None:
    """Time and memory for catalogues of that many variants on either side."""
    base = labels.catalogue(folder) if folder is not None else labels.made_up(800, 1)
    products = labels.many(base, 1 + variants // sum(len(each.variants) for each in base))
    labelled = labels.label(products, 1)
    began = time.process_time()
    outcome = Outcome(AUTO_CONFIRM)
    count(labelled, pairs_of(labelled), outcome)
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{len(products)} products by {len(labelled.merchant)}: {spent:.0f} s CPU, peak {peak:.0f} MB of the process"
    )
    show([outcome])
    print(*outcome.examples[:10], sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=SHARED)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--own", type=int, default=300, help="made-up products beside the real ones")
    parser.add_argument("--variants", type=int, default=0, help="also one run of this size")
    parser.add_argument("--wrong", type=int, default=5, help="wrong pairs to print")
    given = parser.parse_args()
    folder = given.folder if given.folder.is_dir() else None
    print(f"catalogues: {'made up only' if folder is None else 'real and made up'}; {given.seeds} seeds")
    began = time.process_time()
    auto, sure, every = measure(given.seeds, folder, given.own)
    spent = time.process_time() - began
    show((auto, sure, every))
    show_ways(auto, every)
    print(f"\n{spent:.1f} s CPU for {given.seeds} pairs of catalogues")
    print(*(auto.examples or sure.examples)[: given.wrong], sep="\n")
    if given.variants:
        size(given.variants, folder)
    return 1 if auto.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
