"""Add-ons: switches of the marketplace that the rules stand on, some of them switched for one vendor alone.

Not here: what each rule makes of them (decision.py), or who may switch them (operations).
"""

import re
from collections.abc import Mapping

CONNECTING = "vendor_store_connect"
LOCATIONS = "locations"
AUTO_VARIANTS = "auto_variants"
VENDOR_MAPPING = "vendor_mapping"
NAMES = re.compile(rf"{CONNECTING}|{LOCATIONS}|{AUTO_VARIANTS}|{VENDOR_MAPPING}|order_push:[a-z][a-z0-9_]*")


def pushing(platform: str) -> str:
    """The add-on that pushes orders to vendors' stores of a platform."""
    return f"order_push:{platform}"


def platform_of(add_on: str) -> str:
    """The platform that an add-on pushes to; empty for the others."""
    return add_on.partition(":")[2]


def for_a_vendor(add_on: str) -> bool:
    """Whether one vendor may have it otherwise. (Locations and variants have rules of their own for each vendor.)"""
    return add_on in (CONNECTING, VENDOR_MAPPING) or bool(platform_of(add_on))


def is_on(switches: Mapping[str, bool], add_on: str) -> bool:
    """All are on unless switched off."""
    return bool(switches.get(add_on, True))
