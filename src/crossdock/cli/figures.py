"""Commands about figures: stock with its Why, and drift between both sides. Each is one call inward.

Not here: products and listings (offer.py), or how they are printed (tell_offer.py).
"""

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crossdock.cli import rules, tell_offer
from crossdock.cli.common import Exit, err, fail, print_json
from crossdock.cli.look import AsJson, looking, now, person
from crossdock.cli.offer import Limit, OfVendor, Page, Place, Words

if TYPE_CHECKING:
    from crossdock.operations.drift import Watch

stock = typer.Typer(no_args_is_help=True, help="Stock figures: list them, and why each is what it is.")
drift = typer.Typer()


@stock.command("list")
def list_(
    marketplace: Place,
    vendor: OfVendor = "",
    text: Words = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those to be looked at.")] = False,
    limit: Limit = 50,
    page: Page = 1,
    json: AsJson = False,
) -> None:
    """List what is offered of each linked variant, with the parts of each figure."""
    with looking():
        from crossdock.operations.stock_story import list_stock

        place = rules.marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        found = list_stock(marketplace=place, vendor=owner, text=text, waiting=waiting, limit=limit, page=page)
    if json:
        print_json(found)
    else:
        tell_offer.stock(found, page)


@stock.command()
def why(
    variant: Annotated[str, typer.Argument(help="An SKU, a variant's id in either store, or words of its title.")],
    marketplace: Place,
    json: AsJson = False,
) -> None:
    """Say why a stock figure is what it is, part by part and order by order.

    Ends with 1 when no linked variant is called that.
    """
    with looking():
        from crossdock.models import Level
        from crossdock.operations.stock_story import find_levels, tell_stock

        place = rules.marketplace(marketplace)
        ids = find_levels(marketplace=place, text=variant)
        rows = Level.objects.filter(pk__in=ids).select_related("marketplace").order_by("pk")
        told = [tell_stock(level=row) for row in rows]
    if json:
        print_json(told)
    else:
        for story in told:
            tell_offer.stock_story(story)
    if not told:
        fail(f"{place.slug} has no linked variant called {variant!r}", Exit.PROBLEMS)


@drift.command("drift")
def drift_(
    marketplace: Place,
    repair: Annotated[bool, typer.Option("--repair", help="Mark what differs, wait, and compare again.")] = False,
    as_last_seen: Annotated[bool, typer.Option("--as-last-seen", help="Compare without reading anew.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Wait so many minutes at most, each time.")] = 30,
    json: AsJson = False,
) -> None:
    """Compare both sides of every link: products, stock, vendors' orders and parcels.

    Every store is read anew first, which wants a worker. Ends with 1 while something is still to be put right, or a
    store could not be read.
    """
    with looking():
        from crossdock.operations import drift as inward

        place = rules.marketplace(marketplace)
        watch = _watch(timedelta(minutes=wait), quiet=json)
        since = now()
        unread = () if as_last_seen else inward.read_anew(marketplace=place, who=person(), watch=watch)
        found = inward.find_drift(marketplace=place, now=now(), unread=unread, fresh=not as_last_seen, since=since)
        if repair and found.items:
            count = inward.repair(marketplace=place, found=found, now=now(), who=person())
            inward.wait_for_repair(marketplace=place, watch=watch)
            found = inward.find_drift(
                marketplace=place, now=now(), unread=unread, fresh=found.fresh, repaired=count, since=since
            )
    if json:
        print_json(found)
    else:
        tell_offer.drift(found)
    if found.left or found.unread:
        raise typer.Exit(Exit.PROBLEMS)


def _watch(most: timedelta, *, quiet: bool) -> "Watch":
    from crossdock.operations.drift import Watch

    told: list[Any] = []

    def say(done: int, of: int) -> None:
        if not quiet and told != [done]:
            told[:] = [done]
            err.print(f"Stores read: {done} of {of}", highlight=False)

    return Watch(clock=now, sleep=time.sleep, say=say, most=most)
