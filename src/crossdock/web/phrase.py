"""What a phrase is made of, and how it is said. Not here: any phrase (phrases.py)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = str | Promise


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
    return str(words).format_map(_Blank({key: _plain(value) for key, value in (seen or {}).items()}))


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(each)}" for key, each in value.items()) or "-"
    if isinstance(value, bool):
        return str(_("on") if value else _("off"))
    return "-" if value is None or value == "" else str(value)
