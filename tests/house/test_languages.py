"""The languages that there are: each is whole; amounts, spans, moments and dates in each.

Not here: which page shows what.
"""

import re
import shutil
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.formats import date_format

from crossdock.web import figures
from docs import languages
from tests.conftest import ALL

EVENING = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)
NAMES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(scope="module")
def texts() -> Catalog:
    """All of the source's."""
    if shutil.which("xgettext") is None:
        words = "no gettext (Debian: apt-get install gettext)"
        pytest.fail(words) if ALL else pytest.skip(words)
    return languages.extracted()


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_a_language_is_whole(texts: Catalog, locale: str) -> None:
    """`make messages` adds what is new; then it is to be translated."""
    assert list(languages.flaws(texts, languages.present(locale))) == []


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_what_programs_read_is_what_was_translated(locale: str) -> None:
    """`make messages` compiles."""
    compiled = languages.po_of(locale).with_suffix(".mo").read_bytes()
    assert compiled == languages.compiled(languages.present(locale), locale)


@pytest.mark.parametrize(
    ("text", "said", "wrong"),
    [
        ("{n} of <b>%(all)s</b>", "%(all)s: <b>{n}</b>", ""),
        ("{n} left", "{m} kvar", "other placeholders"),
        ("<b>now</b>", "<i>nu</i>", "other tags"),
        ("now ", "nu", "other spaces or line ends around it"),
        ("now", "", "empty"),
        (("%(n)s hour", "%(n)s hours"), ("en timme", "%(n)s timmar"), "other placeholders"),
        (("%(n)s hour", "%(n)s hours"), ("%(n)s timme", ""), "empty"),
        (("an hour", "%(n)s hours"), ("en timme", "%(n)s timmar"), ""),
    ],
)
def test_what_is_wrong_with_a_translation(text: str | tuple[str, ...], said: str | tuple[str, ...], wrong: str) -> None:
    source, book = Catalog(locale="en"), Catalog(locale="sv")
    source.add(text)
    book.add(text, said)
    assert [line.partition(":")[0] for line in languages.flaws(source, book)] == ([wrong] if wrong else [])


def plain(text: str) -> str:
    """With spaces that do not break lines as spaces."""
    return re.sub(r"\s", " ", text)


def test_each_language_has_its_catalogue() -> None:
    assert sorted(languages.LOCALES) == sorted(translation.to_locale(code) for code in NAMES if code != "en")
    for code in NAMES:
        assert translation.check_for_language(code)


@pytest.mark.parametrize(
    ("asked", "given"),
    [("pt", "pt-pt"), ("pt-BR,pt;q=0.9", "pt-pt"), ("ko-KR", "ko"), ("fr-CA,en;q=0.5", "fr"), ("fi", "en"), ("", "en")],
)
def test_who_has_not_chosen_reads_what_the_browser_asks_for(asked: str, given: str) -> None:
    request = RequestFactory().get("/", headers={"accept-language": asked})
    assert translation.get_language_from_request(request) == given


@pytest.mark.django_db
def test_pages_say_which_language_they_are_in() -> None:
    with translation.override("en"):  # what a request chose stays chosen in its thread
        page = Client().get("/login/", headers={"accept-language": "sv"}, follow=True).content.decode()
    assert '<html lang="sv"' in page


@pytest.mark.parametrize(
    ("code", "euros", "won", "span", "past", "ahead"),
    [
        ("en", "€1,234.50", "₩1,235", "2 min", "3 hours ago", "in 2 days"),
        ("sv", "1 234,50 €", "1 235 KRW", "2 min", "för 3 timmar sedan", "om 2 dagar"),
        ("fr", "1 234,50 €", "1 235 ₩", "2 min", "il y a 3 heures", "dans 2 jours"),
        ("ko", "€1,234.50", "₩1,235", "2분", "3시간 전", "2일 후"),
        ("pt-pt", "1 234,50 €", "1 235 ₩", "2 min", "há 3 horas", "dentro de 2 dias"),
    ],
)
def test_amounts_and_spans_as_the_language_writes_them(
    code: str, euros: str, won: str, span: str, past: str, ahead: str
) -> None:
    now = datetime.now(UTC)
    with translation.override(code):
        assert plain(figures.money("1234.5", "EUR")) == euros
        assert plain(figures.money("1235", "KRW")) == won
        assert plain(figures.seconds(90)) == span
        assert f">{past}<" in figures.moment(now - timedelta(hours=3, seconds=5))
        assert f">{ahead}<" in figures.moment(now + timedelta(days=2, seconds=5))


def test_nothing_is_a_dash_and_an_unknown_currency_its_letters() -> None:
    assert figures.money(None, "EUR") == figures.duration(None) == figures.moment(None) == "–"
    with translation.override("en"):
        assert plain(figures.money("2", "QQQ")) in ("QQQ2.00", "QQQ 2.00")
        assert figures.duration(0.21) == "0.2 sec"


@pytest.mark.parametrize(
    ("code", "day", "moment"),
    [
        ("en", "22 November 2026", "22 November 2026, 21:05"),
        ("sv", "22 november 2026", "22 november 2026 21:05"),
        ("ko", "2026년 11월 22일", "2026년 11월 22일 오후 9:05"),
    ],
)
def test_dates_are_told_in_the_readers_time_zone(code: str, day: str, moment: str) -> None:
    with translation.override(code), timezone.override(ZoneInfo("Europe/Stockholm")):
        here = timezone.localtime(EVENING)
        assert (date_format(here), date_format(here, "DATETIME_FORMAT")) == (day, moment)
        assert f'title="{moment} CET"' in figures.moment(EVENING)
