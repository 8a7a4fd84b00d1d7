"""The limits: 300 calls a minute with a minute to cool down, 100 orders an hour with an API key (FACTS sections 3, 7).

Not for counting what was called (`front.py`).
"""

from collections import deque
from datetime import datetime, timedelta

from crossdock_sandbox.squarespace.refusal import Refusal
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Key

CALLS, MINUTE = 300, timedelta(minutes=1)
CREATIONS, HOUR = 100, timedelta(hours=1)


def calls(shop: Shop, now: datetime) -> None:
    """One more call; refused while the site cools down. No header says for how long."""
    if shop.cooling_until is not None and now < shop.cooling_until:
        raise _too_many()
    if shop.plan == "rehearsal":
        return
    if not _room(shop.calls, now, MINUTE, CALLS):
        cool(shop, now)
        raise _too_many()
    shop.calls.append(now)


def cool(shop: Shop, now: datetime, seconds: float = 0.0) -> None:
    """`seconds` other than a minute are a rehearsal's, where months pass in minutes."""
    shop.cooling_until = now + (timedelta(seconds=seconds) if seconds else MINUTE)


def creations(shop: Shop, key: Key, now: datetime) -> None:
    """One more order made by an API key; OAuth tokens know no such limit."""
    if key.oauth or shop.plan == "rehearsal":
        return
    if not _room(shop.creations, now, HOUR, CREATIONS):
        raise _too_many()
    shop.creations.append(now)


def _room(seen: deque[datetime], now: datetime, span: timedelta, most: int) -> bool:
    while seen and now - seen[0] >= span:
        seen.popleft()
    return len(seen) < most


def _too_many() -> Refusal:
    return Refusal(429, "Too many requests.")
