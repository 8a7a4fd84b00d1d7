"""The guide's pages (docs/guide) inside the product, so that every sentence can link to more of it.

Not here: the pages themselves.
"""

import re
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from crossdock.web.access import first_marketplace, for_marketplace

PACKAGE = Path(__file__).parent
# As installed, or in a checkout.
FOLDERS = (PACKAGE / "guide_pages", PACKAGE.parents[2] / "docs" / "guide")
NAME = re.compile(r"[a-z][a-z-]*")
FIRST = "not-in-the-vendors-store"


@login_required
def guide(request: HttpRequest, name: str = FIRST) -> HttpResponse:
    """One page of the guide."""
    html = read(name)
    if html is None:
        raise Http404
    place = first_marketplace(request.user)  # type: ignore[arg-type]  # login_required
    scope = for_marketplace(request.user, place.slug) if place else None
    return render(request, "web/guide.html", {"html": html, "scope": scope})


@cache
def read(name: str) -> SafeString | None:
    """A page as HTML; None when there is none. Our own files only, raw HTML in them is not passed on."""
    if not NAME.fullmatch(name):
        return None
    for folder in FOLDERS:
        file = folder / f"{name}.md"
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            text = re.sub(r"\]\(([a-z-]+)\.md\)", lambda found: f"]({reverse('guide', args=[found[1]])})", text)
            html: str = MarkdownIt("commonmark", {"html": False}).render(text)
            return mark_safe(html)  # noqa: S308  escaped by the parser
    return None
