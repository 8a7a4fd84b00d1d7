"""What routed orders sell of linked variants, and what vendors' stores have of it, as rows for the books.

Not here: keeping them (stock_rows.py), or the routing itself (order.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crossdock.core.routing import Assigned
from crossdock.core.vendor_order import DraftLine, Part, RemoteVendorOrder, VendorOrderDraft
from crossdock.sync.intake import version_of
from crossdock.sync.stock_rows import Sold, Taken

if TYPE_CHECKING:
    from crossdock.sync.kinds.order import Case, Outcome, PartRow

THERE = ("linked", "closed")  # the vendor's store has the order


def sold_lines(outcomes: "Sequence[Outcome]", kept: Mapping[tuple[int, int, int], tuple[Any, ...]]) -> list[Sold]:
    """Every line of a linked variant that is ordered now. An order that is cancelled or gone sells nothing."""
    rows: list[Sold] = []
    for outcome in outcomes:
        if outcome.case.order.cancelled_at is not None or outcome.case.loaded.gone:
            continue
        for part in outcome.plan.parts:
            number = kept.get((outcome.case.loaded.id, part.vendor_id, part.part), (None,))[0]
            rows += _of_part(outcome.case, part, number)
        rows += [_row(outcome.case, line, None) for line, _ in outcome.plan.own if _counts(line)]
    return rows


def _of_part(case: "Case", part: Part, number: int | None) -> Iterator[Sold]:
    if not part.frozen:
        yield from (_row(case, line, number) for line in part.lines if _counts(line))
        return
    there = case.rows[part.vendor_id, part.part]
    sent = {line.line_id: line for line in _draft_lines(case, part)}
    for line in part.lines:
        if _counts(line):
            yield _sent(case, line, number, there, sent.get(line.line.id))


def _draft_lines(case: "Case", part: Part) -> Iterable[DraftLine]:
    found = [one.lines for one in case.existing if (one.vendor_id, one.part) == (part.vendor_id, part.part)]
    return found[0] if found else ()


def _sent(case: "Case", line: Assigned, number: int | None, there: "PartRow", sent: DraftLine | None) -> Sold:
    """A line that was sent as it was then: by another link, or by none, it comes from elsewhere than this figure."""
    same = sent is not None and line.candidate is not None and sent.variant_id == line.candidate.variant_id
    elsewhere = not same or line.vendor_id != there.vendor_id
    placed = sent.quantity if sent is not None and there.state in THERE and not elsewhere else 0
    return _row(case, line, number, sent=placed, elsewhere=elsewhere)


def _counts(line: Assigned) -> bool:
    return line.linked and bool(line.line.variant_id)


def _row(case: "Case", line: Assigned, number: int | None, *, sent: int = 0, elsewhere: bool = False) -> Sold:
    return Sold(
        order_ids=case.loaded.id,
        marketplace_ids=case.loaded.marketplace_id,
        line_ids=line.line.id,
        variant_ids=line.line.variant_id,
        vendor_order_ids=number,
        units=line.line.quantity,
        sents=sent,
        elsewhere=elsewhere,
    )


def taken_lines(order_id: int, store_id: int, draft: VendorOrderDraft, remote: RemoteVendorOrder) -> list[Taken]:
    """What the vendor's store has by this order now; nothing of an order that it has cancelled already, nor of a line
    that it made without its variant: no stock was taken by it."""
    if remote.cancelled_at is not None:
        return []
    left = dict(remote.available)
    bare = frozenset(remote.custom_line_ids)
    return [
        Taken(
            order_ids=order_id,
            line_ids=line.line_id,
            quantities=line.quantity,
            store_ids=store_id,
            variant_ids=line.variant_id,
            availables=left.get(line.variant_id),
            versions=version_of(remote.updated_at),
        )
        for line in draft.lines
        if line.variant_id and line.line_id not in bare
    ]
