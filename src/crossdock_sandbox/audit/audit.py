"""The whole audit: every order of the ledger against the merchant's store and every vendor's, and nothing besides.

Not here: the rules (expected.py) and the comparing of one vendor order (compare.py) or its parcels (parcels.py).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from crossdock_sandbox.audit.compare import differences
from crossdock_sandbox.audit.dumps import ZERO, DumpedOrder, DumpedStore
from crossdock_sandbox.audit.expected import ExpectedOrder, ExpectedPart, Expecting, Must
from crossdock_sandbox.audit.findings import Deviation, Kind, Verdict
from crossdock_sandbox.audit.parcels import parcels_agree, shipments_stand
from crossdock_sandbox.audit.references import order_of
from crossdock_sandbox.audit.told import Told
from crossdock_sandbox.traffic.ledger import Built, Ledger, PlayedOrder

NOTHING_TOLD = Told()
CANCELLED_BY_HAND = "it is cancelled, which is left to a person who has been told"
SOLD_OUT = "the vendor's store refuses what it has not, and a person has been told"
Sent = dict[str, dict[str, list[DumpedOrder]]]  # merchant order id -> shop -> vendor orders


def audit(
    built: Built,
    ledger: Ledger,
    stores: Iterable[DumpedStore],
    *,
    unsure: Collection[str] = (),
    unsure_parcels: Collection[str] = (),
    told: Told = NOTHING_TOLD,
) -> Verdict:
    """`unsure`: references of vendor orders, and `unsure_parcels` vendors' ids of parcels, that the hub says it is not
    sure of; they may be there or not, but not twice. `told`: what it says that a person must do."""
    return _Audit(built, ledger, stores, frozenset(unsure), frozenset(unsure_parcels), told).verdict()


class _Audit:
    def __init__(
        self,
        built: Built,
        ledger: Ledger,
        stores: Iterable[DumpedStore],
        unsure: frozenset[str],
        unsure_parcels: frozenset[str],
        told: Told,
    ) -> None:
        self.told = told
        self.mails: Counter[tuple[str, str]] = Counter()
        self.built = built
        self.ledger = ledger
        self.merchant = built.market.merchant
        self.unsure = {of for reference in unsure if (of := order_of(reference))}
        self.own = set(ledger.own.values())
        self.sold_out: set[tuple[str, str]] = set()  # shop, merchant order id
        self.unsure_parcels = unsure_parcels
        self.unknown = len(unsure) + len(unsure_parcels)
        self.expecting = Expecting(built, ledger.terms)
        self.deviations: list[Deviation] = []
        self.absent: Counter[str] = Counter()
        self.matched = self.parcels = 0
        self.orders: dict[str, DumpedOrder] = {}
        self.sent: Sent = {}
        for store in stores:
            self._take(store)

    def verdict(self) -> Verdict:
        played = {order.order_id: order for order in self.ledger.orders.values()}
        for order_id, order in played.items():
            self._check(order, self.orders.get(order_id))
        self._strangers(played)
        return Verdict(
            orders=len(played),
            vendor_orders=self.matched,
            parcels=self.parcels,
            absent=dict(self.absent),
            unknown=self.unknown,
            deviations=tuple(self.deviations),
        )

    def _take(self, store: DumpedStore) -> None:
        if store.name == self.merchant:
            self.orders = {order.id: order for order in store.orders}
            return
        refused = self.told.refusals.intersection(store.sold_out)
        self.sold_out |= {(store.name, of) for reference in refused if (of := order_of(reference))}
        self.mails.update((store.name, mail.address) for mail in store.mails)
        for order in store.orders:
            if (store.name, order.id) not in self.own:
                self.sent.setdefault(order_of(order.reference), {}).setdefault(store.name, []).append(order)

    def _strangers(self, played: Mapping[str, PlayedOrder]) -> None:
        """Orders that nobody placed, in any store."""
        for order_id in self.sent.keys() - played.keys():
            for shop, orders in self.sent[order_id].items():
                words = "no order of the merchant's has this reference: {}"
                self._add(Deviation(shop, each.name, words.format(each.reference), Kind.FOREIGN) for each in orders)
        for order_id, order in self.orders.items():
            if order_id not in played:
                self._add([Deviation(self.merchant, order.name, "nobody placed this order", Kind.FOREIGN)])

    def _check(self, played: PlayedOrder, order: DumpedOrder | None) -> None:
        if order is None:
            self._add([Deviation(self.merchant, played.name, "the customer's order is gone", Kind.LOST)])
            return
        expected = self.expecting.order(played, order)
        self._add(self._untouched(played, order))
        sent: list[tuple[str, DumpedOrder]] = []
        for part in expected.parts:
            there = self.sent.get(order.id, {}).get(part.shop, [])
            self._add(self._part(expected, part, there))
            sent += [(part.shop, each) for each in there]
        self._add(self._elsewhere(expected))
        self._add(self._sums(expected, [each for _, each in sent]))
        standing, found = parcels_agree(self.merchant, expected, sent, self.unsure_parcels)
        self.parcels += standing
        self._add(found)
        self._add(shipments_stand(played, sent))

    def _untouched(self, played: PlayedOrder, order: DumpedOrder) -> Iterator[Deviation]:
        """The hub may put parcels on the customer's order, and nothing else."""
        if bool(order.cancelled_at) != played.cancelled:
            words = f"is {'' if order.cancelled_at else 'not '}cancelled, which is not what was played"
            yield Deviation(self.merchant, played.name, words, Kind.DIFFERENT)
        if not played.cancelled and (order.payment == "paid") != played.paid:
            words = f"payment is {order.payment}, which is not what was played"
            yield Deviation(self.merchant, played.name, words, Kind.DIFFERENT)

    def _part(self, expected: ExpectedOrder, part: ExpectedPart, there: list[DumpedOrder]) -> Iterator[Deviation]:
        name = expected.order.name
        for extra in there[1:]:
            yield Deviation(part.shop, name, f"vendor order {extra.name} is one too many", Kind.DUPLICATE)
        if part.must is Must.NOT_BE:
            self._count_absent(part.why, there)
            for each in there[:1]:
                yield Deviation(
                    part.shop, name, f"vendor order {each.name} is there although {part.why}", Kind.UNWANTED
                )
        elif not there:
            yield from self._missing(expected, part)
        else:
            self.matched += 1
            yield from self._contents(expected, part, there[0])

    def _missing(self, expected: ExpectedOrder, part: ExpectedPart) -> Iterator[Deviation]:
        if part.must is Must.BE_CANCELLED_OR_NOT_BE:
            self.absent[part.why] += 1
        elif expected.order.id in self.unsure:
            self.absent["the hub says it does not know"] += 1
        elif (part.shop, expected.order.id) in self.sold_out:
            self.absent[SOLD_OUT] += 1
        else:
            yield Deviation(part.shop, expected.order.name, "the vendor order is missing", Kind.LOST)

    def _count_absent(self, why: str, there: Sequence[DumpedOrder]) -> None:
        if not there:
            self.absent[why] += 1

    def _contents(self, expected: ExpectedOrder, part: ExpectedPart, has: DumpedOrder) -> Iterator[Deviation]:
        name, email = expected.order.name, expected.order.email
        must_be_cancelled = part.must is Must.BE_CANCELLED_OR_NOT_BE
        if must_be_cancelled and not has.cancelled_at and self._must_be_told(part, has):
            self.absent[CANCELLED_BY_HAND] += 1
        elif bool(has.cancelled_at) != must_be_cancelled:
            words = (
                "is not cancelled, the customer's order is" if must_be_cancelled else "is cancelled, and should not be"
            )
            yield Deviation(part.shop, name, f"vendor order {has.name} {words}", Kind.DIFFERENT)
        if not must_be_cancelled:
            for words in differences(has, part, expected, self.ledger.terms, self.told):
                yield Deviation(part.shop, name, words, Kind.DIFFERENT)
        if email and self.mails[part.shop, email]:
            yield Deviation(part.shop, name, "the vendor's shop wrote to the buyer", Kind.UNWANTED)

    def _must_be_told(self, part: ExpectedPart, has: DumpedOrder) -> bool:
        """A platform that lets no app cancel: a person has been told to."""
        return "cancel_order" in part.cannot and (has.reference or "") in self.told.cancels

    def _elsewhere(self, expected: ExpectedOrder) -> Iterator[Deviation]:
        """Vendor orders of this order at vendors that have no line of it."""
        shops = {part.shop for part in expected.parts}
        for shop, orders in self.sent.get(expected.order.id, {}).items():
            if shop not in shops:
                words = "this vendor has no line of the customer's order"
                yield from (Deviation(shop, expected.order.name, words, Kind.UNWANTED) for _ in orders)

    def _sums(self, expected: ExpectedOrder, there: Sequence[DumpedOrder]) -> Iterator[Deviation]:
        """Where every line went out, the vendor orders make up the customer's order, but for tip and fees."""
        whole = all(part.must is Must.BE for part in expected.parts) and expected.all_out
        if not whole or len(there) != len(expected.parts):
            return
        made = sum((each.total for each in there), ZERO)
        if made != (wanted := expected.order.total - expected.order.not_sold):
            words = f"vendor orders make {made}, the customer's order is {wanted}"
            yield Deviation(self.merchant, expected.order.name, words, Kind.DIFFERENT)

    def _add(self, found: Iterable[Deviation]) -> None:
        self.deviations.extend(found)
