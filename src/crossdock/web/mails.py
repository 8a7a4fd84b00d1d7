"""Notices as an e-mail: the reader's language and time, plain text and HTML, and the way out of them.

Not here: when one is sent (sync/mails.py), or the sentence of a notice (notice_words.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from crossdock.core.notices import NoticeKind
from crossdock.sync.mails import Composed, Item, Letter
from crossdock.web.notice_words import About, address, sentence, title

MOST_LINES = 50  # of one kind; the rest is counted
SALT = "crossdock.notices.unsubscribe"
ORDER = {str(kind): place for place, kind in enumerate(NoticeKind)}


def compose(letter: Letter) -> Composed:
    """The letter in its reader's words. Needs no database."""
    language = letter.language if letter.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    zone = letter.time_zone if letter.time_zone in available_timezones() else "UTC"
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        told = [(item, _about(letter, item)) for item in letter.items]
        unsubscribe = settings.CROSSDOCK_URL + reverse("unsubscribe", args=[token(letter)])
        context = {
            "letter": letter,
            "language": language,
            "subject": _subject(letter, told),
            "groups": _groups(told),
            "app": letter.user_id is not None,
            "settings_url": settings.CROSSDOCK_URL + reverse("my_notice_settings"),
            "unsubscribe": unsubscribe,
        }
        return Composed(
            subject=str(context["subject"]),
            text=render_to_string("mail/notices.txt", context),
            html=render_to_string("mail/notices.html", context),
            unsubscribe=unsubscribe,
        )


def token(letter: Letter) -> str:
    """Who may stop these mails: who got one. Signed, so that nobody stops another's."""
    who = {"m": letter.marketplace_id, "a": letter.audience, "u": letter.user_id, "v": letter.vendor_id}
    return signing.dumps(who, salt=SALT)


def _about(letter: Letter, item: Item) -> About:
    return About(
        kind=item.kind,
        audience=letter.audience,
        slug=letter.slug,
        reason=item.reason,
        data=msgspec.json.decode(item.data),
        order_id=item.order_id,
        order=item.order_name,
        vendor_order_id=item.vendor_order_id,
        vendor_id=letter.vendor_id,
        vendor=item.vendor_name,
        total=item.total,
        currency=item.currency,
        store=item.store_domain,
        attention_id=item.attention_id,
    )


def _subject(letter: Letter, told: Sequence[tuple[Item, About]]) -> str:
    if len(told) == 1:
        return f"{letter.marketplace_name}: {sentence(told[0][1])}"
    counts: defaultdict[str, int] = defaultdict(int)
    for item, _about_it in told:
        counts[item.kind] += 1
    names = ", ".join(
        f"{title(kind)} ({counts[kind]})" for kind in sorted(counts, key=lambda kind: ORDER.get(kind, 99))
    )
    return f"{letter.marketplace_name}: {names}"[:200]


def _groups(told: Sequence[tuple[Item, About]]) -> list[dict[str, object]]:
    """By kind, each with its first lines and what more there is."""
    kinds: defaultdict[str, list[tuple[Item, About]]] = defaultdict(list)
    for item, about in told:
        kinds[item.kind].append((item, about))
    return [
        {
            "title": title(kind),
            "lines": [_line(item, about) for item, about in kinds[kind][:MOST_LINES]],
            "more": _more(len(kinds[kind]) - MOST_LINES),
        }
        for kind in sorted(kinds, key=lambda kind: ORDER.get(kind, 99))
    ]


def _line(item: Item, about: About) -> dict[str, object]:
    return {"at": item.at, "sentence": sentence(about), "url": _url(about)}


def _url(about: About) -> str:
    path = address(about)
    return settings.CROSSDOCK_URL + path if path else ""


def _more(count: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", count) % {"n": count} if count > 0 else ""
