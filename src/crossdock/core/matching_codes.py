"""Article numbers as people keep them: barcodes made comparable and checked, SKUs folded, and which say nothing.

Not here: what an equal number is worth (matching_score.py).
"""

import re
import unicodedata

_QUOTES = "'’‘`´\""
_SEPARATORS = re.compile(r"[\s\-_./\\]+")
_GENERIC = frozenset(
    "default defaulttitle none null nil n/a na no-sku nosku sku test tbd todo unknown new sample product "
    "variant item simple virtual parent undefined".split()
)
_SHORTEST_NUMBER = 4  # "1", "12", "100": a counter, not an article


def clean_gtin(text: str) -> str:
    """The number as GTIN-14, "" when it is none: wrong length, wrong check digit, or all noughts. GTIN-8, -12, -13 and
    -14 of one article are equal then (GS1 General Specifications). Apostrophes, spaces, and the ".0" and lost noughts
    of spreadsheets are mended."""
    digits = unicodedata.normalize("NFKC", text).strip().strip(_QUOTES + " =")
    digits = re.sub(r"[\s\-]", "", digits.removesuffix(".0"))
    if not (digits.isascii() and digits.isdigit()) or not 8 <= len(digits) <= 14 or not digits.strip("0"):
        return ""
    padded = digits.zfill(14)
    return padded if _check_digit(padded[:-1]) == padded[-1] else ""


def _check_digit(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def is_internal(gtin: str) -> bool:
    """Numbers that every shop gives out for itself (GS1 prefixes 02, 04 and 20 to 29): equal ones mean nothing."""
    return gtin[1] == "2" or gtin[1:3] in ("02", "04")


def clean_sku(text: str) -> str:
    """Folded for comparing; "" for one that says nothing ("1", "default", "0000")."""
    sku = unicodedata.normalize("NFKC", text).casefold().strip(_QUOTES + " ")
    sku = re.sub(r"\s+", " ", sku)
    bare = bare_sku(sku)
    if len(bare) < 2 or sku in _GENERIC or bare in _GENERIC or len(set(bare)) == 1:
        return ""
    return "" if bare.isdigit() and len(bare) < _SHORTEST_NUMBER else sku


def bare_sku(sku: str) -> str:
    """Without what people put between its parts: AB-12 and "AB 12" are alike, not the same."""
    return _SEPARATORS.sub("", sku)
