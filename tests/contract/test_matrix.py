"""The capability matrix of the docs is whole. Not here: that it is current (docs/make.py --check, in `make check`)."""

import importlib.util
from types import ModuleType

import pytest

from crossdock.connector.capabilities import Capabilities
from crossdock.connector.registry import platforms
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_capability_has_its_row(made: ModuleType) -> None:
    assert [*made.ABILITIES, *made.FIGURES] == list(Capabilities.__struct_fields__)


def test_every_platform_has_its_column_and_its_reasons(made: ModuleType) -> None:
    text = made.matrix()
    for platform in platforms().values():
        assert f"## {platform.title}" in text
        assert platform.capabilities.locations.why in text
