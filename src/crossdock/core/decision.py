"""Whether a vendor order may go: the rules of PRODUCT section 2 in their order, each with what it saw.

Not here: what the order contains (vendor_order.py), or what waits for how long (sync). Every rule is evaluated, so that
the trace answers "what else?" too; the first one that fails decides.
"""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Fact, Reason, Release, Remark, Rule, Trace


class Policy(Struct, frozen=True, kw_only=True):
    """The order rules that hold for one vendor. Values are in the marketplace's currency; None = no limit."""

    order_sync: bool = True
    paid_only: bool = True
    push_unsynced: bool = False
    override_customer: bool = False
    merchant_name: str = ""
    merchant_email: str = ""
    merchant_phone: str = ""
    minimum_value: Decimal | None = None
    maximum_value: Decimal | None = None
    minimum_quantity: int | None = None
    maximum_quantity: int | None = None


class PolicyOverride(Struct, frozen=True, kw_only=True):
    """What one vendor's rules change; None = as the marketplace's."""

    order_sync: bool | None = None
    paid_only: bool | None = None
    push_unsynced: bool | None = None
    override_customer: bool | None = None
    merchant_name: str | None = None
    merchant_email: str | None = None
    merchant_phone: str | None = None
    minimum_value: Decimal | None = None
    maximum_value: Decimal | None = None
    minimum_quantity: int | None = None
    maximum_quantity: int | None = None


def merge(marketplace: Policy, vendor: PolicyOverride | None) -> Policy:
    """The marketplace's rules with the vendor's own put over them."""
    if vendor is None:
        return marketplace
    own = {name: getattr(vendor, name) for name in Policy.__struct_fields__}
    base = {name: getattr(marketplace, name) for name in Policy.__struct_fields__}
    return Policy(**(base | {name: value for name, value in own.items() if value is not None}))


class PushFacts(Struct, frozen=True, kw_only=True):
    """Everything a decision looks at, for one part of one vendor. `store_state` is the store row's word ("connected");
    `total` and `quantity` are the part's own. `catalogue_read`: the vendor's catalogue was read to its end, so that
    what a line without a link is has been looked up in all of it. `released_by_person`: a person said that the limits
    do not count here. `connecting_active`, `add_on_active`: the add-on that joins vendors' stores, that which
    pushes to this platform. `marked_paid_by`, `marked_paid_at`: who counted the order as paid, whatever its store says
    of the payment."""

    add_on_active: bool
    order_sync: bool
    vendor_has_store: bool
    store_state: str
    cancelled: bool
    paid_only: bool
    financial_status: FinancialStatus
    paid: bool
    push_unsynced: bool
    lines_linked: int
    lines_unlinked: int
    total: Decimal
    quantity: int
    connecting_active: bool = True
    vendor_active: bool = True
    catalogue_read: bool = True
    minimum_value: Decimal | None = None
    maximum_value: Decimal | None = None
    minimum_quantity: int | None = None
    maximum_quantity: int | None = None
    held_by_person: bool = False
    released_by_person: bool = False
    marked_paid_by: str = ""
    marked_paid_at: datetime | None = None


class Push(Struct, frozen=True, tag="push"):
    trace: Trace


class Hold(Struct, frozen=True, tag="hold"):
    """Waits. `reasons` are all rules that fail now, the deciding one first."""

    reasons: tuple[Reason, ...]
    trace: Trace

    @property
    def reason(self) -> Reason:
        return self.reasons[0]


class Manual(Struct, frozen=True, tag="manual"):
    """Nothing will be pushed; a person fulfils by hand."""

    reason: Reason
    trace: Trace


Decision = Push | Hold | Manual

# A store that does not answer is still connected: the call itself backs off, and goes out when the store is back.
PUSHABLE_STATES = frozenset({"connected", "unreachable"})


def decide(facts: PushFacts) -> Decision:
    """Ask every rule in order; the first that fails decides."""
    trace = _switches(facts) + _vendor(facts) + _order(facts) + _limits(facts) + (_held(facts),)
    failing = [fact.rule for fact in trace if not fact.passed]
    if not failing:
        return Push(trace)
    first = failing[0]
    if first in _BY_HAND:
        return Manual(_BY_HAND[first], trace)
    return Hold(tuple([_WAITS[rule] for rule in failing if rule in _WAITS]), trace)


_BY_HAND: dict[str, Reason] = {
    Rule.CONNECTING: Reason.CONNECTING_OFF,
    Rule.ADD_ON: Reason.ADD_ON_INACTIVE,
    Rule.ORDER_SYNC: Reason.ORDER_SYNC_OFF,
    Rule.VENDOR_STORE: Reason.VENDOR_HAS_NO_STORE,
}

_WAITS: dict[str, Reason] = {
    Rule.VENDOR: Reason.VENDOR_GONE,
    Rule.STORE_CONNECTED: Reason.STORE_NOT_CONNECTED,
    Rule.NOT_CANCELLED: Reason.ORDER_CANCELLED,
    Rule.PAID: Reason.NOT_PAID,
    Rule.LINKED: Reason.LINES_NOT_LINKED,
    Rule.CATALOGUE_READ: Reason.CATALOGUE_NOT_READ,
    Rule.MINIMUM_VALUE: Reason.ORDER_BELOW_MINIMUM,
    Rule.MAXIMUM_VALUE: Reason.ORDER_ABOVE_MAXIMUM,
    Rule.MINIMUM_QUANTITY: Reason.QUANTITY_BELOW_MINIMUM,
    Rule.MAXIMUM_QUANTITY: Reason.QUANTITY_ABOVE_MAXIMUM,
    Rule.NOT_HELD: Reason.HELD_BY_PERSON,
}


def _fact(rule: Rule, passed: bool, seen: dict[str, object], release: Release) -> Fact:
    return Fact(rule, passed, seen, "" if passed else release)


def _switches(facts: PushFacts) -> Trace:
    joins = facts.connecting_active
    return (
        _fact(Rule.CONNECTING, joins, {"active": joins}, Release.SWITCH_ON_CONNECTING),
        _fact(Rule.ADD_ON, facts.add_on_active, {"active": facts.add_on_active}, Release.SWITCH_ON_ADD_ON),
        _fact(Rule.ORDER_SYNC, facts.order_sync, {"on": facts.order_sync}, Release.SWITCH_ON_ORDER_SYNC),
    )


def _vendor(facts: PushFacts) -> Trace:
    """Is the vendor there, has it a store, is the store connected? Without a store the last question has no subject."""
    has = facts.vendor_has_store
    connected = not has or facts.store_state in PUSHABLE_STATES
    return (
        _fact(Rule.VENDOR, facts.vendor_active, {"active": facts.vendor_active}, Release.RESTORE_VENDOR),
        _fact(Rule.VENDOR_STORE, has, {"has_store": has}, Release.CONNECT_STORE),
        _fact(Rule.STORE_CONNECTED, connected, {"state": facts.store_state}, Release.RECONNECT_STORE),
    )


def _order(facts: PushFacts) -> Trace:
    paid = facts.paid or facts.marked_paid_at is not None or not facts.paid_only
    linked = facts.push_unsynced or facts.lines_unlinked == 0
    read = facts.catalogue_read or facts.lines_unlinked == 0
    return (
        _fact(Rule.NOT_CANCELLED, not facts.cancelled, {"cancelled": facts.cancelled}, Release.NOTHING),
        _fact(Rule.PAID, paid, {"status": facts.financial_status, "required": facts.paid_only}, Release.ORDER_PAID),
        *_marked(facts),
        _fact(
            Rule.LINKED,
            linked,
            {"linked": facts.lines_linked, "unlinked": facts.lines_unlinked, "required": not facts.push_unsynced},
            Release.LINK_LINES,
        ),
        _fact(
            Rule.CATALOGUE_READ,
            read,
            {"read": facts.catalogue_read, "unlinked": facts.lines_unlinked},
            Release.CATALOGUE_READ,
        ),
    )


def _marked(facts: PushFacts) -> Trace:
    """Who counted the order as paid, as long as its store does not say so itself."""
    if facts.paid or facts.marked_paid_at is None:
        return ()
    seen: dict[str, object] = {"by": facts.marked_paid_by, "at": facts.marked_paid_at.isoformat()}
    return (Fact(Remark.MARKED_PAID, True, seen),)


def _limits(facts: PushFacts) -> Trace:
    return (
        _limit(facts, Rule.MINIMUM_VALUE, facts.total, facts.minimum_value, low=True),
        _limit(facts, Rule.MAXIMUM_VALUE, facts.total, facts.maximum_value),
        _limit(facts, Rule.MINIMUM_QUANTITY, facts.quantity, facts.minimum_quantity, low=True),
        _limit(facts, Rule.MAXIMUM_QUANTITY, facts.quantity, facts.maximum_quantity),
    )


def _limit(
    facts: PushFacts, rule: Rule, value: Decimal | int, limit: Decimal | int | None, *, low: bool = False
) -> Fact:
    """One limit; money is traced as text, so that no reader turns it into a float."""
    if limit is None:
        return Fact(rule, True, {"limit": None})
    within = value >= limit if low else value <= limit
    seen: dict[str, object] = {"value": _plain(value), "limit": _plain(limit)}
    if not within and facts.released_by_person:
        seen["released"] = True
    return _fact(rule, within or facts.released_by_person, seen, Release.CHANGE_LIMIT)


def _plain(value: Decimal | int) -> str | int:
    return value if isinstance(value, int) else str(value)


def _held(facts: PushFacts) -> Fact:
    held = facts.held_by_person
    return _fact(Rule.NOT_HELD, not held, {"held": held}, Release.PERSON_RELEASES)
