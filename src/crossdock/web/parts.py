"""Template tags for what screens are made of: icons, state pills, labelled fields, pagers. How each is used stands in
docs/decisions/screens.md. Not here: words (tags.py, phrases.py), or what a part looks like (templates/web/parts).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django import template
from django.template.context import Context, RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from crossdock.web.access import Scope

register = template.Library()
MOST_COUNTED = 99


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon of lucide by its name there. It says nothing by itself: words stand beside it."""
    return SafeString(lucide(name, size=None, **{"class": f"icon lucide-{name}", "aria-hidden": "true"}))


@register.simple_tag
def pill(tone: str, words: Any) -> SafeString:
    """A state: its colour and its words."""
    return format_html('<span class="chip {}">{}</span>', tone, words)


@register.simple_tag
def open_needs(scope: Scope) -> str:
    """How many items need attention, for the left navigation; nothing when none does."""
    count = scope.attention.filter(closed_at=None)[: MOST_COUNTED + 1].count()
    return "" if not count else str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"


@register.simple_tag(takes_context=True)
def here(context: RequestContext, name: str) -> SafeString:
    """Marks a link of the navigation that leads to the section one is in."""
    return SafeString(' aria-current="page"') if context.get("at") == name else SafeString("")


@register.simple_tag(takes_context=True)
def with_query(context: RequestContext, **changes: Any) -> str:
    """This page's address with some of its query otherwise; an empty value takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else context["request"].path


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: RequestContext, page: int, more: bool, key: str = "page") -> Mapping[str, Any]:
    """Links to the page before and the one after; nothing where there is only one."""
    return {
        "before": with_query(context, **{key: page - 1}) if page > 1 else "",
        "after": with_query(context, **{key: page + 1}) if more else "",
        "page": page,
    }


@register.inclusion_tag("web/parts/empty.html")
def empty(symbol: str, title: str, words: str = "", address: str = "", act: str = "") -> Mapping[str, Any]:
    """What stands where nothing is yet: why, and what to do next."""
    return {"symbol": symbol, "title": title, "words": words, "address": address, "act": act}


@register.inclusion_tag("web/parts/field.html", takes_context=True)
def field(context: Context, name: str, title: Any, value: Any = "", **more: Any) -> Mapping[str, Any]:
    """A labelled input. A view that refused it says `wrong` (its name) and `wrong_words`: they stand beside it. `more`:
    id, type, hint, wrong, placeholder, required, mode (of the keyboard), complete (autocomplete), most, focus."""
    usual = {"id": name, "type": "text", "wrong": _wrong(context, name)}
    return {**usual, "name": name, "title": title, "value": value, **more}


@register.inclusion_tag("web/parts/choice.html", takes_context=True)
def choice(context: Context, name: str, title: Any, options: Any, value: Any = "", **more: Any) -> Mapping[str, Any]:
    """A labelled select of (code, words). `more`: id, hint, wrong, blank (words of the empty choice)."""
    usual = {"id": name, "wrong": _wrong(context, name)}
    return {**usual, "name": name, "title": title, "options": options, "value": value, **more}


@register.inclusion_tag("web/parts/switch.html", takes_context=True)
def switch(context: Context, each: Mapping[str, Any]) -> Mapping[str, Any]:
    """On, off, or as the marketplace: `each` has field, title, on, off (words), choice, open (may be left open)."""
    return {"each": each, "wrong": _wrong(context, each["field"])}


def _wrong(context: Context, name: str) -> Any:
    return context.get("wrong_words", "") if context.get("wrong") == name else ""


@register.inclusion_tag("web/parts/asks.html")
def asks(id: str, address: str, act: str, title: str, words: str, key: Any = "", **more: Any) -> Mapping[str, Any]:
    """A button that asks before it sends. `key`: of the row, where there are several; `more`: look (the button's
    class), label (for those who do not see where it stands), symbol."""
    return {"id": f"{id}-{key}" if key else id, "address": address, "act": act, "title": title, "words": words, **more}


@register.inclusion_tag("web/parts/find.html")
def find(value: str, placeholder: str, name: str = "q") -> Mapping[str, Any]:
    """The search box of a list's filters."""
    return {"value": value, "placeholder": placeholder, "name": name}
