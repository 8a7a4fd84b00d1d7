"""Carrying webhooks: the faults on the way, one try after another as the platform's rules want it, counting.

Not for what a body says, who gets one, or what becomes of a failure: a platform's own `Delivery` knows that.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crossdock_sandbox.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Deliver = Callable[[str, dict[str, str], bytes], Awaitable[int]]


@dataclass(slots=True)
class Delivery:
    """One body for one address. A platform makes its own kind of it; what is here is: signed when the event happened,
    2xx is a success, and nobody tries again."""

    shop: Shop
    topic: str  # what the rules of `faults` match
    address: str
    headers: dict[str, str]
    body: bytes
    attempt: int = field(default=0, kw_only=True)
    # variants whose stock the body tells, as of which change; only where the shop keeps a ledger
    tells: tuple[frozenset[int], int] | None = field(default=None, kw_only=True)

    def prepare(self, world: "Sandbox") -> bool:
        """Just before each try: the last moment to make headers and body. False: there is nothing to send any more."""
        return True

    def accepted(self, status: int) -> bool:
        """Whether an answer is a success. 0 = none came."""
        return 200 <= status < 300

    def succeeded(self, world: "Sandbox") -> None:
        """It arrived."""

    def failed(self, world: "Sandbox") -> None:
        """It did not: `world.post(seconds, self)` tries again."""


def schedule(world: "Sandbox", delivery: Delivery, after: float = 0.0) -> None:
    """Put a fresh delivery into the queue, as the faults in force would have it. `after`: seconds of the platform's
    own until it leaves."""
    counters = world.counters
    rules = world.faults.delivery(delivery.shop.name, delivery.topic)
    delay, copies = world.webhook_delay + after, []
    for rule in rules:
        counters[f"faults.{rule.kind}"] += 1
        if rule.kind == "lose":
            counters["webhooks.lost"] += 1
            return
        if rule.kind == "late":
            delay += rule.seconds
            counters["webhooks.late"] += 1
        elif rule.kind == "reorder":
            delay += rule.stream.random() * rule.seconds
            counters["webhooks.reordered"] += 1
        else:
            copies.append(rule.seconds)
            counters["webhooks.duplicated"] += 1
    world.post(delay, delivery)
    for seconds in copies:
        world.post(delay + seconds, replace(delivery))


async def attempt(world: "Sandbox", delivery: Delivery) -> None:
    """One try."""
    delivery.attempt += 1
    if not delivery.prepare(world):
        return
    try:
        status = await world.deliver(delivery.address, delivery.headers, delivery.body)
    except (OSError, TimeoutError) as error:
        world.log(f"webhook to {delivery.address}: {error!r}")
        status = 0
    world.counters["webhooks.attempts"] += 1
    if delivery.accepted(status):
        world.counters["webhooks.sent"] += 1
        delivery.succeeded(world)
        if delivery.tells and delivery.tells[0]:
            world.tell(delivery.shop, *delivery.tells, "webhook")
        return
    world.counters["webhooks.failed"] += 1
    delivery.failed(world)
