"""What a vendor's people read is said to them, not about them; roles in the history are words.

Not here: that every code has a sentence (test_phrases.py).
"""

import pytest

from crossdock.core.reasons import Reason
from crossdock.models import Membership, Parcel, VendorOrder
from crossdock.operations.what import What
from crossdock.sync.what import What as Done
from crossdock.web import phrases, phrases_vendor
from crossdock.web.phrases_history import ROLES

# Why an order waits or is made by hand: a vendor reads these on its orders.
ABOUT_ORDERS = list(Reason)[: list(Reason).index(Reason.FULFILLMENT_REFUSED)]


@pytest.mark.parametrize("code", ABOUT_ORDERS)
def test_a_vendor_is_not_told_of_itself_nor_what_others_are_to_do(code: Reason) -> None:
    said = phrases_vendor.reason(code)
    words = f"{said.title} {said.sentence}".lower()
    for foreign in ("the vendor", "add-on", "“", "the merchant", "change the limit"):
        assert foreign not in words


def test_what_is_said_otherwise_is_of_codes_that_there_are() -> None:
    assert set(phrases_vendor.STATES) <= set(VendorOrder.State.values)
    assert set(phrases_vendor.PARCEL_STATES) <= set(Parcel.State.values)
    assert set(phrases_vendor.ACTIVITIES) <= {*What, *Done}


def test_the_history_names_roles_in_words() -> None:
    assert set(ROLES) == set(Membership.Role.values)
    said = phrases.activity(What.ROLE_CHANGED, {"username": "ada", "role": "vendor_owner"})
    assert said == "ada is a vendor's owner now."


def test_the_history_reads_otherwise_to_a_vendor_and_alike_where_nothing_else_is_written() -> None:
    assert phrases_vendor.activity(Done.VENDOR_ORDER_LINKED, {}) == "The order was placed in your store."
    told = phrases_vendor.activity(What.STORE_PAUSED, {})
    assert told == phrases.activity(What.STORE_PAUSED, {})
