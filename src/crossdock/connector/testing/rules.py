"""What a rule of the contract suite is: a name, what it asks of a platform, and how it says that it is broken.

Not here: the rules (a file for each subject) or where they run (bench.py).
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from types import ModuleType
from typing import Any, TypeVar

from msgspec import Struct

from crossdock.connector.capabilities import Ability, Can
from crossdock.connector.contract import Platform, Role
from crossdock.connector.errors import ConnectorError
from crossdock.connector.testing.bench import Bench

LONGEST = 600  # characters of a value in a message

T = TypeVar("T")
E = TypeVar("E", bound=ConnectorError)


class NotCovered(Exception):
    """The rule does not apply: the platform declares that it cannot, or the bench cannot bring it about."""


class Broken(AssertionError):
    """The platform does not do what the contract says."""


class Rule(Struct, frozen=True):
    """One thing that every platform must do. `needs` are capabilities that must not be "no"; `role` the kind of store
    it is about; `acts` what the bench must be able to do to the store; `words` the rule as a sentence."""

    name: str
    subject: str
    words: str
    role: Role | None
    needs: tuple[str, ...]
    acts: tuple[str, ...]
    body: Callable[[Bench], Awaitable[None]]

    def exempt(self, platform: Platform) -> str:
        """Why the rule does not apply to a platform, in its own declared words; empty when it does."""
        asked = (f"{self.role}_role", *self.needs) if self.role else self.needs
        for name in asked:
            ability: Ability = getattr(platform.capabilities, name)
            if ability.can is Can.NO:
                return f"{platform.title} declares {name}: no ({ability.why})"
        return ""

    async def run(self, bench: Bench) -> None:
        """Raises NotCovered or Broken. A bench serves one run."""
        if why := self.exempt(bench.platform):
            raise NotCovered(why)
        for act in self.acts:
            if act in bench.cannot:
                raise NotCovered(f"{act} cannot be brought about: {bench.cannot[act]}")
            expect(act in bench.acts, f"nobody does {act} in such a store: the bench, or its sandbox, is to offer it")
        try:
            await self.body(bench)
        except ConnectorError as error:
            raise Broken(f"{type(error).__name__} that nothing called for: {error.words}") from error


def rule(
    *needs: str, role: Role | None = Role.VENDOR, acts: tuple[str, ...] = ()
) -> Callable[[Callable[[Bench], Awaitable[None]]], Rule]:
    """Makes a rule of a function; its name and docstring are the rule's."""

    def made(body: Callable[[Bench], Awaitable[None]]) -> Rule:
        subject = body.__module__.rpartition(".")[2]
        words = " ".join((body.__doc__ or "").split())
        return Rule(body.__name__.replace("_", "-"), subject, words, role, needs, acts, body)

    return made


def collect(subjects: Iterable[ModuleType]) -> dict[str, Rule]:
    """The rules of these files, in the order they stand there."""
    found: dict[str, Rule] = {}
    for subject in subjects:
        for each in vars(subject).values():
            if isinstance(each, Rule) and each.subject == subject.__name__.rpartition(".")[2]:
                if each.name in found or not each.words:
                    raise ValueError(f"rule {each.name}: its name is taken, or it has no words")
                found[each.name] = each
    return found


def expect(held: object, words: str) -> None:
    """Raises Broken with `words` unless `held`."""
    if not held:
        raise Broken(words)


def same(what: str, found: object, wanted: object) -> None:
    """Raises Broken, showing both, unless they are equal."""
    if found != wanted:
        raise Broken(f"{what}: found {_short(found)}, wanted {_short(wanted)}")


def only(what: str, rows: Iterable[T]) -> T:
    """The one of `rows`. Raises Broken when there are none or several."""
    found = list(rows)
    if len(found) != 1:
        raise Broken(f"{what}: {len(found)} of them, wanted one: {_short(found)}")
    return found[0]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"


async def refused(kind: type[E], what: str, call: Coroutine[Any, Any, object]) -> E:
    """The error of a call that must end in one of this kind."""
    try:
        answer = await call
    except kind as error:
        return error
    except ConnectorError as error:
        raise Broken(f"{what}: {type(error).__name__} ({error.words}), wanted {kind.__name__}") from error
    raise Broken(f"{what}: answered {_short(answer)}, wanted {kind.__name__}")
