"""How products, listings, catalogues, stock and drift are printed, in the words of web/phrases*.py.

Not here: finding anything out (operations), or orders (tell.py).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crossdock.cli.common import out
from crossdock.operations import counts
from crossdock.web import phrases, phrases_catalogue, phrases_flaws, phrases_matching, phrases_rules

if TYPE_CHECKING:
    from crossdock.operations.catalogue_preview import CataloguePreview
    from crossdock.operations.catalogue_reading import Reading
    from crossdock.operations.drift import Drift
    from crossdock.operations.linking_csv import Imported
    from crossdock.operations.linking_lists import Suggestions
    from crossdock.operations.listed import ListedListing, ListedProduct
    from crossdock.operations.listing_story import ListingStory, NextStep
    from crossdock.operations.stock_story import StockFigure, StockStory

MOST_DRIFT = 500  # --json has all


def products(found: "Sequence[ListedProduct]", page: int) -> None:
    table = _table("Product", "Title", "Vendor", "Variants", "Offered")
    for row in found:
        state = phrases_catalogue.LISTING_STATES.get(row.listing_state, "no")
        table.add_row(row.product_id, Text(row.title), Text(row.vendor), str(row.variants), str(state))
    out.print(table if found else f"No products (page {page}).")


def listings(found: "Sequence[ListedListing]", page: int) -> None:
    table = _table("Number", "Title", "Vendor", "State", "Problems")
    for row in found:
        problems = "; ".join(str(phrases_catalogue.problem(code)) for code in row.problems) or row.words
        table.add_row(str(row.id), Text(row.title), Text(row.vendor), _state(row.state), Text(problems))
    out.print(table if found else f"No listings (page {page}).")


def story(told: "ListingStory") -> None:
    _heading(f"{told.title} ({told.vendor}) · {_state(told.state)}")
    _say(f"{told.product_id} at the vendor, {told.merchant_product_id or 'nothing yet'} at the merchant; {told.origin}")
    if told.reason:
        _say(phrases.reason(told.reason).title)
    if told.words:
        _say(f"The store's words: {told.words}")
    for problem in told.problems:
        _say(f"! {phrases_catalogue.problem(problem.code)} {phrases_flaws.cure(problem.code, problem.seen)}")
    table = _table("Field", "Vendor", "Merchant", "Last written", "Whose")
    for field in told.fields:
        title = _field(field.field)
        whose = "merchant's" if field.taken else "vendor's" if field.at_update else "not followed"
        table.add_row(title, _cut(field.vendor), _cut(field.merchant), _cut(field.written or "-"), whose)
    out.print(table)
    for variant in told.variants:
        why = phrases_catalogue.NOT_OFFERED.get(variant.why, variant.why)
        where = variant.merchant_variant_id or f"not offered: {why}"
        taken = ", ".join(field.field for field in variant.fields if field.taken)
        _say(f"{variant.vendor_variant_id} {variant.title}: {where}{f'; taken: {taken}' if taken else ''}")


def next_step(told: "NextStep") -> None:
    if not told.known:
        _say("Next: the vendor's product is read.")
    for write in told.writes:
        whose = f" of {write.title}" if write.variant else ""
        _say(f"Next: {_field(write.field)}{whose}: {_cut(write.before or '-')} -> {_cut(write.after or '-')}")
    if told.known and not told.writes:
        _say("Next: nothing; it is as it should be.")


def preview(told: "CataloguePreview") -> None:
    if not told.differs:
        return
    fields = ", ".join(f"{_field(field)} ({count})" for field, count in told.fields.items())
    _say(f"Listings changed: {told.changed} of {told.looked} looked at{f': {fields}' if fields else ''}")
    if told.looked < told.listings:
        _say(f"There are {told.listings} in all.")
    if told.stopped:
        _say(f"Listings that do not get what is on its way to them: {told.stopped}")
    if told.levels_looked:
        _say(f"Stock figures changed: {told.levels} of {told.levels_looked} looked at")
    if told.later:
        _say("Only for what comes: " + ", ".join(told.later))
    table = _table("Product", "Variant", "What", "Now", "Then")
    for each in told.named:
        table.add_row(Text(each.product), Text(each.variant), _field(each.field), _cut(each.before), _cut(each.after))
    if told.named:
        out.print(table)


def _field(code: str) -> str:
    return str(phrases_rules.FIELDS.get(code) or phrases_rules.WRITES.get(code, code))


def readings(found: "Sequence[Reading]") -> None:
    table = _table("Store", "Whose", "Read", "Under way", "Left", "Products", "Variants", "Live", "Coming", "Made in")
    for row in found:
        under_way = "-" if row.started_at is None else f"{row.progress} of {row.expected or '?'}"
        left = "-" if row.seconds_left is None else f"{row.seconds_left} s"
        made_in = "-" if row.listing_seconds is None else f"{row.listing_seconds} s"
        known = map(counts.told, (row.products, row.variants, row.live, row.coming))
        table.add_row(
            row.domain, Text(row.vendor or "merchant"), _time(row.catalogue_at), under_way, left, *known, made_in
        )
    out.print(table if found else "No stores.")


def pairs(found: "Suggestions") -> None:
    table = _table("Pair", "Score", "Vendor's", "Merchant's", "Because")
    for row in found.items:
        why = "; ".join(phrases_matching.because(each) for each in row.because)
        theirs, ours = (Text(f"{side.title} {side.sku}") for side in (row.theirs, row.ours))
        table.add_row(str(row.id), f"{row.score:.2f}", theirs, ours, Text(why))
    out.print(table if found.items else "No pairs.")
    if found.cursor:
        _say(f"More: --cursor {found.cursor}")


def imported(made: "Imported") -> None:
    verb = "Would be linked" if made.dry_run else "Linked"
    _say(f"Rows: {made.rows}. {verb}: {made.linked}, the same as before: {made.same}, wrong: {made.wrong}")
    for each in made.errors:
        _say(f"Row {each.row}, {each.column} {each.value!r}: {phrases_matching.ROW_PROBLEMS[each.problem]}")


def stock(found: "Sequence[StockFigure]", page: int) -> None:
    table = _table("Variant", "Title", "Vendor's", "Sold, not taken", "Missing", "Buffer", "To offer", "There", "Why")
    for row in found:
        figures = (row.vendor_available, row.pending, row.unexplained, row.buffer, row.target, row.expected)
        why = str(phrases_catalogue.stock_why(row.why).title)
        table.add_row(row.merchant_variant_id, Text(row.title), *map(_number, figures), why)
    out.print(table if found else f"No stock figures (page {page}).")


def stock_story(told: "StockStory") -> None:
    row = told.figure
    _heading(f"{row.title} {row.sku} ({row.vendor})")
    there = "was never read" if row.expected is None else f"has {row.expected}"
    target = "nothing is written" if row.target is None else f"should have {row.target}"
    _say(f"The merchant's store {there} and {target}. {phrases_catalogue.stock_why(row.why).sentence}")
    for fact in told.trace:
        mark = Text("✓ ", style="green") if fact["passed"] else Text("✗ ", style="yellow")
        words = phrases_catalogue.stock_fact(fact["rule"], fact["passed"], fact.get("seen", {}))
        out.print(Padding(mark + Text(words), (0, 0, 0, 4)))
    for order in told.orders:
        _say(f"{order.name} ({order.vendor or 'no vendor yet'}, {order.state or '-'}): {order.pending} not yet taken")
    if told.doubt:
        _say("The vendor's figure is in doubt and is read again.")
    _say(f"The vendor's store was last heard of {_time(told.confirmed_at)}; its lease ends {_time(told.lease_until)}")
    _say(f"Last written {_time(row.written_at)}, last read {_time(row.read_at)}")


def drift(found: "Drift") -> None:
    for kind, checked in found.checked.items():
        _say(f"{kind}: {checked} compared, {found.counts.get(kind, 0)} differ")
    table = _table("What", "Which", "Field", "Should be", "Is", "Since", "Why")
    for row in found.items[:MOST_DRIFT]:
        why = str(phrases_catalogue.DRIFT_WHY.get(row.why, row.why))
        table.add_row(row.kind, Text(row.name), row.field, _cut(row.wanted), _cut(row.seen), _time(row.since), why)
    if found.items:
        out.print(table)
    for seen in found.seen_to[:MOST_DRIFT]:
        said = [f"edited by hand: {', '.join(seen.edited)}"] if seen.edited else []
        said += [f"put right: {', '.join(seen.written)}"] if seen.written else []
        _say(f"Seen to while reading: {seen.name}: {'; '.join(said)}")
    if found.unread:
        _say("Could not be read anew: " + ", ".join(found.unread))
    if found.repaired:
        _say(f"Marked to be repaired: {found.repaired}")
    _say("Both sides agree." if not found.left else f"Still to be repaired: {found.left}")


def _table(*titles: str) -> Table:
    return Table(*titles, box=None, pad_edge=False)


def _state(code: str) -> str:
    return str(phrases_catalogue.LISTING_STATES.get(code, code))


def _heading(words: str) -> None:
    out.print(Text(words, style="bold"), soft_wrap=True)


def _say(words: object) -> None:
    out.print(Padding(Text(str(words)), (0, 0, 0, 2)))


def _cut(text: str) -> Text:
    return Text(text if len(text) < 60 else text[:59] + "…")


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _time(at: Any) -> str:
    return "never" if at is None else at.strftime("%Y-%m-%d %H:%M:%S")
