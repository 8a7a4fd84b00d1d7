"""A store's whole state as JSON, for whoever checks from outside: one shape for all platforms (`audit/dumps.py`).

Not for making it: the platform's folder does.
"""

from typing import Any

from crossdock_sandbox import platforms
from crossdock_sandbox.shop import Shop


def store(shop: Shop) -> dict[str, Any]:
    """Money are strings, ids are numeric strings."""
    return platforms.of(shop).dump(shop)
