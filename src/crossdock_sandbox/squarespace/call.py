"""One authenticated call: the world, the site, who asks, what was sent. Handed to every operation.

Not for answering it (`orders.py`, `products.py`, ...).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from crossdock_sandbox.squarespace import reading
from crossdock_sandbox.squarespace.refusal import Refusal, conflict, invalid, missing
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Key, Replay

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
Done = tuple[int, Any]  # status and body; None = no body

KEY_LIVES = timedelta(hours=48)
LONGEST_KEY = 64
_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@dataclass(slots=True)
class Call:
    world: "Sandbox"
    shop: Shop
    key: Key
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    types: tuple[str, ...] = ()  # the `type` parameter, which may be repeated
    in_flight: float = 0.0  # seconds that the work goes on after the answer (a fault asked for)

    @property
    def body(self) -> Json:
        if self.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise invalid("Content-Type must be application/json.", "INVALID_CONTENT_TYPE")
        return reading.body_of(self.raw)


def once(call: Call, operation: str, work: Callable[[], Done]) -> Done:
    """`work` once for an Idempotency-Key: the same answer for the same body, 400 for another (FACTS section 8). What
    was refused is not kept, so that it may be tried again."""
    given = call.headers.get("idempotency-key", "")
    if not given:
        raise missing("Idempotency-Key")
    if len(given) > LONGEST_KEY or not _KEY.issuperset(given):
        raise invalid("Idempotency-Key must be at most 64 letters, digits, dashes and underscores.")
    used, shop, now = (operation, given), call.shop, call.world.now()
    if used in shop.running_keys:
        raise conflict("A request with this Idempotency-Key is in progress.", "CONCURRENT_MODIFICATION")
    before = shop.used_keys.get(used)
    digest = hashlib.sha256(call.raw).digest()
    if before is not None and now - before.at < KEY_LIVES:
        if before.body != digest:
            raise invalid("The Idempotency-Key was used with another body.")
        return before.status, msgspec.json.decode(before.answer) if before.answer else None
    if call.in_flight:
        _later(call, used, digest, work)
        raise conflict("A request with this Idempotency-Key is in progress.", "CONCURRENT_MODIFICATION")
    return _keep(call, used, digest, work())


def _keep(call: Call, used: tuple[str, str], digest: bytes, done: Done) -> Done:
    status, shape = done
    answer = b"" if shape is None else msgspec.json.encode(shape)
    call.shop.used_keys[used] = Replay(digest, status, answer, call.world.now())
    return done


def _later(call: Call, used: tuple[str, str], digest: bytes, work: Callable[[], Done]) -> None:
    """The first request hangs, as seen by a second with its key."""
    call.shop.running_keys.add(used)

    def finish() -> None:
        call.shop.running_keys.discard(used)
        try:
            _keep(call, used, digest, work())
        except Refusal:
            return

    call.world.later(call.in_flight, finish)
