"""One notice as a sentence and the page it is about, alike in mails and in the app. Not here: any phrase."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from msgspec import Struct

from crossdock.core.notices import Audience, NoticeKind
from crossdock.web import phrases
from crossdock.web.figures import money
from crossdock.web.phrase import say
from crossdock.web.phrases_notices import ADVICE, DISCONNECTED, LINES, NOTICES


class About(Struct, frozen=True):
    """What a notice is about, as far as its reader may know."""

    kind: str
    audience: str
    slug: str
    reason: str = ""
    data: Mapping[str, Any] = {}
    order_id: int | None = None
    order: str = ""
    vendor_order_id: int | None = None
    vendor_id: int | None = None  # of a vendor's reader
    vendor: str = ""
    total: Decimal | None = None
    currency: str = ""
    store: str = ""
    attention_id: int | None = None


def title(kind: str) -> str:
    known = NOTICES.get(kind)
    return str(known.title) if known else kind.replace("_", " ").capitalize()


def sentence(about: About) -> str:
    """In the present language."""
    words = LINES.get((about.kind, about.audience))
    if words is None:
        return title(about.kind)
    return say(words, {**about.data, **_seen(about)})


def address(about: About) -> str:
    """The page to look at, as a path; "" when the reader has none."""
    if about.audience == Audience.VENDOR:
        return _vendors_page(about)
    if about.order_id is not None:
        return reverse("order", args=[about.slug, about.order_id])
    if about.kind in (NoticeKind.STORE_DISCONNECTED, NoticeKind.VENDOR_CONNECTED):
        return reverse("vendors", args=[about.slug])
    if about.kind == NoticeKind.WEBHOOK_DISABLED:
        return reverse("webhooks", args=[about.slug])
    return reverse("attention", args=[about.slug])


def _vendors_page(about: About) -> str:
    try:
        if about.vendor_order_id is not None:
            return reverse("vendor_order", args=[about.slug, about.vendor_id, about.vendor_order_id])
        return reverse("vendor_home", args=[about.slug, about.vendor_id])
    except NoReverseMatch:
        return ""


def _seen(about: About) -> dict[str, str]:
    names = [name for name in (about.order, about.vendor, about.store) if name]
    return {
        "order": about.order,
        "vendor": about.vendor,
        "store": about.store or str(about.data.get("count", "")),
        "amount": money(about.total, about.currency),
        "reason": str(phrases.reason(about.reason).title if about.reason else DISCONNECTED),
        "advice": str(ADVICE.get(about.reason, phrases.reason(about.reason).sentence)),
        "about": " · ".join(names) or title(about.kind),
    }
