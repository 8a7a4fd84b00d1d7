"""What hosts, PHP and plugins do to a call: the error it becomes, and an order that is there once all the same.

Not here: the sandbox's faults themselves (tests/sandbox/test_woocommerce_front.py).
"""

import pytest

from crossdock.connector.contract import Role
from crossdock.connector.errors import ConnectorError, OutcomeUnknown, RateLimited, Unavailable
from tests.platforms.woocommerce.test_sandbox import order_for
from tests.platforms.woocommerce.world import World

# kind, what a write becomes, what a read becomes, whether the write was done
FAULTS: list[tuple[str, type[ConnectorError], type[ConnectorError], bool]] = [
    ("rate_limit", RateLimited, RateLimited, False),
    ("maintenance", Unavailable, Unavailable, False),
    ("database", OutcomeUnknown, Unavailable, False),
    ("blocked", OutcomeUnknown, Unavailable, False),
    ("fatal_after", OutcomeUnknown, Unavailable, True),
    ("error_before", OutcomeUnknown, Unavailable, False),
    ("error_after", OutcomeUnknown, Unavailable, True),
]


@pytest.mark.parametrize(("kind", "write", "read", "done"), FAULTS)
async def test_an_error_tells_what_to_do_next(
    kind: str, write: type[ConnectorError], read: type[ConnectorError], done: bool
) -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    wanted = order_for(world)
    rules = [{"where": "call", "match": match, "kind": kind, "rate": 1.0, "seconds": 7} for match in MATCHES]
    await world.sandbox.control({"op": "faults", "seed": 1, "rules": rules})
    with pytest.raises(write) as refused:
        await vendor.create_order(wanted)
    assert type(refused.value) is write
    if isinstance(refused.value, RateLimited):
        assert refused.value.retry_after == 7
    with pytest.raises(read):
        await vendor.read_vendor_order("1")
    await world.sandbox.control({"op": "faults", "seed": 1, "rules": []})
    found = await vendor.find_order(wanted.reference)
    assert (found is not None) is done


MATCHES = ("orders.create", "orders.get")


async def test_words_of_php_before_an_answer_are_passed_over() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    await world.sandbox.control({"op": "faults", "rules": [{"where": "call", "kind": "notice", "rate": 1.0}]})
    wanted = order_for(world)
    made = await vendor.create_order(wanted)
    assert made.reference == wanted.reference
    found = await vendor.find_order(wanted.reference)
    assert found is not None
    assert found.id == made.id
    page = await vendor.catalogue("")
    assert page.products
