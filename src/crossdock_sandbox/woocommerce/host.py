"""The sandbox as one shop's host sees it: a clock that may be off. Everything else is the sandbox's own.

Not for anything that a shop does.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from crossdock_sandbox.reading import Reader
from crossdock_sandbox.woocommerce.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Act = Callable[["Sandbox", Any, Reader], dict[str, Any]]


class _Host:
    def __init__(self, world: "Sandbox", off: timedelta) -> None:
        self._world = world
        self._off = off

    def now(self) -> datetime:
        return self._world.now() + self._off

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)


def of(world: "Sandbox", shop: Shop) -> "Sandbox":
    """`world` with the shop's own clock."""
    off = shop.site.clock_off
    return cast("Sandbox", _Host(world, timedelta(seconds=off))) if off else world


def there(act: Act) -> Act:
    """A control operation by the clock of the shop that it is done in."""
    return lambda world, shop, op: act(of(world, shop), shop, op)
