"""Logs: calls to stores and deliveries from them, one line's redacted payloads, and having its object looked at again.

Not here: the history in words (vendors.py has `activity`).
"""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.shapes import Cursor, Done, Id, Limit, Page, cut, page, parts_of
from crossdock.models import Call
from crossdock.operations.calls import Wanted, list_calls, replay_call

router = Router(tags=["Logs"])
Way = Literal["in", "out"]
Outcome = Literal[tuple(Call.Outcome.values)]


class LogLine(Schema):
    """`came`: a delivery, else a call of ours. `status` 0 = no answer; `took` in milliseconds; `kind` and `ref` name
    what it was made for."""

    id: int
    store_id: int
    at: datetime
    came: bool
    call: str
    method: str
    path: str
    status: int
    outcome: str
    words: str
    took: int
    kind: str
    ref: int | None
    remote_id: str
    sent_size: int
    got_size: int


class LogLineWithPayloads(LogLine):
    """`sent` and `got` are JSON with everything blanked that is of a person or opens a door; empty = not kept."""

    sent: str
    got: str


@router.get("logs", response=Page[LogLine])
@needs("activity:read")
def list_logs(
    request: Any,
    limit: Limit = 50,
    cursor: Cursor = "",
    store_id: Id | None = None,
    way: Way | None = None,
    outcome: Outcome | None = None,
) -> dict[str, Any]:
    """Newest first; kept for some days."""
    after = parts_of(cursor, int)
    wanted = Wanted(
        store_id=store_id, way=way or "", outcomes=(outcome,) if outcome else (), before=after[0] if after else None
    )
    found = list_calls(rows=caller(request).scope.calls, wanted=wanted, limit=limit + 1)
    return page(cut(found, limit, lambda row: [row.pk]))


@router.get("logs/{int:line_id}", response=LogLineWithPayloads)
@needs("activity:read")
def read_log(request: Any, line_id: Id) -> Call:
    """One line with its payloads."""
    return get_object_or_404(caller(request).scope.calls, pk=line_id)


@router.post("logs/{int:line_id}/replay", response=Done)
@needs("orders:write", merchants=True)
def replay_log(request: Any, line_id: Id) -> Done:
    """Look again at what the line was about. Nothing is sent twice."""
    mine = caller(request)
    replay_call(call=get_object_or_404(mine.merchant.calls, pk=line_id), **mine.by)
    return Done()
