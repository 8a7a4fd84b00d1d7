"""What if?, piece by piece: each answer shows what was found so far and carries what the next piece goes on from.

Not here: the replay (operations/whatif.py), or the form whose change is tried (settings.py).
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.core import signing
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from crossdock.models import Vendor
from crossdock.operations.whatif import Group, Otherwise, Replay, begin_replay, go_on
from crossdock.web.access import Scope
from crossdock.web.phrase import Words
from crossdock.web.phrases_rules import ORDER_WAYS

SALT = "crossdock.whatif"
SPANS = (7, 30, 90)
OLDEST_SECONDS = 3600


def first_piece(scope: Scope, vendor: Vendor | None, wanted: dict[str, Any], days: str) -> Replay:
    """Begins a replay. Raises BadSetting."""
    place = scope.marketplace
    begun = begin_replay(marketplace=place, vendor=vendor, changes=wanted, days=days or SPANS[1], now=datetime.now(UTC))
    return go_on(begun, marketplace=place, vendor=vendor)


def next_piece(request: HttpRequest, scope: Scope) -> tuple[Replay, Vendor | None]:
    """Goes on from what the page before carried. Raises Http404 where that is not ours, or of another day;
    BadSetting."""
    try:
        kept = signing.loads(request.POST.get("state", ""), salt=SALT, max_age=OLDEST_SECONDS)
        replay = msgspec.convert(kept, Replay)
    except (signing.BadSignature, msgspec.ValidationError) as error:
        raise Http404 from error
    if replay.marketplace_id != scope.marketplace.pk:
        raise Http404
    vendor = get_object_or_404(scope.vendors, pk=replay.vendor_id) if replay.vendor_id else None
    return go_on(replay, marketplace=scope.marketplace, vendor=vendor), vendor


def shown(replay: Replay, days: str) -> dict[str, Any]:
    """What the page's part says."""
    state = "" if replay.done else signing.dumps(msgspec.to_builtins(replay), salt=SALT, compress=True)
    return {
        "replay": replay,
        "state": state,
        "days": days or str(SPANS[1]),
        "spans": SPANS,
        "groups": [
            (ORDER_WAYS[each.before], ORDER_WAYS[each.after], each.reason, each.count) for each in replay.groups
        ],
        "named": [(each, *_ways(each)) for each in replay.named],
    }


def _ways(each: Group | Otherwise) -> tuple[Words, Words]:
    return ORDER_WAYS[each.before], ORDER_WAYS[each.after]
