"""Reads an act from a form, and says a run's acts in words. Not here: doing them (the stage)."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossdock.rehearsal.picture import Picture, StoreShown
from crossdock.rehearsal.script import MOST_PIECES, Act, Cancel, Kill, Order, Pay, Run, Ship, Stock, Switch, Trade
from crossdock.web.phrases_rehearsal import CONDITIONS

PIECES = "pieces:"  # before an offer's key in the name of a field


class OddAct(ValueError):
    """The form says nothing that can be done. `code`: why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(form: QueryDict) -> Act:
    """The button that was pressed says which: its value is the act and what belongs to it. Raises OddAct."""
    kind, _colon, which = form.get("act", "").partition(":")
    what, _colon, on = which.partition(":")
    match kind:
        case "order":
            return Order(_lines(form), paid=form.get("paid", "1") == "1")
        case "pay":
            return Pay(form.get("order", ""))
        case "cancel":
            return Cancel(form.get("order", ""))
        case "ship":
            return Ship(form.get("order", ""), which)
        case "stock":
            return Stock(form.get("offer", ""), _pieces(form.get("pieces", "")))
        case "switch" if what in CONDITIONS:
            return Switch(form.get("store", ""), what, on == "1")
        case "trade":
            return Trade(which == "1")
        case "kill":
            return Kill()
    raise OddAct("no_act")


def _lines(form: QueryDict) -> tuple[tuple[str, int], ...]:
    chosen = ((name.removeprefix(PIECES), value) for name, value in form.items() if name.startswith(PIECES))
    lines = tuple((offer, _pieces(str(value))) for offer, value in chosen if str(value).strip() not in ("", "0"))
    if not lines:
        raise OddAct("odd")
    return lines


def _pieces(text: str) -> int:
    text = text.strip()
    if not text.isdecimal() or len(text) > 6 or int(text) > MOST_PIECES:
        raise OddAct("odd")
    return int(text)


def told(run: Run, picture: Picture) -> list[tuple[str, str]]:
    """Each act of a run: when (minutes and seconds after its beginning), and what."""
    return [(f"{done.at // 60_000}:{done.at // 1000 % 60:02}", _said(done.act, picture)) for done in run.acts]


def _said(act: Act, picture: Picture) -> str:
    stores = {store.key: store for store in (picture.merchant, *picture.stores)}
    things = {thing.key: thing.title for store in picture.stores for thing in store.things}
    match act:
        case Order():
            pieces = sum(count for _offer, count in act.lines)
            words = ngettext("A shopper orders {count} piece.", "A shopper orders {count} pieces.", pieces)
            return words.format(count=pieces)
        case Pay():
            return _("The merchant marks an order as paid.")
        case Cancel():
            return _("The merchant cancels an order.")
        case Ship():
            return _("{vendor} ships its part of an order.").format(vendor=_name(stores, act.shop))
        case Stock():
            words = ngettext(
                "There is {count} piece of {thing} now.", "There are {count} pieces of {thing} now.", act.pieces
            )
            return words.format(count=act.pieces, thing=things.get(act.offer, act.offer))
        case Switch():
            words = _("{store}: {what}, on.") if act.on else _("{store}: {what}, off.")
            return words.format(store=_name(stores, act.store), what=CONDITIONS[act.what].title)
        case Trade():
            return _("Steady orders go on.") if act.on else _("Steady orders rest.")
        case Kill():
            return _("A worker is killed.")


def _name(stores: Mapping[str, StoreShown], key: str) -> str:
    return stores[key].name if key in stores else key
