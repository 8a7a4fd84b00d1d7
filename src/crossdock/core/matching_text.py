"""Words and figures of titles and option values, folded so that two shops' spellings of them can be compared.

"2 x 500 ml" differs from "500 ml", "iPhone 12" from "iPhone 13", and "0.5 l" is "500 ml". Not here: what agreement is
worth (matching_score.py).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import IntEnum
from math import prod

from msgspec import Struct, structs
from rapidfuzz.distance import OSA

from crossdock.core.matching_words import COLOURS, EMPTY, SIZES

_LATIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " "})
_MARKS = re.compile("[\u0300-\u036f]")
_NO_OPTION = frozenset(("default title", "default", "title", "standard title"))


class Unit(Struct, frozen=True):
    kind: str
    times: Decimal


def _units() -> dict[str, Unit]:
    table = {
        "volume": {"ml": "1", "cl": "10", "dl": "100", "l": "1000", "liter": "1000", "litre": "1000", "fl oz": "29.57"},
        "mass": {"mg": ".001", "g": "1", "gr": "1", "gram": "1", "kg": "1000", "oz": "28.35", "ounce": "28.35"}
        | {"lb": "453.6", "lbs": "453.6"},
        "length": {"mm": "1", "cm": "10", "dm": "100", "m": "1000", "in": "25.4", "inch": "25.4", '"': "25.4"}
        | {"ft": "304.8"},
        "count": dict.fromkeys(
            "pack pk pcs pc pieces piece st stk stuks stuck pieces pces count ct er pak".split(), "1"
        ),
        "watt": {"w": "1", "kw": "1000", "watt": "1"},
        "memory": {"gb": "1", "tb": "1000", "mb": ".001"},
        "share": {"%": "1"},
    }
    return {word: Unit(kind, Decimal(times)) for kind, words in table.items() for word, times in words.items()}


UNITS = _units()
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:[.,]\d+)*"
_ONE = rf"({_NUMBER})\s*-?\s*(?:({_UNIT})(?![^\W\d_]))?"
_CHAIN = re.compile(rf"{_NUMBER}(?:\s*(?:{_UNIT})?\s*[x×*]\s*{_NUMBER})*\s*-?\s*(?:(?:{_UNIT})(?![^\W\d_]))?")
_PART = re.compile(_ONE)
_PACK_OF = re.compile(r"\b(?:pack|set|box|case|lot|pak|paket|doos|caixa|conjunto)\s+(?:of|van|av|de|von)\s+(\d+)\b")
_TIMES = re.compile(r"\b(\d+)\s*[x×](?=\s*$|\s+[^\d\s])|(?<=[^\W\d_])\s+[x×]\s*(\d+)\s*$")  # "2 x soap", "soap x 2"
_WORD = re.compile(r"[^\W\d_]+")
_POSSESSIVE = re.compile(r"['’‘`´]s\b")  # "men's": no size S
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]{2,}")


class Fact(Struct, frozen=True):
    """A figure with what it measures, in that kind's base unit: ("volume", "500"). `kind` "" for a bare number; `raw`
    is the figure as it stood, which a bare one is compared by; `nth` tells the same figure said again."""

    kind: str
    value: str
    raw: str
    nth: int = 0


class Text(Struct, frozen=True):
    """What a title or an option value says: its words (in order, none twice), its figures, and how many are in a
    pack."""

    words: tuple[str, ...] = ()
    facts: frozenset[Fact] = frozenset()
    pack: str = "1"


class Figures(IntEnum):
    """How the figures (or colours) of two texts agree; better ones are greater."""

    DIFFER = 0
    PART = 1
    NONE = 2
    AGREE = 3


def fold(text: str) -> str:
    """Lower case, without accents; scripts in which a mark makes another letter stay as they are."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_LATIN)
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def read(text: str) -> Text:
    """Words and figures of a text; colours by their English names."""
    plain = _POSSESSIVE.sub("", fold(text))
    facts: list[Fact] = []
    pack = "1"
    for found in (*_PACK_OF.finditer(plain), *_TIMES.finditer(plain)):
        pack = next(filter(None, found.groups()))
    plain = _TIMES.sub(" ", _PACK_OF.sub(" ", plain))
    for chain in _CHAIN.finditer(plain):
        count, more = _chain(chain[0])
        pack = count or pack
        facts += more
    words = dict.fromkeys(COLOURS.get(word, word) for word in _words(_CHAIN.sub(" ", plain)) if word not in EMPTY)
    return Text(tuple(words), _numbered(facts), _plain(pack))


def _numbered(facts: list[Fact]) -> frozenset[Fact]:
    seen: Counter[Fact] = Counter()
    found = set()
    for fact in facts:
        found.add(structs.replace(fact, nth=seen[fact]) if seen[fact] else fact)
        seen[fact] += 1
    return frozenset(found)


def _words(text: str) -> Iterable[str]:
    for word in _WORD.findall(text):
        if _HAN.fullmatch(word):  # written without spaces
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        else:
            yield word


def _chain(text: str) -> tuple[str, list[Fact]]:
    """How many are in a pack ("" = not said), and the figures: "2 x 500 ml", "200x150 cm", "6 pcs", "12"."""
    parts = _PART.findall(text)
    unit = UNITS.get(parts[-1][1])
    if len(parts) == 1:
        number = parts[0][0]
        if unit is not None and unit.kind == "count":
            return number, []
        return "", [_fact(number, unit)]
    if len(parts) == 2 and unit is not None and unit.kind in ("volume", "mass") and not parts[0][1]:
        return parts[0][0], [_fact(parts[1][0], unit)]
    return "", [_size([number for number, _ in parts], unit)]


def _fact(number: str, unit: Unit | None) -> Fact:
    raw = _plain(number)
    if unit is None:
        return Fact("", raw, raw)
    return Fact(unit.kind, _short(Decimal(raw) * unit.times), raw)


def _size(numbers: list[str], unit: Unit | None) -> Fact:
    """Width by height is height by width."""
    raw = sorted((_plain(number) for number in numbers), key=Decimal)
    times = unit.times if unit is not None else Decimal(1)
    value = "x".join(_short(Decimal(number) * times) for number in raw)
    return Fact("size" if unit is not None else "", value, "x".join(raw))


def _plain(number: str) -> str:
    """ "6,50" is 6.5 and "1,000" a thousand; "001" stays: it is a model's name."""
    if number.isdigit():
        return number
    whole, *rest = re.split("[.,]", number)
    if all(len(part) == 3 for part in rest) and not whole.startswith("0"):
        return whole + "".join(rest)
    return _short(Decimal(f"{whole}.{''.join(rest)}"))


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}"


def figures(one: Text, other: Text) -> Figures:
    """How the figures of two texts agree. A bare number is whatever measure has the same digits."""
    if one.pack != other.pack:
        return Figures.DIFFER
    if not one.facts and not other.facts:
        return Figures.NONE if one.pack == "1" else Figures.AGREE
    mine, theirs = _left(one.facts, other.facts), _left(other.facts, one.facts)
    mine, theirs = _unlike(mine, theirs), _unlike(theirs, mine)
    if not mine and not theirs:
        return Figures.AGREE
    kinds, others = {fact.kind for fact in mine}, {fact.kind for fact in theirs}
    if mine and theirs and (kinds & others or "" in kinds | others):
        return Figures.DIFFER
    return Figures.PART


def _left(mine: frozenset[Fact], theirs: frozenset[Fact]) -> frozenset[Fact]:
    if mine <= theirs:
        return frozenset()
    known = {(fact.kind, fact.value, fact.nth) for fact in theirs}
    return frozenset(fact for fact in mine if (fact.kind, fact.value, fact.nth) not in known)


def _unlike(mine: frozenset[Fact], theirs: frozenset[Fact]) -> frozenset[Fact]:
    """Without figures of which one side only leaves out the measure."""
    bare = {fact.raw for fact in theirs if not fact.kind}
    raws = {fact.raw for fact in theirs}
    return frozenset(fact for fact in mine if fact.raw not in (bare if fact.kind else raws))


def join(texts: Iterable[Text]) -> Text:
    """All that several texts say: a title and option values."""
    every = tuple(texts)
    words = dict.fromkeys(word for text in every for word in text.words)
    packs = [Decimal(text.pack) for text in every if text.pack != "1"]
    pack = _short(prod(packs, start=Decimal(1)))  # "2 x" of what comes in sixes
    return Text(tuple(words), frozenset().union(*(text.facts for text in every)), pack)


def is_colour(word: str) -> bool:
    return word in COLOURS


def has_colour(words: Iterable[str]) -> bool:
    return any(map(is_colour, words))


def is_same_word(one: str, other: str) -> bool:
    """Equal but for a slip of the hand: one letter in five to eight, two in more, never among the first two
    ("decaffeinated" is not "caffeinated")."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < 5 or one[:2] != other[:2]:
        return False
    most = 1 if shorter < 9 else 2
    return bool(OSA.distance(one, other, score_cutoff=most) <= most)


def option_value(value: str) -> Text | None:
    """An option's value; None for the placeholder of a product without options. Sizes have one spelling."""
    plain = fold(value)
    if not plain or plain in _NO_OPTION:
        return None
    plain = SIZES.get(re.sub(r"[\s\-]", "", plain), plain)
    if re.fullmatch(r"\d?x*[sml]", plain):
        return Text((plain,))  # "2xl" is no figure
    text = read(plain)
    return text if text.words or text.facts or text.pack != "1" else Text((plain,))


def is_same_value(one: Text, other: Text) -> bool:
    """The same option value: every word has its like, and the figures agree."""
    if one == other:
        return True
    if len(one.words) != len(other.words) or figures(one, other) in (Figures.DIFFER, Figures.PART):
        return False
    return all(any(is_same_word(word, like) for like in other.words) for word in one.words)
