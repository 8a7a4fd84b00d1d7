"""Finds the platforms at run time: every folder of crossdock.platforms whose platform.py has a PLATFORM.

Not here: any platform's name. A new platform is a new folder.
"""

import importlib
import pkgutil
from functools import cache
from typing import cast

from crossdock.connector.connecting import Connecting
from crossdock.connector.contract import Platform

ROOM = "crossdock.platforms"


class UnknownPlatform(LookupError):
    """No platform of that name is installed."""


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by name, in alphabetical order."""
    room = importlib.import_module(ROOM)
    found = (info.name for info in pkgutil.iter_modules(room.__path__) if info.ispkg)
    loaded = (importlib.import_module(f"{ROOM}.{name}.platform").PLATFORM for name in sorted(found))
    return {platform.name: platform for platform in loaded}


def platform(name: str) -> Platform:
    """The platform called `name`. Raises UnknownPlatform, naming those that there are."""
    try:
        return platforms()[name]
    except KeyError:
        raise UnknownPlatform(f"{name!r} is not a platform; there are: {', '.join(platforms())}") from None


@cache
def connecting(name: str) -> Connecting | None:
    """How a person connects a store of the platform called `name`; None where only a rehearsal does."""
    platform(name)
    try:
        return cast(Connecting, importlib.import_module(f"{ROOM}.{name}.connecting").CONNECTING)
    except ModuleNotFoundError as error:
        if error.name != f"{ROOM}.{name}.connecting":
            raise
        return None
