"""Makes the picture (picture.py) of what the stage has seen. Not here: looking (looks.py), or any markup."""

import time

from crossdock.rehearsal import script
from crossdock.rehearsal.looks import Watched
from crossdock.rehearsal.picture import OrderShown, PartShown, Picture, Step, StoreShown, Tally, Thing
from crossdock.rehearsal.stage import YOURS, Stage
from crossdock_sandbox.traffic.plan import Offer

MOST_YOURS, MOST_ALL = 6, 10
THERE = (Step.VENDOR, Step.SHIPPED, Step.DONE)


def picture(stage: Stage) -> Picture:
    """What is to be seen now. Asking for it is watching."""
    now = stage.watched_at = time.time()
    market, run = stage.built.market, stage.run
    return Picture(
        seed=run.seed,
        run=script.written(run),
        seconds=round(now - stage.began, 1),
        played=stage.played,
        left=len(run.acts) - stage.played,
        full=len(run.acts) >= script.MOST_ACTS,
        trading=stage.shoppers.trading,
        merchant=_store(stage, market.merchant, market.name, ()),
        stores=tuple(_store(stage, shop.key, shop.name, shop.offers) for shop in market.shops),
        orders=tuple(_order(stage, each, now) for each in _latest(stage)),
        tally=_tally(stage),
    )


def _store(stage: Stage, key: str, name: str, offers: tuple[Offer, ...]) -> StoreShown:
    listed = (offer for offer in offers if offer.key in stage.built.listings)
    return StoreShown(
        key=key,
        name=name,
        platform=stage.built.stores[key].platform,
        on=tuple(what for what in script.CONDITIONS if what in stage.on.get(key, ())),
        things=tuple(Thing(each.key, _title(each), each.price) for each in listed),
        cannot_cancel=key in stage.cannot_cancel,
    )


def _title(offer: Offer) -> str:
    return ", ".join((offer.title, *(value for _, value in offer.options)))


def _latest(stage: Stage) -> list[Watched]:
    """A person's own orders first, however much is traded meanwhile; newest first."""
    newest = list(reversed(stage.looks.orders.values()))
    yours = [each for each in newest if each.played.key.startswith(YOURS)][:MOST_YOURS]
    others = [each for each in newest if not each.played.key.startswith(YOURS)]
    return yours + others[: MOST_ALL - len(yours)]


def _order(stage: Stage, each: Watched, now: float) -> OrderShown:
    played = each.played
    return OrderShown(
        key=played.key,
        name=played.name,
        remote_id=played.order_id,
        at=round(now - each.placed, 1),
        yours=played.key.startswith(YOURS),
        paid=played.paid,
        cancelled=played.cancelled,
        lines=tuple((_title(stage.offers[key]), pieces) for key, pieces in each.pieces),
        parts=tuple(
            PartShown(
                part.shop, stage.looks.reference(each, part), stage.looks.step(each, part), part.parcels, part.back
            )
            for part in each.parts
        ),
    )


def _tally(stage: Stage) -> Tally:
    orders = stage.looks.orders.values()
    steps = [stage.looks.step(each, part) for each in orders for part in each.parts if part.sent]
    return Tally(
        orders=len(orders),
        sent=sum(step not in (Step.UNPAID, Step.CANCELLED) for step in steps),
        once=sum(step in THERE for step in steps),
        twice=steps.count(Step.TWICE),
        under_way=sum(step in (Step.HUB, Step.CANCELLING) for step in steps),
        back=steps.count(Step.DONE),
        kills=stage.kills,
        lost=stage.without.lost,
        doubled=stage.without.doubled,
        hits={kind: count for kind, count in stage.hits.items() if count},
    )
