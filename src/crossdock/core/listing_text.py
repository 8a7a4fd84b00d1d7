"""Vendors' words made fit for a merchant's page: HTML made safe and bounded, titles, tags and option values cut.

Not here: which field is written when (listing_plan.py). What HTML may hold, and why: docs/decisions/html.md.
"""

import re
from hashlib import blake2b

from nh3 import Cleaner, clean

from crossdock.core.listing_problems import Flaw, Problem

# Shopify's limits (FACTS section 6), which no platform we know undercuts.
MOST_LETTERS = 255
MOST_TAGS = 250
MOST_MEDIA = 250
MOST_HTML = 64_000
MOST_DEPTH = 500
MOST_MOVES = 8

_TAGS = frozenset(
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure"
    " h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup"
    " table tbody td tfoot th thead time tr u ul var wbr".split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href", "target"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed"},
    "time": {"datetime"},
}
_STYLES = {"text-align", "font-weight", "font-style", "text-decoration", "vertical-align", "list-style-type"}
_WITH_CONTENT = {
    *("script", "style", "iframe", "object", "embed", "noscript", "template", "svg", "math", "head", "title"),
    *("form", "textarea", "select", "button", "canvas"),
}


def _absolute(url: str) -> str | None:
    """An address without its host would point into the merchant's own shop; without its scheme it is a CDN's."""
    return f"https:{url}" if url.startswith("//") else None


_cleaner = Cleaner(
    tags=set(_TAGS),
    clean_content_tags=_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative=_absolute,
    filter_style_properties=_STYLES,
    link_rel="nofollow noopener",
)

# A parser carries an open <b> into every later paragraph, at most three alike: with attributes of their own a few
# kilobytes grow to gigabytes. They have none of worth here.
_FORMATTING = re.compile(r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\s[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# What the parser closes by itself does not grow deep: it needs another between.
_SHALLOW = frozenset("area base br col dd dt hr img input li link meta option p source td th tr wbr".split())
# What a reader would miss; scripts and styles nobody does.
_PARTS = re.compile(r"<(iframe|object|embed|video|audio|form)\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def safe_html(html: str) -> tuple[str, tuple[Problem, ...]]:
    """`html` without anything that runs, loads frames or reaches out of its box, at most MOST_HTML long. Giving it its
    own answer changes nothing."""
    problems: list[Problem] = []
    if len(html) > MOST_HTML:
        problems.append(Problem(Flaw.HTML_CUT, "description", {"length": len(html), "most": MOST_HTML}))
        html = _cut_html(html)
    if _depth(html) > MOST_DEPTH:
        problems.append(Problem(Flaw.HTML_TOO_DEEP, "description", {"most": MOST_DEPTH}))
        html = plain_text(html)
    cleaned = _settled(_cleaner.clean(_FORMATTING.sub(r"<\1>", html)).strip())
    if len(cleaned) > 2 * MOST_HTML:  # entities and closed tags made it grow
        problems.append(Problem(Flaw.HTML_CUT, "description", {"length": len(cleaned), "most": MOST_HTML}))
        cleaned = clean(plain_text(cleaned)[:MOST_HTML], tags=set())
    return cleaned, tuple(problems)


def _settled(cleaned: str) -> str:
    """What a parser moves out of a table, where it had no place, it may move again: until it leaves it there."""
    if "<table" not in cleaned:
        return cleaned
    for _ in range(MOST_MOVES):
        again = _cleaner.clean(cleaned).strip()
        if again == cleaned:
            return cleaned
        cleaned = again
    return clean(plain_text(cleaned), tags=set())


def left_out(html: str) -> tuple[Problem, ...]:
    """What a reader of the vendor's page sees and a reader of the safe one does not."""
    parts = sorted({part.lower() for part in _PARTS.findall(html)})
    return (Problem(Flaw.HTML_PARTS, "description", {"parts": parts}),) if parts else ()


def plain_text(html: str) -> str:
    """What is left of `html` without its tags; not made safe."""
    return _SPACE.sub(" ", re.sub(r"<[^>]*>", " ", html)).strip()


def html_mark(html: str) -> str:
    """A fingerprint of what `html` shows, whatever a store did to its spaces and quotes."""
    level = _SPACE.sub(" ", safe_html(html)[0]).replace("> <", "><")
    return blake2b(level.encode(), digest_size=12).hexdigest()


def line(text: str, field: str, most: int = MOST_LETTERS) -> tuple[str, tuple[Problem, ...]]:
    """One line of `text`, at most `most` letters."""
    one = " ".join(text.split())
    if len(one) <= most:
        return one, ()
    return one[:most].rstrip(), (Problem(Flaw.TEXT_CUT, field, {"length": len(one), "most": most}),)


def tag_list(tags: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Tags as stores keep them: trimmed, each once whatever its case, sorted; at most MOST_TAGS."""
    kept: dict[str, str] = {}
    for tag in tags:
        if one := line(tag, "tags")[0]:
            kept.setdefault(one.casefold(), one)
    cut = any(len(tag.strip()) > MOST_LETTERS for tag in tags) or len(kept) > MOST_TAGS
    problems = (Problem(Flaw.TAGS_CUT, "tags", {"count": len(kept), "most": MOST_TAGS}),) if cut else ()
    return tuple(sorted(list(kept.values())[:MOST_TAGS], key=str.casefold)), problems


def same(text: str) -> str:
    """What two option names or values are compared by: case and spaces say nothing."""
    return " ".join(text.split()).casefold()


def _cut_html(html: str) -> str:
    """The first MOST_HTML letters, back to where a tag begins or a word ends."""
    cut = html[:MOST_HTML]
    opened = cut.rfind("<")
    return cut[:opened] if opened > cut.rfind(">") else cut.rpartition(" ")[0] or cut


def _depth(html: str) -> int:
    """How deep tags are at most open in each other, near enough."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _SHALLOW:
            depth = max(depth - 1, 0) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest
