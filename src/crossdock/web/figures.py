"""Amounts, spans and moments as the reader's language writes them, in the reader's time zone.

Not here: plain numbers and dates (Django's own formats), or the tags of templates (tags.py).
"""

from copy import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

from babel.core import Locale
from babel.dates import format_timedelta
from babel.numbers import NumberPattern
from babel.units import format_unit
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from crossdock.core.money import exponent

NOTHING = "–"
SHORTEST = timedelta(seconds=1)


def money(amount: Decimal | str | None, currency: str) -> str:
    """With the currency's own digits and its sign, where the language puts it: "€12.50", "12,50 €"."""
    if amount is None or amount == "":
        return NOTHING
    locale = _locale(get_language() or "en")
    pattern = _pattern(locale, exponent(currency))
    return pattern.apply(Decimal(amount), locale, currency=currency, currency_digits=False).strip()


def seconds(count: int) -> str:
    """A span as people say it: 90 -> "2 min"."""
    if count < 60:
        return _unit(count, "second")
    return _unit(round(count / 60), "minute") if count < 5400 else _unit(round(count / 3600), "hour")


def duration(count: float | None) -> str:
    """How long something took, as people say it: 0.21 -> "0.2 sec"."""
    if count is None:
        return NOTHING
    return _unit(round(count, 1), "second") if count < 10 else seconds(round(count))


def moment(at: datetime | None) -> SafeString | str:
    """How long ago it was, or how soon it is; on hovering, when."""
    if at is None:
        return NOTHING
    exact = f"{date_format(timezone.localtime(at), 'DATETIME_FORMAT')} {timezone.localtime(at):%Z}"
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, _relative(at))


def _relative(at: datetime) -> str:
    """The largest unit says it: "2 weeks ago", "in 5 minutes". (Django's `naturaltime` stumbles in Portuguese.)"""
    span = at - datetime.now(UTC)
    if abs(span) < SHORTEST:
        span = -SHORTEST
    return format_timedelta(span, threshold=1, add_direction=True, locale=_locale(get_language() or "en"))


def _unit(count: float, unit: str) -> str:
    return format_unit(count, f"duration-{unit}", length="short", locale=_locale(get_language() or "en"))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(to_locale(language))


@cache
def _pattern(locale: Locale, digits: int) -> NumberPattern:
    """The language's own way with money, with as many digits behind the point as the currency has."""
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    return pattern
