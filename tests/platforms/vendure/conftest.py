"""Real Vendure stores for tests; skipped where no server is installed. Not here: the server (tests/stores)."""

import pytest

from crossdock.connector.contract import Role
from crossdock.connector.testing import NotCovered
from crossdock.connector.testing.desk import Desk
from crossdock.platforms.vendure.platform import PLATFORM
from tests.platforms.vendure.bench import VendureBench


@pytest.fixture
def bench() -> VendureBench:
    try:
        return VendureBench(PLATFORM)
    except NotCovered as why:
        pytest.skip(str(why))


@pytest.fixture
async def desk(bench: VendureBench) -> Desk:
    """A vendor's store with a mug in two colours and a tee, ready to be worked with."""
    return await Desk.open(bench, Role.VENDOR)
