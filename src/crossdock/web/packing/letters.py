"""The letters that slips are set in: Inter, Noto for Korean and Cyrillic, readers' own for Chinese and Japanese.

Not here: what a slip says (slip.py).
"""

from collections.abc import Mapping
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent / "fonts"
PLAIN, STRONG, KOREAN = "Inter", "Inter-SemiBold", "Noto-Sans-KR"
# Named, not embedded: readers of PDF bring them, and they are 5 MB each.
JAPANESE, CHINESE = "HeiseiKakuGo-W5", "STSong-Light"
KANA = range(0x3040, 0x3100)
HANGUL = (range(0x1100, 0x1200), range(0x3130, 0x3190), range(0xAC00, 0xD7B0))
WIDE = 0x2E80  # where the scripts of East Asia begin


@cache
def ready() -> Mapping[str, frozenset[int]]:
    """Makes the fonts known, once in a process; gives what each of ours can draw, the one to use first."""
    latin = TTFont(PLAIN, str(FONTS / "inter-print-400.ttf"))
    korean = TTFont(KOREAN, str(FONTS / "noto-sans-kr.ttf"))
    strong = TTFont(STRONG, str(FONTS / "inter-print-600.ttf"))
    for font in (latin, strong, korean, UnicodeCIDFont(JAPANESE), UnicodeCIDFont(CHINESE)):
        pdfmetrics.registerFont(font)
    return {font.fontName: frozenset(font.face.charToGlyph) for font in (latin, korean)}


def marked(text: str) -> str:
    """`text` as a paragraph's markup, each stretch in a font that has its letters. Line ends stay."""
    other = JAPANESE if any(ord(letter) in KANA for letter in text) else CHINESE
    pieces = []
    for font, stretch in groupby(text, partial(_font, other=other)):
        words = escape("".join(stretch)).replace("\n", "<br/>")
        pieces.append(words if font == PLAIN else f'<font name="{font}">{words}</font>')
    return "".join(pieces)


def _font(letter: str, *, other: str) -> str:
    if ord(letter) <= ord(" "):
        return PLAIN
    return next((name for name, known in ready().items() if ord(letter) in known), other)


def breaks_anywhere(text: str) -> bool:
    """Whether lines end between any two letters, as in Chinese and Japanese; Koreans leave spaces."""
    codes = set(map(ord, text))
    return any(code >= WIDE for code in codes) and not any(code in script for code in codes for script in HANGUL)
