"""The best one-to-one pairing of a weighted graph: heaviest in all, the same whatever order its edges come in.

Shortest augmenting paths (Hungarian method) on each connected part. Not here: what the weights mean.
"""

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeVar

Left = TypeVar("Left", bound=Hashable)
Right = TypeVar("Right", bound=Hashable)
SCALE = 10_000


def assign(edges: Iterable[tuple[Left, Right, float]]) -> list[tuple[Left, Right]]:
    """Pairs in which no left and no right occurs twice and whose weights (above 0) sum to the most, sorted. Lefts and
    rights have an order of their own."""
    weights: dict[Any, dict[Any, int]] = defaultdict(dict)
    for left, right, weight in edges:
        whole = round(weight * SCALE)
        if whole > 0:
            weights[left][right] = max(whole, weights[left].get(right, 0))
    pairs: list[tuple[Left, Right]] = []
    for lefts in _parts(weights):
        pairs += _Part({left: sorted(weights[left].items()) for left in lefts}).pairs()
    return sorted(pairs)


def _parts(weights: dict[Any, dict[Any, int]]) -> Iterator[list[Any]]:
    """Lefts that share rights, directly or through others, together."""
    by_right: dict[Any, list[Any]] = defaultdict(list)
    for left, rights in weights.items():
        for right in rights:
            by_right[right].append(left)
    seen: set[Any] = set()
    for first in sorted(weights):
        if first in seen:
            continue
        seen.add(first)
        part, waiting = [], [first]
        while waiting:
            left = waiting.pop()
            part.append(left)
            near = {each for right in weights[left] for each in by_right[right]} - seen
            seen |= near
            waiting += near
        yield sorted(part)


class _Part:
    """One connected part. A left may stay alone, at the cost of the greatest weight there is."""

    def __init__(self, edges: dict[Any, list[tuple[Any, int]]]) -> None:
        self._edges = edges
        self._most = max(weight for row in edges.values() for _, weight in row)
        self._of_left: dict[Any, int] = dict.fromkeys(edges, 0)  # potentials
        self._of_right: dict[Any, int] = defaultdict(int)
        self._owner: dict[Any, Any] = {}  # by right
        self._mate: dict[Any, Any] = {}  # by left

    def pairs(self) -> list[tuple[Any, Any]]:
        for left in self._edges:
            self._add(left)
        return list(self._mate.items())

    def _add(self, start: Any) -> None:
        """A new left takes its best right, others giving way along the shortest path; at its end is a right that is
        free, or a left for which being alone costs least."""
        path = _Path(start)
        left, base = start, 0
        while True:
            path.offer_alone(base + self._most - self._of_left[left], left)
            for right, weight in self._edges[left]:
                cost = self._most - weight - self._of_left[left] - self._of_right[right]
                path.offer(base + cost, right, left)
            nearest = path.nearest()
            if nearest is None:
                break
            base, right = nearest
            if right not in self._owner:
                path.end = right
                path.length = base
                break
            left = self._owner[right]
            path.pass_through(base, right, left)
        self._shift(path)
        self._hand_on(path)

    def _shift(self, path: "_Path") -> None:
        for left, at in path.lefts.items():
            self._of_left[left] += path.length - at
        for right, at in path.rights.items():
            self._of_right[right] -= path.length - at

    def _hand_on(self, path: "_Path") -> None:
        right = path.end
        if right is None:
            if path.alone == path.start:
                return
            right = self._mate.pop(path.alone)
        while True:
            left = path.via[right]
            before = self._mate.get(left)
            self._owner[right], self._mate[left] = left, right
            if left == path.start:
                return
            right = before


class _Path:
    """Dijkstra's search from one left: what was reached, by whom, and how far away."""

    def __init__(self, start: Any) -> None:
        self.start = self.alone = start
        self.lefts: dict[Any, int] = {start: 0}
        self.rights: dict[Any, int] = {}
        self.via: dict[Any, Any] = {}
        self.end: Any = None
        self.length: int = -1
        self._near: dict[Any, int] = {}
        self._heap: list[tuple[int, Any]] = []

    def offer_alone(self, cost: int, left: Any) -> None:
        if self.length < 0 or cost < self.length:
            self.length, self.alone = cost, left

    def offer(self, cost: int, right: Any, left: Any) -> None:
        if right not in self.rights and (right not in self._near or cost < self._near[right]):
            self._near[right], self.via[right] = cost, left
            heapq.heappush(self._heap, (cost, right))

    def pass_through(self, cost: int, right: Any, left: Any) -> None:
        self.rights[right] = self.lefts[left] = cost

    def nearest(self) -> tuple[int, Any] | None:
        """The nearest right not passed yet; None when being alone is no further."""
        while self._heap:
            cost, right = self._heap[0]
            if cost >= self.length:
                return None
            heapq.heappop(self._heap)
            if right not in self.rights and cost == self._near[right]:
                return cost, right
        return None
