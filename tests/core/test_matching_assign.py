"""The best one-to-one pairing, against trying them all."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from crossdock.core.matching_assign import assign

Edges = dict[tuple[int, int], int]
GRAPHS = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 20), max_size=20)


def best(edges: Edges) -> int:
    """The heaviest of all pairings: rights in every order beside the lefts."""
    return max(sum(edges.get(pair, 0) for pair in enumerate(order)) for order in permutations(range(5)))


@given(GRAPHS)
def test_no_pairing_is_heavier_and_none_has_anyone_twice(edges: Edges) -> None:
    pairs = assign((left, right, weight / 20) for (left, right), weight in edges.items())
    assert len({left for left, _ in pairs}) == len({right for _, right in pairs}) == len(pairs)
    assert sum(edges[pair] for pair in pairs) == best(edges)


@given(GRAPHS, st.randoms())
def test_the_order_of_edges_does_not_matter(edges: Edges, random: "object") -> None:
    rows = [(left, right, weight / 20) for (left, right), weight in edges.items()]
    shuffled = sorted(rows, key=lambda _: random.random())  # type: ignore[attr-defined]  # a Random of Hypothesis
    assert assign(shuffled) == assign(rows)


def test_the_greedy_choice_is_not_taken_where_it_costs_more() -> None:
    assert assign([("a", "x", 0.9), ("a", "y", 0.8), ("b", "x", 0.8)]) == [("a", "y"), ("b", "x")]
