"""Every platform that people connect stores of says how, in words that can be followed.

Not here: carrying it out (tests/operations/test_connecting.py and each platform's own tests).
"""

from collections.abc import Iterator

import pytest

from crossdock.connector.capabilities import Can
from crossdock.connector.connecting import Connecting, How
from crossdock.connector.contract import Role
from crossdock.connector.registry import connecting, platform, platforms

SHORTEST = 12  # characters of a sentence


@pytest.mark.parametrize("name", sorted(platforms()))
def test_a_person_can_connect_a_store(name: str) -> None:
    found = connecting(name)
    if found is None:
        pytest.skip(f"stores of {name} are connected by rehearsals only: it has no connecting.py")
    flaws = list(_flaws(found, name))
    place = f"src/crossdock/platforms/{name}/connecting.py; what is asked: src/crossdock/connector/connecting.py"
    assert not flaws, "\n".join([*flaws, place])


def _flaws(of: Connecting, name: str) -> Iterator[str]:
    """What is not said, each as a sentence that says what to write."""
    if not of.ways:
        yield f"{name}: write ways: how its owner lets us into a store, at least one"
    if not of.address:
        yield f"{name}: write address: what a store's address looks like, as in shop.example"
    able = platform(name).capabilities
    for role, ability in ((Role.MERCHANT, able.merchant_role), (Role.VENDOR, able.vendor_role)):
        if ability.can is not Can.NO and not of.scopes(role):
            yield f"{name}: write scopes for the role {role.value}: what the owner is asked to allow"
    if len({way.name for way in of.ways}) < len(of.ways):
        yield f"{name}: two ways have one name"
    for way in of.ways:
        if len(way.help) < SHORTEST or len(way.mend) < SHORTEST:
            yield f"{name}, way {way.name}: say in help where to find what is asked for, in mend what to do if refused"
        if way.how is How.KEYS and not way.fields:
            yield f"{name}, way {way.name}: it asks for nothing; name the fields to be pasted"
