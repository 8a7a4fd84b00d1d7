"""Things of one kind by id, found also by when they changed and by a word of theirs, without looking at all of them.

Not for deciding which are in a list: what is found may be too much, and is looked at again (`lists.py`).
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar


class Kept(Protocol):
    id: int
    modified_at: datetime


T = TypeVar("T", bound=Kept)
TIDY = 64


class Table(dict[int, T], Generic[T]):
    """A dictionary by id, in the order of creation. `word` never changes while a thing is in it; whoever moves a
    thing's `modified_at` says so by `note`."""

    def __init__(self, word: Callable[[T], str] = lambda thing: "") -> None:
        super().__init__()
        self._word = word
        self._by_word: dict[str, dict[int, T]] = {}
        self._changes: list[tuple[datetime, int]] = []  # sorted; older ones of the same thing stay until tidied

    def __setitem__(self, id: int, thing: T) -> None:
        super().__setitem__(id, thing)
        self._by_word.setdefault(self._word(thing), {})[id] = thing
        self.note(thing)

    def __delitem__(self, id: int) -> None:
        thing = self[id]
        super().__delitem__(id)
        del self._by_word[self._word(thing)][id]

    def pop(self, id: int, *default: Any) -> Any:
        if id not in self:
            return super().pop(id, *default)
        thing = self[id]
        del self[id]
        return thing

    def note(self, thing: T) -> None:
        """It changed now; what is not, or no longer, in the table is passed over."""
        entry = (thing.modified_at, thing.id)
        if not self._changes or self._changes[-1] < entry:
            self._changes.append(entry)
        elif self._changes[-1] != entry:
            insort(self._changes, entry)
        if len(self._changes) > TIDY and len(self._changes) > 4 * len(self):
            self._changes = sorted((one.modified_at, id) for id, one in self.items())

    def since(self, at: datetime) -> list[T]:
        """What changed at that moment or later."""
        ids = {id for _, id in self._changes[bisect_left(self._changes, (at, 0)) :]}
        return self.of(ids)

    def worded(self, words: Iterable[str]) -> list[T]:
        return self.of(id for word in set(words) for id in self._by_word.get(word, ()))

    def of(self, ids: Iterable[int]) -> list[T]:
        """Those that are there, in the order of creation."""
        return [self[id] for id in sorted(set(ids)) if id in self]
