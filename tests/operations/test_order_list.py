"""Finding orders in the list, and its steps. Not here: the page (tests/web/test_order_list_pages.py)."""

from typing import Any

import pytest
from django.db import connection

from crossdock.models import Attention, MerchantOrder, VendorOrder
from crossdock.operations.order_list import Wanted, list_orders
from tests.operations import rows

pytestmark = pytest.mark.django_db


class Place:
    """Three orders: pushed, shipped, and one that waits for its payment."""

    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.oak, self.clay = rows.vendor(self.place), rows.vendor(self.place, "Clay & Co")
        self.oak_store, self.clay_store = rows.store(self.place, self.oak), rows.store(self.place, self.clay)
        shop = rows.store(self.place)
        self.pushed = self.made(
            shop, 51001, self.oak, "oak-1 o'k\\x", remote_id="771", remote_name="#V771", state="linked"
        )
        self.shipped = self.made(shop, 51002, self.clay, "clay-9", remote_id="9", remote_name="#V9", state="closed")
        self.waiting = self.made(shop, 62003, self.clay, "clay-9 mug", facts=rows.UNPAID)
        rows.parcel(
            VendorOrder.objects.get(order=self.shipped), tracking={"company": "PostNord", "numbers": ["SE123", "SE9"]}
        )

    def made(self, shop: Any, number: int, vendor: Any, skus: str, **values: Any) -> MerchantOrder:
        order = rows.order(shop, number, placed_at=rows.later(days=number - 51001))
        part = rows.vendor_order(order, vendor, **values)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE vendor_order SET skus = array_to_tsvector(string_to_array(%s, ' ')) WHERE id = %s",
                [skus, part.pk],
            )
        return order

    def found(self, **wanted: Any) -> list[int]:
        listed = list_orders(marketplace=self.place, wanted=Wanted(**wanted))
        return [int(row.name.removeprefix("#")) for row in listed]


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("#51001", [51001]), ("51002", [51002]), ("510", [51002, 51001]), ("62", []), ("62003", [62003]),
        ("#V771", [51001]), ("V77", [51001]), ("771", [51001]), ("9", [51002]), ("V9", [51002]),
        ("OAK-1", [51001]), ("oak", [51001]), ("oa", []), ("clay-9", [62003, 51002]), ("Mug", [62003]),
        ("o'k\\x", [51001]), ("SE123", [51002]), ("SE12", []), (" SE9 ", [51002]), ("'", []), ("%", []), ("\\", []),
        ("& | !:*", []), ("a\0b", []),
    ],
)  # fmt: skip
def test_orders_are_found_by_what_people_have_at_hand(place: Place, text: str, orders: list[int]) -> None:
    assert place.found(text=text) == orders


def test_a_reference_and_another_marketplace(place: Place) -> None:
    assert place.found(text=VendorOrder.objects.get(order=place.waiting).reference) == [62003]
    place.place = rows.marketplace("other")
    for text in ("51001", "V771", "771", "oak-1", "SE123"):
        assert place.found(text=text) == []


def test_filters_narrow_and_go_together(place: Place) -> None:
    MerchantOrder.objects.filter(pk=place.pushed.pk).update(financial_status="paid", marked_paid_at=rows.NOW)
    MerchantOrder.objects.filter(pk=place.shipped.pk).update(financial_status="refunded")
    Attention.objects.create(marketplace=place.place, order=place.shipped, reason="edit_refused", opened_at=rows.NOW)
    assert place.found(payment="paid") == place.found(payment="by_hand") == [51001]
    assert place.found(payment="unpaid") == [62003]
    assert place.found(payment="refunded") == place.found(needs=True) == [51002]
    assert place.found(vendor_id=place.clay.pk) == place.found(store_id=place.clay_store.pk) == [62003, 51002]
    assert place.found(store_id=place.clay_store.pk, states=("held",), text="clay") == [62003]
    assert place.found(since=rows.later(days=1), until=rows.later(days=2)) == [51002]


def test_steps_lead_there_and_back(place: Place) -> None:
    def names(**where: int) -> list[str]:
        return [row.name for row in list_orders(marketplace=place.place, limit=1, **where)]

    assert names() == ["#62003"]
    assert names(before=place.waiting.pk) == ["#51002"]
    assert names(after=place.pushed.pk) == ["#51002"]
    assert names(before=place.pushed.pk) == names(after=place.waiting.pk) == []
