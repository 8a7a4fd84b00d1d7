"""Links between variants: those that stand, suggested pairs, linking by hand, files in and out.

Not here: how pairs are found (core/matching.py).
"""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any, Literal

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from ninja import Field, Router, Schema

from crossdock.api.caller import caller, needs, vendor_of
from crossdock.api.problems import Problem
from crossdock.api.shapes import Count, Cursor, Given, Id, Limit, Page, Text, bad_cursor, cut, page, parts_of, shape
from crossdock.models import Vendor
from crossdock.operations.linking import Confirmed, Suggested, confirm, refuse, suggest, unlink
from crossdock.operations.linking_by_hand import link_by_hand
from crossdock.operations.linking_csv import Imported, RowError, export_links, import_links
from crossdock.operations.linking_lists import Suggestion, list_suggestions
from crossdock.operations.linking_standing import StandingLink, list_links
from crossdock.operations.offering import Remove

router = Router(tags=["Links"])
Ids = Annotated[list[Id], Field(min_length=1, max_length=1000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
CSV: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}
CSV_OUT = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


class Pair(Given):
    vendor_variant_id: Name
    merchant_variant_id: Name


class Pairs(Given):
    vendor_id: Id
    pairs: Annotated[list[Pair], Field(min_length=1, max_length=1000)]


class Unlink(Given):
    """`then`: what becomes of a product that no link is left of."""

    merchant_variant_ids: Annotated[list[Name], Field(min_length=1, max_length=1000)]
    then: Remove


class DecidePairs(Given):
    answer: Literal["confirm", "refuse"]
    ids: Ids


class Decided(Schema):
    """`linked` became links (of a refusal: none); `refused` will not be suggested again; `stale` were linked otherwise
    meanwhile; `busy` are being made this moment."""

    linked: int = 0
    refused: int = 0
    stale: int = 0
    busy: int = 0


class Look(Given):
    vendor_id: Id


class ImportTold(Schema):
    dry_run: bool
    rows: int
    linked: int
    same: int
    wrong: int
    errors: list[shape(RowError)]


@router.get("links", response=Page[shape(StandingLink)])
@needs("catalogue:read", merchants=True)
def list_all_links(
    request: Any, limit: Limit = 50, cursor: Cursor = "", vendor_id: Id | None = None, q: Text = ""
) -> dict[str, Any]:
    """Newest first. `q`: words of a title, or an SKU or id of either side."""
    before = parts_of(cursor, str, int)
    found = list_links(
        marketplace=caller(request).merchant.marketplace,
        vendor=vendor_id,
        text=q,
        limit=limit + 1,
        before=(_moment(before[0]), before[1]) if before else None,
    )
    return page(cut(found, limit, lambda row: [row.made_at.isoformat(), row.id]))


@router.post("links", response={201: Count})
@needs("catalogue:write", merchants=True)
def link(request: Any, given: Pairs) -> dict[str, int]:
    """Link a vendor's variants to the merchant's."""
    pairs = [(pair.vendor_variant_id, pair.merchant_variant_id) for pair in given.pairs]
    return {"count": link_by_hand(vendor=_vendor(request, given.vendor_id), pairs=pairs, **caller(request).by)}


@router.post("links/unlink", response=Count)
@needs("catalogue:write", merchants=True)
def take_links_back(request: Any, given: Unlink) -> dict[str, int]:
    """Take links back."""
    mine = caller(request)
    place, ids = mine.merchant.marketplace, given.merchant_variant_ids
    return {"count": unlink(marketplace=place, merchant_variant_ids=ids, then=given.then, **mine.by)}


@router.get("links.csv", openapi_extra=CSV_OUT)
@needs("catalogue:read", merchants=True)
def export_all_links(request: Any, vendor_id: Id | None = None) -> StreamingHttpResponse:
    """All links that stand, as a file that can be mended and sent back."""
    mine = caller(request)
    parts = export_links(marketplace=mine.merchant.marketplace, vendor=vendor_of(mine, vendor_id), bom=False)
    content = _page_by_page(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")


@router.post("links/import", response=ImportTold, openapi_extra=CSV)
@needs("catalogue:write", merchants=True)
def import_all_links(
    request: Any, vendor_id: Id | None = None, replace: bool = False, dry_run: bool = False
) -> Imported:
    """Links from a file: the good rows are made, the wrong ones told. `replace`: also of variants that are linked
    otherwise; `dry_run`: only say what would be done."""
    mine = caller(request)
    return import_links(
        marketplace=mine.merchant.marketplace,
        file=BytesIO(request.body),
        vendor=vendor_of(mine, vendor_id),
        replace=replace,
        dry_run=dry_run,
        **mine.by,
    )


@router.get("suggestions", response=Page[shape(Suggestion)])
@needs("catalogue:read", merchants=True)
def list_all_suggestions(
    request: Any,
    limit: Limit = 50,
    cursor: Cursor = "",
    vendor_id: Id | None = None,
    state: Literal["open", "refused"] = "open",
) -> dict[str, Any]:
    """Pairs that may be the same thing, best first."""
    after = parts_of(cursor, str)
    found = list_suggestions(
        marketplace=caller(request).merchant.marketplace,
        vendor=vendor_id,
        state=state,
        cursor=_short(after[0]) if after else "",
        limit=limit,
    )
    items = list(found.items)
    leads = cut([*items, None], limit, lambda _: [found.cursor])[1] if found.cursor else None
    return page((items, leads))


@router.post("suggestions/look", response=shape(Suggested))
@needs("catalogue:write", merchants=True)
def look_for_pairs(request: Any, given: Look) -> Suggested:
    """Look through a vendor's and the merchant's catalogue for pairs."""
    return suggest(vendor=_vendor(request, given.vendor_id), **caller(request).by)


@router.post("suggestions/decide", response=Decided)
@needs("catalogue:write", merchants=True)
def decide_pairs(request: Any, given: DecidePairs) -> Any:
    """Confirm or refuse pairs."""
    mine = caller(request)
    if given.answer == "refuse":
        return {"refused": refuse(marketplace=mine.merchant.marketplace, ids=given.ids, **mine.by)}
    made: Confirmed = confirm(marketplace=mine.merchant.marketplace, ids=given.ids, **mine.by)
    return {"linked": made.linked, "stale": made.stale, "busy": made.busy}


def _vendor(request: Any, number: int) -> Vendor:
    found = vendor_of(caller(request), number)
    if found is None:
        raise Problem(404, "not_found", "There is no such vendor.")
    return found


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_cursor() from error


def _short(text: str) -> str:
    score, _, after = text.partition("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (score, after)):
        raise bad_cursor()
    return text


async def _page_by_page(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Sent as they are read: a file of a million links is never in memory as a whole."""
    while part := await sync_to_async(next)(parts, b""):
        yield part
