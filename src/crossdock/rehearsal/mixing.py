"""Spreads a market's vendors over platforms, with what each declares that it cannot do; and which platforms there are.

Not here: any platform's name; they come from whoever asks, or from the registries of connectors and of the sandbox.
"""

from collections.abc import Sequence

from msgspec.structs import asdict, replace

from crossdock.connector import registry
from crossdock.connector.capabilities import Ability, Can
from crossdock.connector.contract import Platform
from crossdock_sandbox import platforms
from crossdock_sandbox.traffic.plan import Market


class CannotPlay(ValueError):
    """No such platform, or not on that side of a marketplace."""


def both_have() -> list[str]:
    """Platforms with a connector and sandbox stores, the sandbox's default first."""
    found = [name for name in registry.platforms() if name in platforms.platforms()]
    return sorted(found, key=lambda name: (name != platforms.default(), name))


def vendors() -> list[str]:
    """Those that a vendor may be on."""
    return [name for name in both_have() if _platform(name).capabilities.vendor_role.can is not Can.NO]


def mixed(market: Market, names: Sequence[str], merchant: str = "") -> Market:
    """The market with its shops on the platforms `names` in turn (none: as it is) and the marketplace's own store on
    `merchant` (empty: as it is). Raises CannotPlay."""
    check(names, merchant)
    shops = market.shops
    if names:
        shops = tuple(
            replace(shop, platform=(name := names[at % len(names)]), cannot=cannot(name))
            for at, shop in enumerate(market.shops)
        )
    return replace(market, shops=shops, platform=merchant or market.platform)


def plain(market: Market) -> Market:
    """The market with every store on the sandbox's default platform."""
    shops = tuple(replace(shop, platform="", cannot=frozenset()) for shop in market.shops)
    return replace(market, shops=shops, platform="")


def cannot(name: str) -> frozenset[str]:
    """What is declared as impossible there, by its name in Capabilities. Raises CannotPlay."""
    declared = asdict(_platform(name).capabilities)
    return frozenset(
        field for field, ability in declared.items() if isinstance(ability, Ability) and ability.can is Can.NO
    )


def polls(names: Sequence[str]) -> bool:
    """Some store of these platforms tells nothing, or not everything, of itself."""
    return any(_platform(name).capabilities.webhooks.can is not Can.YES for name in names)


def check(names: Sequence[str], merchant: str) -> None:
    """Raises CannotPlay."""
    for name in names:
        _allowed(name, "vendor", _platform(name).capabilities.vendor_role)
    if merchant:
        _allowed(merchant, "merchant", _platform(merchant).capabilities.merchant_role)


def _allowed(name: str, side: str, ability: Ability) -> None:
    if ability.can is Can.NO:
        raise CannotPlay(f"{name} cannot be a {side}'s platform: {ability.why}")


def _platform(name: str) -> Platform:
    if name not in both_have():
        raise CannotPlay(f"{name!r} is not a platform with sandbox stores; there are: {', '.join(both_have())}")
    return registry.platform(name)
