"""Platforms are found by their folders."""

import pytest

from crossdock.connector import registry


def test_every_platform_folder_is_found_under_its_own_name() -> None:
    found = registry.platforms()
    assert "shopify" in found
    assert all(platform.name == name for name, platform in found.items())


def test_an_unknown_platform_names_those_that_there_are() -> None:
    with pytest.raises(registry.UnknownPlatform, match="shopify"):
        registry.platform("etsy")
