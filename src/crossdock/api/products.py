"""Vendors' products: which are offered, and offering more.

Not here: what became of those that are (listings.py).
"""

from typing import Annotated, Any

from ninja import Field, Router

from crossdock.api.caller import caller, needs, vendor_of
from crossdock.api.problems import Problem
from crossdock.api.shapes import Cursor, Given, Id, Limit, Page, Text, cut, page, parts_of, shape
from crossdock.operations.choosing import Chosen, choose_products
from crossdock.operations.listed_products import ListedProduct, list_products

router = Router(tags=["Products"])


class Choose(Given):
    """`product_ids`: those; null: all of the vendor's. A vendor's token needs no `vendor_id`."""

    vendor_id: Id | None = None
    product_ids: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=5000)] | None


@router.get("products", response=Page[shape(ListedProduct)])
@needs("catalogue:read")
def list_all_products(
    request: Any,
    limit: Limit = 50,
    cursor: Cursor = "",
    vendor_id: Id | None = None,
    offered: bool | None = None,
    q: Text = "",
) -> dict[str, Any]:
    """By title. `q`: words of the title, or a product's id."""
    mine, after = caller(request), parts_of(cursor, str, str)
    found = list_products(
        marketplace=mine.scope.marketplace,
        vendor=mine.vendor or vendor_id,
        text=q.strip(),
        offered=offered,
        limit=limit + 1,
        after=(after[0], after[1]) if after else None,
    )
    return page(cut(found, limit, lambda row: [row.title, row.product_id]))


@router.post("products/choose", response=shape(Chosen))
@needs("catalogue:write")
def choose(request: Any, given: Choose) -> Chosen:
    """Offer products. What the merchant chooses is listed next; what a vendor chooses waits for the merchant, unless
    its rules approve by themselves."""
    mine = caller(request)
    vendor = vendor_of(mine, given.vendor_id)
    if vendor is None:
        words = "Name the vendor whose products these are."
        raise Problem(422, "invalid", words, errors=[{"field": "vendor_id", "code": "missing", "detail": words}])
    return choose_products(
        vendor=vendor,
        product_ids=given.product_ids,
        everything=given.product_ids is None,
        approved=mine.vendor is None,
        **mine.by,
    )
