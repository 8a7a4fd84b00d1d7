"""Stock figures with their Why?. Not here: the rules of stock (settings.py)."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router

from crossdock.api.caller import caller, needs
from crossdock.api.shapes import Cursor, Id, Limit, Page, Text, cut, page, parts_of, shape
from crossdock.operations.stock_story import StockFigure, StockStory, list_stock, tell_stock

router = Router(tags=["Stock"])


@router.get("stock", response=Page[shape(StockFigure)])
@needs("catalogue:read", merchants=True)
def list_figures(
    request: Any,
    limit: Limit = 50,
    cursor: Cursor = "",
    vendor_id: Id | None = None,
    waiting: bool = False,
    q: Text = "",
) -> dict[str, Any]:
    """Every linked variant's level. `waiting`: only those that are to be looked at."""
    after = parts_of(cursor, int)
    found = list_stock(
        marketplace=caller(request).merchant.marketplace,
        vendor=vendor_id,
        text=q,
        waiting=waiting,
        limit=limit + 1,
        after=after[0] if after else 0,
    )
    return page(cut(found, limit, lambda row: [row.link_id]))


@router.get("stock/{int:link_id}", response=shape(StockStory))
@needs("catalogue:read", merchants=True)
def read_figure(request: Any, link_id: Id) -> StockStory:
    """Why? of one figure: the decision rule by rule, and the orders that it counts."""
    return tell_stock(level=get_object_or_404(caller(request).merchant.levels, pk=link_id))
