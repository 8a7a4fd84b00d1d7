"""Template filters of the rehearsal: a store's conditions and platform as words. Not here: markup."""

from collections.abc import Sequence

from django import template

from crossdock.connector import registry
from crossdock.web.phrases_rehearsal import CONDITIONS

register = template.Library()


@register.filter
def conditions(on: Sequence[str]) -> str:
    """The first of them, and how many more: a box has little room."""
    first = str(CONDITIONS[on[0]].title)
    return first if len(on) == 1 else f"{first} +{len(on) - 1}"


@register.filter
def platform_title(name: str) -> str:
    return registry.platform(name).title
