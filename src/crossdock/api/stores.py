"""Stores: how each is, connecting one by keys, pausing, resuming, disconnecting, reading its catalogue.

Not here: consent in a browser, which is the pages' (web/merchant/connect.py).
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from crossdock.api.caller import caller, needs, vendor_of
from crossdock.api.problems import Problem
from crossdock.api.shapes import Cursor, Done, Given, Id, Limit, Page, oldest_first, page
from crossdock.connector.connecting import How
from crossdock.models import Store
from crossdock.operations.catalogue_reading import read_catalogue
from crossdock.operations.connecting import begin_connecting, finish_connecting, offer, role_of
from crossdock.operations.stores import disconnect_store, pause_store, resume_store

State = Literal[tuple(Store.State.values)]
router = Router(tags=["Stores"])
Typed = Annotated[str, Field(max_length=2000)]


class StoreTold(Schema):
    """`vendor_id` null = the merchant's own. `confirmed_at`: it was last heard of; `off_sale_at`: it was not for too
    long, and its listings are off sale."""

    id: int
    vendor_id: int | None
    platform: str
    domain: str
    name: str
    currency: str
    state: str
    state_words: str
    state_at: datetime
    created_at: datetime
    confirmed_at: datetime | None
    catalogue_at: datetime | None
    off_sale_at: datetime | None


class Reading(Schema):
    """A list of the store's that is read again and again."""

    kind: str
    finished_at: datetime | None
    last_error: str


class StoreWithReadings(StoreTold):
    readings: list[Reading]


class Connect(Given):
    """`values` are the fields of the platform's way by their names, as its page asks for them; `way` "" = its first.
    `vendor_id` null: the merchant's own store."""

    platform: Annotated[str, Field(min_length=1, max_length=40)]
    domain: Annotated[str, Field(min_length=1, max_length=300)]
    way: Annotated[str, Field(max_length=40)] = ""
    values: dict[Annotated[str, Field(max_length=100)], Typed]
    vendor_id: Id | None = None


@router.get("stores", response=Page[StoreTold])
@needs("vendors:read")
def list_stores(request: Any, limit: Limit = 50, cursor: Cursor = "", state: State | None = None) -> Any:
    """Oldest first."""
    rows = caller(request).scope.stores
    return page(oldest_first(rows.filter(state=state) if state else rows, limit, cursor))


@router.get("stores/{int:store_id}", response=StoreWithReadings)
@needs("vendors:read")
def read_store(request: Any, store_id: Id) -> Store:
    """One store, and when its lists were last read."""
    row = _row(request, store_id)
    row.readings = list(row.sweep_set.order_by("kind"))
    return row


@router.post("stores", response={201: StoreTold})
@needs("vendors:write")
def connect(request: Any, given: Connect) -> Store:
    """Connect a store by keys. They are tried before anything is saved; a known store is given the new ones."""
    mine = caller(request)
    vendor = vendor_of(mine, given.vendor_id)
    found = offer(given.platform, role_of(vendor))
    if found.way(given.way).how is not How.KEYS:
        raise Problem(409, "needs_consent", "This way needs its owner's consent in a browser: connect it on the pages.")
    step = begin_connecting(
        marketplace=mine.scope.marketplace,
        vendor=vendor,
        platform=found.platform.name,
        way=given.way,
        typed_domain=given.domain,
        values=given.values,
        back="",
        now=mine.now,
    )
    return finish_connecting(sealed=step.sealed, query={}, **mine.by)


@router.post("stores/{int:store_id}/pause", response=Done)
@needs("vendors:write")
def pause(request: Any, store_id: Id) -> Done:
    """Send it nothing until it is resumed; what is for it waits."""
    pause_store(store=_row(request, store_id), **caller(request).by)
    return Done()


@router.post("stores/{int:store_id}/resume", response=Done)
@needs("vendors:write")
def resume(request: Any, store_id: Id) -> Done:
    """Take it up again, with everything that waited."""
    row = _row(request, store_id)
    if row.state == Store.State.DISCONNECTED:
        raise Problem(409, "store_disconnected", "Its access was forgotten: connect it again.")
    resume_store(store=row, **caller(request).by)
    return Done()


@router.post("stores/{int:store_id}/disconnect", response=Done)
@needs("vendors:write")
def disconnect(request: Any, store_id: Id) -> Done:
    """Forget its access. Its orders and history stay."""
    disconnect_store(store=_row(request, store_id), **caller(request).by)
    return Done()


@router.post("stores/{int:store_id}/read", response=Done)
@needs("catalogue:write", merchants=True)
def read_again(request: Any, store_id: Id) -> Done:
    """Read its whole catalogue again."""
    read_catalogue(store=_row(request, store_id), **caller(request).by)
    return Done()


def _row(request: Any, number: int) -> Store:
    return get_object_or_404(caller(request).scope.stores, pk=number)
