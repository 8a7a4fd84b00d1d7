"""Runs as data: a link holds all of it, and what is no run is refused. And what a plain integration would have lost.

Not here: playing a run (test_stage.py).
"""

import base64
import zlib
from datetime import UTC, datetime

import pytest

from crossdock.rehearsal import script
from crossdock.rehearsal.without import Without
from crossdock_sandbox.traffic.plan import Cancel, HandOver, Pay, Place, Restock, Share

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ACTS = (
    script.Order((("mugs:1", 2), ("wool:3", 1)), paid=False),
    script.Switch("mugs", "plug", True),
    script.Pay("you-1"),
    script.Ship("you-1", "wool"),
    script.Stock("mugs:1", 0),
    script.Kill(),
    script.Trade(False),
    script.Cancel("you-1"),
)


def test_a_link_holds_the_whole_run() -> None:
    run = script.Run(7, tuple(script.Done(1000 * at, act) for at, act in enumerate(ACTS)))
    text = script.written(run)
    assert script.read(text) == run
    assert len(text) < 400
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_two_hundred_acts_fit_into_an_address() -> None:
    lines = tuple((f"northwick-ceramics:{number}", number) for number in range(1, 4))
    run = script.Run(1, tuple(script.Done(977 * at, script.Order(lines)) for at in range(script.MOST_ACTS)))
    assert len(script.written(run)) < 4000


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "ä",
        _packed("[1,[[0,{}]]]"),
        _packed('[1,[[-5,{"type":"kill"}]]]'),
        _packed('[1,[[0,{"type":"order","lines":[]}]]]'),
        _packed('[1,[[0,{"type":"order","lines":[["mugs:1",0]]}]]]'),
        _packed('[1,[[0,{"type":"switch","store":"mugs","what":"burn","on":true}]]]'),
        _packed("[1,[" + ",".join(['[0,{"type":"kill"}]'] * (script.MOST_ACTS + 1)) + "]]"),
        _packed("[1," + "[" * 200_000),
    ],
)
def test_what_is_no_run_is_refused(text: str) -> None:
    with pytest.raises(script.BadLink):
        script.read(text)


def test_acts_of_a_link_are_played_by_time() -> None:
    late, soon = script.Done(500, script.Kill()), script.Done(20, script.Trade(False))
    assert script.read(script.written(script.Run(1, (late, soon)))).acts == (soon, late)


def _place(paid: bool) -> Place:
    return Place(NOW, "you-1", (), paid, {})


PARCEL = HandOver(NOW, "you-1", "mugs", 1, Share.LEFT, {})


def test_a_lost_message_is_a_thing_lost_once() -> None:
    without = Without()
    without.told(_place(paid=True), {"lose"}, {"mugs", "wool"})
    without.told(Cancel(NOW, "you-1", "customer"), {"lose"}, {"mugs", "wool"})
    without.told(PARCEL, {"lose"}, ())
    without.told(PARCEL, {"lose", "double"}, ())
    without.told(Restock(NOW, "count-1", "mugs", "mugs:1", 2), {"lose"}, ())
    without.failed("you-1", "mugs", answered=True)
    assert without.lost == {"order": 2, "cancel": 2, "parcel": 1, "stock": 1}
    assert without.doubled == {}


def test_what_is_told_twice_is_done_twice_only_where_it_makes_something() -> None:
    without = Without()
    without.told(_place(paid=False), {"double"}, {"mugs"})
    assert without.doubled == {}
    without.told(Pay(NOW, "you-1"), {"double"}, {"mugs"})
    without.told(PARCEL, {"double"}, ())
    without.told(Cancel(NOW, "you-1", "customer"), {"double"}, {"mugs"})
    without.told(Restock(NOW, "count-1", "mugs", "mugs:1", 2), {"double"}, ())
    without.failed("you-2", "wool", answered=False)
    assert without.doubled == {"order": 2, "parcel": 1}
    assert without.lost == {}


def test_what_never_arrived_cannot_be_doubled() -> None:
    without = Without()
    without.told(_place(paid=True), {"lose"}, {"mugs"})
    without.failed("you-1", "mugs", answered=False)
    assert (without.lost, without.doubled) == ({"order": 1}, {})


def test_without_faults_nothing_counts() -> None:
    without = Without()
    for happening in (_place(paid=True), PARCEL, Cancel(NOW, "you-1", "customer")):
        without.told(happening, {"slow", "throttle", "plug"}, {"mugs"})
    assert (without.lost, without.doubled) == ({}, {})
