"""The demo's trade: endless, in time order, the same by seed, with every kind of thing in it."""

from datetime import UTC, datetime
from itertools import islice, pairwise

from crossdock.rehearsal import demo, demo_market

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_five_vendors_with_distinct_goods() -> None:
    market = demo_market.market()
    assert len(market.shops) == 5
    assert len({offer.key for offer in market.offers}) == len({offer.sku for offer in market.offers})
    assert all(shop.key.replace("-", "").isalnum() and shop.key.isascii() for shop in market.shops)


def test_trade_goes_on_in_time_order_with_everything_in_it() -> None:
    offers = demo_market.market().offers
    happenings = list(islice(demo.happenings(offers, seed=1, start=START), 3000))
    assert all(before.at <= after.at for before, after in pairwise(happenings))
    kinds = {type(happening).__name__ for happening in happenings}
    assert kinds == {"Place", "Pay", "Edit", "Cancel", "HandOver", "Correct", "Deliver"}
    assert happenings == list(islice(demo.happenings(offers, seed=1, start=START), 3000))
