"""Worlds point Django at a database of their own (tests/world.py, at_home); afterwards it is pointed back."""

from collections.abc import Iterator

import pytest
from django.db import connections


@pytest.fixture(autouse=True)
def _back_home() -> Iterator[None]:
    before = connections["default"].settings_dict["NAME"]
    yield
    connections.close_all()
    connections["default"].settings_dict["NAME"] = before
