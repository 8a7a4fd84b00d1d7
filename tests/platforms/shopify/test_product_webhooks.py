"""Deliveries about products and stock: what the published sample bodies say, and what odd ones become."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from crossdock.connector.contract import Kind, Role
from crossdock.core.catalog import Level, Media, Option, Product, ProductStatus
from tests.platforms.shopify.reference import sample
from tests.platforms.shopify.test_webhooks import changed, observed


def product(**fields: Any) -> Product:
    seen = observed("products/update", changed("products/update", **fields), Role.VENDOR)
    assert seen.kind is Kind.PRODUCT
    assert isinstance(seen.snapshot, Product)
    return seen.snapshot


@pytest.mark.parametrize("topic", ["products/create", "products/update"])
def test_a_product_is_as_its_body_says(topic: str) -> None:
    seen = observed(topic, sample(topic), Role.VENDOR)
    of = seen.snapshot
    assert isinstance(of, Product)
    assert (seen.kind, seen.id, seen.version) == (Kind.PRODUCT, of.id, 1_640_995_200_000_000)
    assert (of.title, of.vendor_name, of.product_type) == ("Example T-Shirt", "Acme", "Shirts")
    assert (of.handle, of.status, of.html) == ("example-t-shirt", ProductStatus.ACTIVE, "An example T-Shirt")
    assert of.updated_at == datetime(2022, 1, 1, tzinfo=UTC)
    assert of.tags == ("example", "mens", "t-shirt")
    assert of.whole
    small = of.variants[0]
    assert (small.options, small.price, small.compare_at) == (("Small",), Decimal("19.99"), Decimal("24.99"))
    assert (small.oversell, small.product_id) == (False, of.id)


def test_what_a_body_does_not_say_is_named_and_its_stock_figures_are_left_out() -> None:
    of = product()
    assert of.unsaid == ("tracked", "grams")
    assert {each.available for each in of.variants} == {None}, "stock has deliveries of its own, with times"


def test_a_product_without_options_has_none() -> None:
    only = {"id": 7, "price": "1.00", "option1": "Default Title", "title": "Default Title", "inventory_item_id": 8}
    of = product(
        variants=[only | {"inventory_policy": "continue"}],
        options=[{"id": 1, "name": "Title", "position": 1, "values": ["Default Title"]}],
        variant_gids=[],
    )
    assert of.options == ()
    assert [(each.options, each.item_id, each.oversell) for each in of.variants] == [((), "8", True)]


def test_options_and_media_come_in_their_order() -> None:
    image = {"id": 31, "media_content_type": "IMAGE", "alt": "front", "preview_image": {"src": "https://cdn/x.jpg?v=1"}}
    film = {"id": 32, "media_content_type": "VIDEO", "alt": None, "preview_image": {"src": "https://cdn/film.jpg"}}
    new = {"id": 33, "media_content_type": "IMAGE", "alt": "", "preview_image": None}
    of = product(
        options=[
            {"id": 1, "name": "Größe", "position": 1, "values": ["M", "S"]},
            {"id": 2, "name": "Colour", "position": 2, "values": ["Red"]},
        ],
        media=[image, film, new],
    )
    assert of.options == (Option("Größe", ("M", "S"), "1"), Option("Colour", ("Red",), "2"))
    assert of.media == (
        Media("https://cdn/x.jpg?v=1", "31", "front"),
        Media("", "32", "", "video"),
        Media("", "33", "", "image"),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("active", ProductStatus.ACTIVE),
        ("draft", ProductStatus.DRAFT),
        ("archived", ProductStatus.ARCHIVED),
        ("unlisted", ProductStatus.DRAFT),
        ("resting", ProductStatus.DRAFT),
        (None, ProductStatus.DRAFT),
    ],
)
def test_a_status_that_is_not_known_is_not_on_sale(word: str | None, status: ProductStatus) -> None:
    assert product(status=word).status is status


def test_odd_bodies_become_ids_or_nothing() -> None:
    cut = observed("products/update", changed("products/update", variants="many"), Role.VENDOR)
    assert (cut.kind, cut.snapshot) == (Kind.PRODUCT, None)
    assert cut.version == 1_640_995_200_000_000
    assert cut.data["problem"]
    assert observed("products/update", b"[]", Role.VENDOR).kind is Kind.NOTHING
    assert observed("products/delete", b"{}", Role.VENDOR).kind is Kind.NOTHING
    assert observed("inventory_levels/update", b'{"available": 3}', Role.VENDOR).kind is Kind.NOTHING
    null = changed("inventory_levels/update", available=None)
    assert observed("inventory_levels/update", null, Role.VENDOR).kind is Kind.NOTHING


@pytest.mark.parametrize("role", list(Role))
def test_a_deletion_carries_its_id_and_the_time_of_its_header(role: Role) -> None:
    gone = observed("products/delete", sample("products/delete"), role)
    assert (gone.kind, gone.deleted, gone.snapshot) == (Kind.PRODUCT, True, None)
    assert gone.id.isdecimal()
    assert gone.version > 0


def test_a_level_is_of_one_item_at_one_location() -> None:
    seen = observed("inventory_levels/update", sample("inventory_levels/update"), Role.VENDOR)
    assert (seen.kind, seen.id) == (Kind.LEVEL, "271878346596884015:24826418")
    assert seen.snapshot == Level("271878346596884015", "24826418", 10, seen.version)
    assert seen.version == 1_640_995_200_000_000
    below = observed("inventory_levels/update", changed("inventory_levels/update", available=-4), Role.VENDOR)
    assert isinstance(below.snapshot, Level)
    assert below.snapshot.available == -4


def test_the_end_of_a_bulk_operation_is_nobody_s_business() -> None:
    seen = observed("bulk_operations/finish", sample("bulk_operations/finish"), Role.VENDOR)
    assert (seen.kind, seen.data) == (Kind.NOTHING, {})
