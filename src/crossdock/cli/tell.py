"""How findings are printed: tables and stories in the words of web/phrases.py, so that screen and terminal agree.

Not here: finding anything out (operations).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crossdock.cli.common import out
from crossdock.core.money import exponent
from crossdock.web import phrases

if TYPE_CHECKING:
    from crossdock.operations.doctor import Check
    from crossdock.operations.explain import Explanation, StoreFacts, VendorOrderFacts, Waits
    from crossdock.operations.listing import ListedOrder
    from crossdock.operations.plans import PlannedKey
    from crossdock.operations.status import Keys, Status

STYLES = {
    "linked": "green", "closed": "green", "ready": "cyan", "sending": "cyan", "held": "yellow", "manual": "blue",
    "rejected": "red", "unknown": "red", "cancelled": "dim", "connected": "green", "ok": "green", "warn": "yellow",
    "fail": "bold red",
}  # fmt: skip


def status(found: "Status") -> None:
    """Figures, in three small tables."""
    _counts(f"Vendor orders (of {found.orders} orders)", found.vendor_orders, _state)
    _counts("Stores", found.stores, lambda code: str(phrases.STORE_STATES.get(code, code)))
    _counts("Needs attention", found.attention, lambda code: str(phrases.reason(code).title))
    out.print(_keys("Work", found.keys), highlight=False)
    out.print(_keys("Recurring work", found.recurring), highlight=False)
    out.print(
        f"Last hour: {found.seen_last_hour} orders seen, {found.pushed_last_hour} pushed, "
        f"{found.parcels_last_hour} parcels carried back",
        highlight=False,
    )
    for queue in found.queues:
        words = f"{queue.domain} takes only so many orders: {queue.orders} wait, the next goes {_time(queue.next_at)}"
        out.print(words, highlight=False)
    alive = sum(worker.alive for worker in found.workers)
    out.print(f"Workers: {alive} at work, {len(found.workers) - alive} silent", highlight=False)


def orders(found: "Sequence[ListedOrder]", page: int) -> None:
    table = Table("Order", "Vendor", "State", "Why", box=None, pad_edge=False)
    for title in ("Total", "There", "Made (UTC)"):
        table.add_column(title, no_wrap=True, justify="right" if title == "Total" else "left")
    for row in found:
        state = Text(_state(row.state), style=STYLES.get(row.state, ""))
        why = str(phrases.reason(row.reason).title) if row.reason else ""
        made = row.created_at.strftime("%m-%d %H:%M:%S")
        table.add_row(row.order_name, row.vendor, state, why, _amount(row.total, row.currency), row.remote_name, made)
    out.print(table if found else f"No vendor orders (page {page}).")


def story(told: "Explanation") -> None:
    """The answer to Why?, in sentences."""
    order = told.order
    if order is None:
        _heading(f"{told.asked}: {phrases.NOT_SEEN.title}")
        _say(phrases.NOT_SEEN.sentence)
        for store in told.stores:
            _store(store)
        return
    payment = phrases.PAYMENT.get(order.financial_status, order.financial_status)
    _heading(f"{order.name} ({order.marketplace}) · {_amount(order.total, order.currency)} · {payment}")
    _say(f"id:{order.id}, {order.remote_id} in {order.store.domain}; placed {_time(order.placed_at)}")
    if order.marked_paid_at:
        note = f" ({order.marked_paid_note})" if order.marked_paid_note else ""
        _say(f"marked as paid by hand: {order.marked_paid_by}, {_time(order.marked_paid_at)}{note}")
    if order.cancelled_at:
        _say(f"{phrases.reason('order_cancelled').title}: {_time(order.cancelled_at)}")
    _waits(order.waits)
    if not told.vendor_orders:
        _say(phrases.WHOLE_SHARE.title)
        _say(phrases.WHOLE_SHARE.sentence)
    for row in told.vendor_orders:
        _vendor_order(row)
    for need in told.attention:
        _heading(f"! {phrases.reason(need.reason).title}", style="yellow")
        _say(phrases.reason(need.reason).sentence)
    if told.others:
        _say("Also meant may be: " + ", ".join(f"id:{number}" for number in told.others))


def plans(planned: "Iterable[PlannedKey]", now: datetime) -> None:
    for key in planned:
        _heading(f"{key.key}  {key.state}")
        if key.marked:
            when = "parked until something changes" if key.due_at is None else f"due {_time(key.due_at)}"
            _say(f"{when}; tried {key.attempts} times; {key.waits_for}")
        else:
            _say("not marked: nothing changed that would need a look")
        for action in key.actions:
            words = ", ".join(f"{name}={value}" for name, value in action.items() if name != "action")
            _say(f"would {action['action']}: {words}")
        if key.reasons and not key.actions:
            _say("rules that keep it: " + ", ".join(key.reasons))
        for code in key.attention:
            _say(phrases.reason(code).title)


def checks(found: "Iterable[Check]") -> None:
    for check in found:
        told = worded_check(check)
        line = Text(f"{check.level.value:<5}", style=STYLES[check.level]) + Text(f"{told['title']}: {told['words']}")
        out.print(line, soft_wrap=True)
        if told["cure"]:
            out.print(Padding(Text(told["cure"], style="dim"), (0, 0, 0, 5)))


def worded(told: "Explanation") -> dict[str, Any]:
    """The explanation as JSON values, each code with its sentence beside it."""
    whole: dict[str, Any] = msgspec.to_builtins(told, enc_hook=str)
    if told.order is None:
        whole["words"] = [str(phrases.NOT_SEEN.title), str(phrases.NOT_SEEN.sentence)]
    for row in whole["vendor_orders"]:
        row["words_of_state"] = _state(row["state"])
        row["words_of_reason"] = str(phrases.reason(row["reason"]).sentence) if row["reason"] else ""
        row["words_of_releases"] = [_release(code) for code in row["releases"]]
        for fact in row["trace"]:
            fact["words"] = phrases.fact(fact["rule"], fact["passed"], fact.get("seen", {}))
    for need in whole["attention"]:
        need["words"] = str(phrases.reason(need["reason"]).sentence)
    return whole


def worded_check(check: "Check") -> dict[str, Any]:
    phrase = phrases.CHECKS[check.code]
    well = check.level.value == "ok"
    return {
        "code": check.code,
        "level": check.level.value,
        "title": str(phrase.title),
        "words": phrases.say(phrase.well if well else phrase.unwell, check.seen),
        "cure": "" if well else str(phrase.cure),
        "seen": check.seen,
    }


def _vendor_order(row: "VendorOrderFacts") -> None:
    part = f" (part {row.part})" if row.part > 1 else ""
    _heading(
        f"{row.vendor}{part}: {_state(row.state)} · {row.quantity} pieces, {_amount(row.total, row.currency)}",
        row.state,
    )
    if row.reason:
        _say(phrases.reason(row.reason).title)
        _say(phrases.reason(row.reason).sentence)
    else:
        _say(phrases.STATES[row.state].sentence)
    if row.words:
        _say(f"The store's words: {row.words}")
    for code in row.releases if row.state in ("held", "manual") else ():
        _say(f"→ {_release(code)}")
    _say(f"{row.reference}; {_where(row)}")
    for line in row.lines:
        found = phrases.say(phrases.FOUND[line.found], {"made_by": line.made_by})
        _say(f"{line.quantity} × {line.title}{f' [{line.sku}]' if line.sku else ''}: {found}")
    _say(phrases.CONTACTS[row.contact])
    _waits(row.waits)
    if row.store and row.state not in ("cancelled",):
        _store(row.store)
    for parcel in row.parcels:
        numbers = ", ".join(parcel.tracking.get("numbers", [])) or "no tracking number"
        _say(f"Parcel {parcel.remote_id}, {numbers}: {phrases.PARCEL_STATES.get(parcel.state, parcel.state)}")
        if parcel.words:
            _say(f"The store's words: {parcel.words}")
    _trace(row.trace)


def _where(row: "VendorOrderFacts") -> str:
    if row.remote_id:
        return f"{row.remote_name or row.remote_id} in the vendor's store since {_time(row.linked_at)}"
    return f"last sent {_time(row.sending_at)}, tried {row.attempt} times" if row.sending_at else "never sent"


def _trace(trace: Sequence[Mapping[str, Any]]) -> None:
    for fact in trace:
        mark = Text("✓ ", style="green") if fact["passed"] else Text("✗ ", style="yellow")
        words = phrases.fact(fact["rule"], fact["passed"], fact.get("seen", {}))
        out.print(Padding(mark + Text(words), (0, 0, 0, 4)))


def _store(store: "StoreFacts") -> None:
    words = str(phrases.STORE_STATES.get(store.state, store.state))
    _say(f"{store.domain}: {words}{f' ({store.state_words})' if store.state_words else ''}")
    if store.paused_until:
        _say(f"paused until {_time(store.paused_until)}")
    for pull in store.pulls:
        error = f"; last error: {pull.last_error}" if pull.last_error else ""
        _say(f"listing of {pull.kind}: last {_time(pull.last_at)}, next {_time(pull.next_at)}{error}")


def _waits(waits: "Iterable[Waits]") -> None:
    for wait in waits:
        when = "waits until something changes" if wait.due_at is None else f"next look {_time(wait.due_at)}"
        known = wait.reason in phrases.REASONS
        _say(f"{when} ({phrases.reason(wait.reason).title if known else wait.reason}; tried {wait.attempts} times)")


def _counts(title: str, counts: Mapping[str, int], name: Any) -> None:
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False, min_width=30)
    for code, count in counts.items():
        table.add_row(Text(name(code), style=STYLES.get(code, "")), str(count))
    if not counts:
        table.add_row("none", "0")
    out.print(table)
    out.print()


def _keys(title: str, keys: "Keys") -> str:
    since = f", the oldest since {_time(keys.oldest_due_at)}" if keys.oldest_due_at else ""
    return f"{title}: {keys.due} due{since}; {keys.worked} at work, {keys.later} later, {keys.parked} parked"


def _heading(words: str, state: str = "", style: str = "bold") -> None:
    out.print(Text(words, style=STYLES.get(state, style)), soft_wrap=True)


def _say(words: object) -> None:
    out.print(Padding(Text(str(words)), (0, 0, 0, 2)))


def _state(code: str) -> str:
    phrase = phrases.STATES.get(code)
    return str(phrase.title) if phrase else code


def _release(code: str) -> str:
    return str(phrases.RELEASES.get(code, code))


def _amount(amount: Any, currency: str) -> str:
    return "?" if amount is None else f"{amount:.{exponent(currency)}f} {currency}"


def _time(at: datetime | None) -> str:
    return "never" if at is None else at.strftime("%Y-%m-%d %H:%M:%S")
