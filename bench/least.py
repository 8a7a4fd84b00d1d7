"""The fewest calls by which a platform's API allows what happens, as its folder declares (least.toml), each with why.

Not here: counting (calls.py), or any platform.
"""

import importlib
import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from crossdock.connector import registry
from crossdock.connector.capabilities import Can

Side = Literal["merchant", "vendor"]
# What happens, and of what there is so much.
HAPPENINGS = {
    "listing": "product offered, of two variants, with its stock",
    "order": "vendor order pushed",
    "edit": "vendor order's note and phone edited",
    "parcel": "parcel with tracking",
    "tracking": "tracking mended",
    "cancel": "vendor order cancelled",
    "title": "product's title changed",
    "price": "variant's price changed",
    "stock": "variant's stock changed",
}
SHORTEST = 12  # characters of a reason


class Least(Struct, frozen=True, forbid_unknown_fields=True):
    """For so many of a kind that come at once: `each` for every one, and one more for up to `batch` of them (0 = none).
    `why` so few; `over`: why the hub makes more, where it does on purpose."""

    why: str
    over: str = ""
    each: int = 0
    batch: int = 0

    def calls(self, number: int) -> int:
        return self.each * number + (-(-number // self.batch) if self.batch else 0)


class Declared(Struct, frozen=True, forbid_unknown_fields=True):
    """One least.toml, by side and happening."""

    merchant: dict[str, Least] = {}
    vendor: dict[str, Least] = {}


def file_of(platform: str) -> Path:
    module = importlib.import_module(f"crossdock.platforms.{platform}.platform")
    return Path(str(module.__file__)).parent / "least.toml"


def read(platform: str) -> Declared:
    """Raises ValueError naming what is wrong, and FileNotFoundError."""
    file = file_of(platform)
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Declared)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{file.parent.name}/{file.name}: {error}") from None


def flaws(platform: str, declared: Declared) -> list[str]:
    """What is not said, each as a sentence that says what to do."""
    able = registry.platform(platform).capabilities
    found = []
    sides = (("merchant", able.merchant_role, declared.merchant), ("vendor", able.vendor_role, declared.vendor))
    for side, role, said in sides:
        wanted = set(HAPPENINGS) if role.can is not Can.NO else set()
        found += [f"{side}.{name} is not answered: say how many calls it takes" for name in wanted - said.keys()]
        found += [f"{side}.{name} is asked by nobody" for name in said.keys() - wanted]
        found += [f"{side}.{name}: say why in `why`" for name, least in said.items() if _short(least)]
    return sorted(found)


def _short(least: Least) -> bool:
    return any(len(words) < SHORTEST for words in filter(None, (least.why or "-", least.over)))
