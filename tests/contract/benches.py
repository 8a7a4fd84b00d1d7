"""The bench that a platform's rules run on: the sandbox's, or the one that its quality.toml names.

Not here: any bench.
"""

import importlib
from pathlib import Path

from crossdock.connector.registry import platform
from crossdock.connector.testing import Bench, quality
from tests.contract.sandbox import SandboxBench


def folder(name: str) -> Path:
    """Where a platform's connector is."""
    module = importlib.import_module(f"crossdock.platforms.{name}.platform")
    return Path(str(module.__file__)).parent


def bench_of(name: str) -> Bench:
    """A new bench for a platform. Raises LookupError saying what to write where there is none."""
    named = quality.read(folder(name)).bench
    if not named:
        return SandboxBench(platform(name))
    module, _, made = named.partition(":")
    bench: Bench = getattr(importlib.import_module(module), made)(platform(name))
    return bench
