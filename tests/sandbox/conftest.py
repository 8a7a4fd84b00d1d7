"""The sandbox bench of each test."""

import pytest

from tests.sandbox.bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
