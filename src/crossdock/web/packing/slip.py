"""A packing slip as PDF: from whom, to whom, and what is in the parcel. No prices: it may lie in a present.

Not here: who may have one (pages.py), or fonts (letters.py).
"""

from collections.abc import Iterator, Mapping
from functools import partial
from io import BytesIO

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from crossdock.core.orders import Address
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.web.packing.letters import PLAIN, STRONG, breaks_anywhere, marked, ready

EDGE, NOTE_MOST = 20 * mm, 2000
ON_LETTER = ("US", "CA", "MX", "PH", "CL", "CO")  # where paper is Letter
INK, SOFT, LINE = HexColor("#1b211e"), HexColor("#565d58"), HexColor("#cfcdc5")
TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=10, leading=14, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=8.5, leading=12, textColor=SOFT)
BOLD = ParagraphStyle("bold", TEXT, fontName=STRONG)
TITLE = ParagraphStyle("title", BOLD, fontSize=19, leading=24)
COUNT = ParagraphStyle("count", BOLD, alignment=TA_RIGHT)
RIGHT = ParagraphStyle("right", SMALL, alignment=TA_RIGHT)


def packing_slip(draft: VendorOrderDraft, *, vendor: str, marketplace: str, left: Mapping[str, int]) -> bytes:
    """`left`: how many of each line are still to be shipped; empty = all of the order is on the slip."""
    ready()
    to = draft.shipping_address
    paper = LETTER if to is not None and to.country_code.upper() in ON_LETTER else A4
    written, width = BytesIO(), paper[0] - 2 * EDGE
    name = draft.order_name or draft.reference
    page = SimpleDocTemplate(
        written, pagesize=paper, leftMargin=EDGE, rightMargin=EDGE, topMargin=EDGE, bottomMargin=EDGE,
        title=f"{_('Packing slip')} {name}", author=vendor, invariant=1,
    )  # fmt: skip
    foot = partial(_foot, words=f"{vendor} · {marketplace} · {name}")
    page.build(list(_story(draft, name, vendor, marketplace, left, width)), onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _story(
    draft: VendorOrderDraft, name: str, vendor: str, marketplace: str, left: Mapping[str, int], width: float
) -> Iterator[Flowable]:
    placed = date_format(timezone.localtime(draft.placed_at), "DATE_FORMAT")
    bought = _("Bought from %(marketplace)s on %(date)s") % {"marketplace": marketplace, "date": placed}
    sides = [[[_words(_("Packing slip"), TITLE), _words(bought, SMALL)], [_words(name, COUNT), _words(vendor, RIGHT)]]]
    yield _grid(sides, [width * 0.62, width * 0.38])
    yield Spacer(1, 9 * mm)
    yield _grid([[_address(draft), _way(draft)]], [width * 0.5, width * 0.5])
    yield Spacer(1, 9 * mm)
    yield _lines(draft, left, width)
    if draft.note:
        yield Spacer(1, 8 * mm)
        note = [_words(_("Note"), SMALL), _words(draft.note[:NOTE_MOST], TEXT)]
        yield KeepTogether(note)


def _address(draft: VendorOrderDraft) -> list[Flowable]:
    to = draft.shipping_address
    if to is None:
        return [_words(_("Ship to"), SMALL), _words(_("No shipping address."), TEXT)]
    return [_words(_("Ship to"), SMALL), _words("\n".join(lines_of(to)), TEXT)]


def lines_of(to: Address) -> list[str]:
    """An address line by line, without empty ones."""
    town = " ".join(filter(None, (to.zip, to.city)))
    lines = (
        f"{to.first_name} {to.last_name}".strip(), to.company, to.address1, to.address2,
        ", ".join(filter(None, (town, to.province))), to.country or to.country_code, to.phone,
    )  # fmt: skip
    return [line for line in lines if line]


def _way(draft: VendorOrderDraft) -> list[Flowable]:
    if not draft.shipping_lines:
        return []
    return [
        _words(_("Shipping"), SMALL),
        *(_words(each.title, TEXT) for each in draft.shipping_lines),
    ]


def _lines(draft: VendorOrderDraft, left: Mapping[str, int], width: float) -> Table:
    shown = [line for line in draft.lines if not left or line.line_id in left]
    head = [_words(_("Product"), SMALL), _words(_("SKU"), SMALL), _words(_("Quantity"), RIGHT)]
    rows = [[_product(line), _words(line.sku, SMALL), _count(line, left)] for line in shown]
    return _grid([head, *rows], [width * 0.6, width * 0.22, width * 0.18], ruled=True)


def _product(line: DraftLine) -> list[Flowable]:
    """With what the buyer asked for; names that begin with an underscore are apps' own and hidden in shops too."""
    asked = [f"{each.name}: {each.value}" for each in line.properties if not each.name.startswith("_")]
    return [_words(line.title, TEXT), *(_words(each, SMALL) for each in asked)]


def _count(line: DraftLine, left: Mapping[str, int]) -> Flowable:
    now = left.get(line.line_id, line.quantity)
    if now == line.quantity:
        return _words(str(now), COUNT)
    return _words(_("%(now)s of %(all)s") % {"now": now, "all": line.quantity}, COUNT)


def _grid(rows: list[list[object]], widths: list[float], *, ruled: bool = False) -> Table:
    made = Table(rows, colWidths=widths, repeatRows=1 if ruled else 0)
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    if ruled:
        style += [("LINEBELOW", (0, 0), (-1, 0), 0.8, INK), ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE)]
        style += [("TOPPADDING", (0, 1), (-1, -1), 6), ("BOTTOMPADDING", (0, 1), (-1, -1), 7)]
    made.setStyle(TableStyle(style))
    return made


def _words(text: str, style: ParagraphStyle) -> Paragraph:
    if breaks_anywhere(text):
        style = ParagraphStyle(f"{style.name}-wide", style, wordWrap="CJK")
    return Paragraph(marked(text), style)


def _foot(canvas: Canvas, page: SimpleDocTemplate, *, words: str) -> None:
    said = _words(words, SMALL)
    said.wrapOn(canvas, page.width * 0.8, EDGE)
    said.drawOn(canvas, EDGE, 10 * mm)
    number = _words(_("Page %(number)s") % {"number": page.page}, RIGHT)
    number.wrapOn(canvas, page.width, EDGE)
    number.drawOn(canvas, EDGE, 10 * mm)
