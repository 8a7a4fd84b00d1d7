"""The commands `privacy`: a buyer's data exported or forgotten, days it is kept, platforms' requests.

Not here: what is forgotten (operations/privacy.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from crossdock.cli.common import Exit, fail, out, print_json
from crossdock.cli.look import AsJson, chosen, looking, now, person

if TYPE_CHECKING:
    from crossdock.models import Marketplace

privacy = typer.Typer(no_args_is_help=True, help="Buyers' data: export it, forget it, keep it for so many days.")
Place = Annotated[str, typer.Option("--marketplace", help="Short name of the marketplace.")]
Buyer = Annotated[str, typer.Argument(help='An e-mail address, or an order: "#1001", an id in a store, id:17.')]


@privacy.command("export")
def export(buyer: Buyer, slug: Place) -> None:
    """Print all that is kept of a buyer as JSON. That you did is written down."""
    with _in(slug) as place:
        from crossdock.operations.privacy_export import export_buyer

        print_json(export_buyer(marketplace=place, buyer=buyer, now=now(), who=person()))


@privacy.command("erase")
def erase(
    buyer: Buyer,
    slug: Place,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Of an order that is not done: cancel what waits, and forget now.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    json: AsJson = False,
) -> None:
    """Forget a buyer for good: at once where an order is done, else as soon as it is."""
    with _in(slug) as place:
        from crossdock.operations import privacy as rules
        from crossdock.operations.buyers import MOST, orders_of_buyer

        found = list(orders_of_buyer(marketplace=place, text=buyer).defer("sealed")[:MOST])
        if not yes:
            typer.confirm(f"Forget the buyer of {len(found)} order(s)? This cannot be undone", abort=True)
        if unfinished and len(found) == 1:
            rules.erase_buyer(order=found[0], now=now(), who=person(), unfinished=True)
            done = rules.Erased(1, 0)
        else:
            done = rules.erase_buyers(orders=found, now=now(), who=person())
    if json:
        print_json(done)
    else:
        out.print(f"Forgotten: {done.erased} order(s). As soon as they are done: {done.later}.", highlight=False)


@privacy.command("keep")
def keep(
    slug: Place,
    days: Annotated[int | None, typer.Argument(min=0, help="Days after an order was placed; 0 keeps.")] = None,
    dry: Annotated[bool, typer.Option("--dry", help="Only say what it would forget.")] = False,
    json: AsJson = False,
) -> None:
    """Show or set how long buyers' data is kept."""
    with _in(slug) as place:
        from crossdock.operations import privacy as rules

        would = rules.what_expires(marketplace=place, days=days or 0, now=now())
        if days is not None and not dry:
            rules.set_retention(marketplace=place, days=days, now=now(), who=person())
        kept = place.retention_days
    if json:
        print_json({"days": kept, "erased": would.erased, "waiting": would.waiting})
        return
    out.print(f"Kept for {kept} days." if kept else "Kept for ever.", highlight=False)
    if days:
        out.print(f"{would.erased} order(s) are older, and {would.waiting} more that are not done.", highlight=False)


@privacy.command("requests")
def requests(
    slug: Place,
    answer: Annotated[int, typer.Option("--answer", help="Do what this one asks, and note it as answered.")] = 0,
    json: AsJson = False,
) -> None:
    """Show what platforms ask on buyers' behalf; answer one."""
    with _in(slug) as place:
        from crossdock.operations.privacy_requests import answer_privacy_request, list_requests

        rows = list_requests(marketplace=place)
        if answer:
            asked = rows.filter(pk=answer).first() or fail(f"there is no request {answer}", Exit.PROBLEMS)
            answer_privacy_request(request=asked, now=now(), who=person())
        listed = [
            {"id": row.pk, "store": row.store.domain, "at": row.received_at, "answered_at": row.done_at} | row.data
            for row in rows[:100]
        ]
    if json:
        print_json(listed)
        return
    for each in listed:
        state = "answered" if each["answered_at"] else "waits"
        out.print(
            f"{each['id']}  {each['at']:%Y-%m-%d}  {each['store']}  {each.get('asks', '')}  {state}", markup=False
        )
    if not listed:
        out.print("No platform asks anything.")


@contextmanager
def _in(slug: str) -> "Iterator[Marketplace]":
    """In one marketplace; a refusal is said in words."""
    with looking():
        from crossdock.operations.record import Refused
        from crossdock.web.phrases import refusal

        place = chosen(slug)
        if place is None:
            fail("name the marketplace: --marketplace", Exit.WRONG_USE)
        try:
            yield place
        except Refused as refused:
            fail(refusal(refused.code), Exit.PROBLEMS)
