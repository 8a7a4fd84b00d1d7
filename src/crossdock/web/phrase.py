"""What a phrase is made of, and how it is said. Not here: any phrase (phrases.py)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class Counted(NamedTuple):
    """Words that differ by a number: `words` is an ngettext_lazy without a number, `by` the place that holds it."""

    words: Promise
    by: str


Words = str | Promise | Counted


class Phrase(NamedTuple):
    """A short name, a sentence that says what is so and what to do, and the page of docs/guide that tells more."""

    title: Words
    sentence: Words
    guide: str = ""


class RulePhrase(NamedTuple):
    """The question that a rule asks, and its answer either way."""

    asks: Words
    passed: Words
    failed: Words


class CheckPhrase(NamedTuple):
    """What a check of `doctor` found when all is well, when it is not, and the cure."""

    title: Words
    well: Words
    unwell: Words
    cure: Words


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def say(words: Words, seen: Mapping[str, Any] | None = None) -> str:
    """`words` in the present language, with what was `seen` in its places."""
    return _text(words, seen or {}).format_map(_Blank({key: _plain(value) for key, value in (seen or {}).items()}))


def _text(words: Words, seen: Mapping[str, Any]) -> str:
    if not isinstance(words, Counted):
        return str(words)
    number = seen.get(words.by)
    return str(words.words % (number if isinstance(number, int) else 2))  # type: ignore[operator]  # it is number-aware


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(each)}" for key, each in value.items()) or "-"
    if isinstance(value, bool):
        return str(_("on") if value else _("off"))
    return "-" if value is None or value == "" else str(value)
