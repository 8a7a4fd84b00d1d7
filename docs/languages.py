"""The catalogues of translations: takes every text out of the source, keeps what is translated, compiles it.

`--missing` says instead what is wrong, by language. Not here: translating (people do), or languages (settings.py).
"""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from msgspec.structs import asdict

from crossdock.connector.capabilities import Ability
from crossdock.connector.registry import connecting, platforms

SOURCE = Path(__file__).parents[1] / "src" / "crossdock"
BOOKS = SOURCE / "locale"
LOCALES = ("fr", "ko", "pt_PT", "sv")  # English stands in the source
NOT_TEXTS = shutil.ignore_patterns("locale", "static", "fonts", "migrations", "__pycache__")
# What a translation must hold as its text does: {name}, %(name)s, %s, and HTML's tags.
PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^<>]*>")
DATES = re.compile(r'^"(?:POT-Creation|PO-Revision)-Date:.*\n', re.MULTILINE)
Texts = str | tuple[str, ...]


class Book(Catalog):
    """A catalogue whose head has no dates or names: it changes when a text does, and else not."""

    def _head(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "Crossdock"),
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    mime_headers = property(_head)


def extracted() -> Catalog:
    """Every text of the source, by Django's makemessages (needs gettext), in a copy: it writes beside what it reads."""
    with tempfile.TemporaryDirectory() as room:
        copy = Path(room) / "crossdock"
        shutil.copytree(SOURCE, copy, ignore=NOT_TEXTS)
        (copy / "locale").mkdir()
        words = [sys.executable, "-m", "django", "makemessages", "--all", "--keep-pot", "--extension=html,txt,py"]
        subprocess.run(words, cwd=copy, check=True, capture_output=True)
        template = (copy / "locale" / "django.pot").read_text(encoding="utf-8")
    book = _read(template.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)"), "en")
    for name, text in platforms_texts():
        book.add(text, locations=[(f"platforms/{name}", 1)])
    return book


def platforms_texts() -> Iterator[tuple[str, str]]:
    """What platforms say of themselves in English, being without Django: (platform, text)."""
    for name, platform in sorted(platforms().items()):
        abilities = asdict(platform.capabilities).values()
        texts = [each.why for each in abilities if isinstance(each, Ability)]
        ways = found.ways if (found := connecting(name)) else ()
        texts += [text for way in ways for text in (way.title, way.help, way.mend)]
        texts += [text for way in ways for field in way.fields for text in (field.title, field.help)]
        yield from ((name, text) for text in texts if text)


def present(locale: str) -> Catalog:
    """What is translated, as people left it."""
    path = po_of(locale)
    if not path.exists():
        return Catalog(locale=locale)
    return _read(path.read_text(encoding="utf-8"), locale)


def _read(text: str, locale: str) -> Catalog:
    """Dates of the head are nobody's, and may be empty, which Babel cannot read."""
    return read_po(io.BytesIO(DATES.sub("", text).encode()), locale=locale)


def merged(template: Catalog, old: Catalog, locale: str) -> Book:
    """The source's texts with the translations that there are; none is guessed, none is kept that nothing needs."""
    book = Book(locale=locale, header_comment=f"# Crossdock, {locale}. New texts: `make messages`.", fuzzy=False)
    for message in template:
        if not message.id:
            continue
        files = sorted({(name, None) for name, _line in message.locations})
        known = old.get(message.id, message.context)
        book.add(
            message.id, _string(message, known), files, auto_comments=message.auto_comments, context=message.context
        )
    return book


def _string(message: Message, known: Message | None) -> Texts:
    fits = known is not None and not known.fuzzy and isinstance(known.string, tuple) == message.pluralizable
    return known.string if known is not None and fits else ""


def written(book: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, book, width=79, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def compiled(book: Catalog, locale: str) -> bytes:
    """The same for the same translations, wherever and whenever it is made."""
    bare = Book(locale=locale, fuzzy=False)
    for message in book:
        if message.id and all(_all(message.string)):
            bare.add(message.id, message.string, flags=message.flags, context=message.context)
    file = io.BytesIO()
    write_mo(file, bare)
    return file.getvalue()


def flaws(template: Catalog, book: Catalog) -> Iterator[str]:
    """What keeps the language from being whole, a line each."""
    for message in template:
        if message.id:
            known = book.get(message.id, message.context)
            wrong = "not there" if known is None else _wrong(message, known, book.num_plurals)
            if wrong:
                yield f"{wrong}: {_all(message.id)[0]!r}"


def _wrong(message: Message, known: Message, plurals: int) -> str:
    said, meant = _all(known.string), _all(message.id)
    if known.fuzzy:
        return "fuzzy"
    if not all(said):
        return "empty"
    if len(said) != (plurals if message.pluralizable else 1):
        return "not all plural forms"
    for form in said:
        if all(set(PLACE.findall(form)) != set(PLACE.findall(each)) for each in meant):
            return "other placeholders"
        if all(sorted(TAG.findall(form)) != sorted(TAG.findall(each)) for each in meant):
            return "other tags"
        if form.strip() == "" or _edges(form) != _edges(meant[0]):
            return "other spaces or line ends around it"
    return ""


def _all(texts: Texts) -> tuple[str, ...]:
    return texts if isinstance(texts, tuple) else (texts,)


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def po_of(locale: str) -> Path:
    return BOOKS / locale / "LC_MESSAGES" / "django.po"


def main(arguments: list[str]) -> int:
    template, found = extracted(), 0
    for locale in [each for each in LOCALES if each in arguments] or LOCALES:
        old = present(locale)
        if "--missing" in arguments:
            lines = list(flaws(template, old))
            found += len(lines)
            lines.append(f"{len(lines)} of {len(template)} texts")
            sys.stdout.writelines(f"{locale}: {line}\n" for line in lines)
            continue
        book, path = merged(template, old, locale), po_of(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(book))
        path.with_suffix(".mo").write_bytes(compiled(book, locale))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
