"""Commands about what is offered: products, listings, catalogue, brake. Each is one call inward.

Not here: links between variants (pairs.py), stock and drift (figures.py), or how lists are printed (tell_offer.py).
"""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from crossdock.cli import rules, tell_offer
from crossdock.cli.common import Exit, fail, out, print_json
from crossdock.cli.look import AsJson, looking, now, person

if TYPE_CHECKING:
    from crossdock.models import Listing, Marketplace

products = typer.Typer(no_args_is_help=True, help="Vendors' products: list, choose, approve and refuse them.")
listings = typer.Typer(no_args_is_help=True, help="What the merchant offers of vendors: list, why, remove, give back.")
catalogue = typer.Typer(no_args_is_help=True, help="Reading stores' catalogues: how far it is, and reading again.")
brake = typer.Typer(no_args_is_help=True, help="The brake on mass loss of a vendor's listings.")

Place = Annotated[str, typer.Option("--marketplace", help="Short name of the marketplace.")]
OfVendor = Annotated[str, typer.Option("--vendor", help="Only of this vendor.")]
Words = Annotated[str, typer.Option("--text", help="Only with this in the title, or with this id.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many on a page.")]
Page = Annotated[int, typer.Option(min=1, help="Which page.")]
Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of listings, as listings list shows them.")]


@products.command("list")
def list_(
    marketplace: Place,
    vendor: OfVendor = "",
    text: Words = "",
    offered: Annotated[
        bool | None, typer.Option("--offered/--not-offered", help="Only those that are, or not.")
    ] = None,
    limit: Limit = 50,
    page: Page = 1,
    json: AsJson = False,
) -> None:
    """List vendors' products by title, and whether each is offered."""
    with looking():
        from crossdock.operations.listed_products import list_products

        place = rules.marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        found = list_products(marketplace=place, vendor=owner, text=text, offered=offered, limit=limit, page=page)
    if json:
        print_json(found)
    else:
        tell_offer.products(found, page)


@products.command()
def choose(
    marketplace: Place,
    vendor: Annotated[str, typer.Option("--vendor", help="Whose products.")],
    product_ids: Annotated[list[str] | None, typer.Argument(help="Ids in the vendor's store.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every product.")] = False,
    title: Annotated[str, typer.Option("--title", help="Every product with this in its title.")] = "",
    propose: Annotated[bool, typer.Option("--propose", help="As the vendor would: the merchant approves.")] = False,
    json: AsJson = False,
) -> None:
    """Choose products of a vendor to be offered. They are listed next, without waiting for approval."""
    with looking():
        from crossdock.operations.choosing import choose_products
        from crossdock.operations.record import Refused

        owner = rules.vendor(rules.marketplace(marketplace), vendor)
        try:
            made = choose_products(
                vendor=owner,
                product_ids=product_ids or None,
                everything=everything,
                title=title,
                approved=not propose,
                who=person(),
                now=now(),
            )
        except Refused as error:
            fail(str(error), Exit.WRONG_USE)
    if json:
        print_json(made)
    else:
        out.print(
            f"Chosen: {made.chosen} ({made.state}); offered already: {made.already}, gone or archived: {made.gone}, "
            f"not known: {made.unknown}",
            highlight=False,
        )
    if made.unknown:
        raise typer.Exit(Exit.PROBLEMS)


@products.command()
def approve(marketplace: Place, numbers: Numbers = None, vendor: OfVendor = "", json: AsJson = False) -> None:
    """Approve proposals: those of these numbers, all of a vendor, or all."""
    _decide("approve", marketplace, numbers, vendor, json)


@products.command()
def refuse(marketplace: Place, numbers: Numbers = None, vendor: OfVendor = "", json: AsJson = False) -> None:
    """Refuse proposals: those of these numbers, all of a vendor, or all."""
    _decide("refuse", marketplace, numbers, vendor, json)


@listings.command("list")
def list_listings_(
    marketplace: Place,
    tab: Annotated[str, typer.Option(help="to_approve, live, coming, problems or ended. Default: all.")] = "",
    vendor: OfVendor = "",
    text: Words = "",
    limit: Limit = 50,
    page: Page = 1,
    json: AsJson = False,
) -> None:
    """List listings, newest first."""
    with looking():
        from crossdock.operations.listed import TABS, list_listings

        if tab and tab not in TABS:
            fail(f"{tab!r} is not a tab; there are: {', '.join(TABS)}", Exit.WRONG_USE)
        place = rules.marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        found = list_listings(marketplace=place, tab=tab, vendor=owner, text=text, limit=limit, page=page)
    if json:
        print_json(found)
    else:
        tell_offer.listings(found, page)


@listings.command("why")
def why_listing(number: Annotated[int, typer.Argument(help="The listing's number.")], json: AsJson = False) -> None:
    """Tell a listing's story: each field on both sides, whose it is, and what would be done next.

    Ends with 1 when it has problems.
    """
    with looking():
        from crossdock.operations.listing_story import next_step, tell_listing

        row = _listing(number)
        told, following = tell_listing(listing=row), next_step(listing=row)
    if json:
        print_json({**msgspec.to_builtins(told), "next": following})
    else:
        tell_offer.story(told)
        tell_offer.next_step(following)
    if told.problems:
        raise typer.Exit(Exit.PROBLEMS)


@listings.command()
def remove(
    number: Annotated[int, typer.Argument(help="The listing's number.")],
    how: Annotated[str, typer.Option(help="What becomes of the merchant's product: keep, draft or delete.")],
) -> None:
    """Offer a product no longer."""
    with looking():
        from crossdock.operations.offering import Remove, remove_listing

        if how not in set(Remove):
            fail(f"{how!r} is not one of: {', '.join(Remove)}", Exit.WRONG_USE)
        row = _act(remove_listing, number, how=how)
    out.print(f"{number}: {'ended' if row.state == 'ended' else 'is taken off sale next'}", highlight=False)


@listings.command("retry")
def retry_listing_(number: Annotated[int, typer.Argument(help="The listing's number.")]) -> None:
    """Look at a listing again at once; what the store refused may go to it again."""
    with looking():
        from crossdock.operations.offering import retry_listing

        _act(retry_listing, number)
    out.print(f"{number}: is looked at again", highlight=False)


@listings.command("give-back")
def give_back_(
    number: Annotated[int, typer.Argument(help="The listing's number.")],
    fields: Annotated[list[str] | None, typer.Argument(help="Which; none = all that the merchant has taken.")] = None,
) -> None:
    """Give fields that the merchant edited back to the vendor."""
    with looking():
        from crossdock.operations.offering import give_back

        given = _act(give_back, number, fields=fields or [])
    out.print(f"{number}: follows the vendor again in {', '.join(given)}", highlight=False)


@catalogue.command()
def progress(marketplace: Place, limit: Limit = 50, page: Page = 1, json: AsJson = False) -> None:
    """Show how far the reading of each store's catalogue is, and when it is done."""
    with looking():
        from crossdock.operations.catalogue_reading import readings

        found = readings(marketplace=rules.marketplace(marketplace), now=now(), limit=limit, page=page)
    if json:
        print_json(found)
    else:
        tell_offer.readings(found)


@catalogue.command()
def read(
    marketplace: Place,
    vendor: Annotated[str, typer.Option("--vendor", help="Whose store. Default: the merchant's.")] = "",
) -> None:
    """Read a store's whole catalogue again."""
    with looking():
        from crossdock.models import Store
        from crossdock.operations.catalogue_reading import read_catalogue

        place = rules.marketplace(marketplace)
        store = Store.objects.filter(marketplace=place, vendor=rules.vendor(place, vendor) if vendor else None).first()
        if store is None:
            fail(f"{vendor or marketplace} has no store", Exit.WRONG_USE)
        read_catalogue(store=store, who=person(), now=now())
    out.print(f"{store.domain}: its catalogue is read next", highlight=False)


@brake.command()
def release(
    vendor: Annotated[str, typer.Argument(help="The vendor's name.")],
    marketplace: Place,
) -> None:
    """Let a vendor's losses that the brake holds go on: they are meant."""
    with looking():
        from crossdock.operations.offering import release_brake
        from crossdock.operations.record import Refused

        owner = rules.vendor(rules.marketplace(marketplace), vendor)
        try:
            release_brake(vendor=owner, who=person(), now=now())
        except Refused as error:
            fail(str(error), Exit.PROBLEMS)
    out.print(f"{owner.name}: what was held goes on", highlight=False)


def _decide(answer: str, slug: str, numbers: list[int] | None, vendor: str, json: bool) -> None:
    with looking():
        from crossdock.operations.choosing import approve_listings, refuse_listings

        place: Marketplace = rules.marketplace(slug)
        operation = approve_listings if answer == "approve" else refuse_listings
        owner = rules.vendor(place, vendor) if vendor else None
        count = operation(marketplace=place, ids=numbers or None, vendor=owner, who=person(), now=now())
    if json:
        print_json({"count": count})
    else:
        out.print(f"Decided: {count}", highlight=False)


def _listing(number: int) -> "Listing":
    from crossdock.models import Listing

    found = Listing.objects.filter(pk=number).select_related("vendor", "store", "marketplace").first()
    if found is None:
        fail(f"no listing has the number {number}", Exit.WRONG_USE)
    return found


def _act(operation: Any, number: int, **values: Any) -> Any:
    from crossdock.operations.record import Refused

    try:
        return operation(listing=_listing(number), who=person(), now=now(), **values)
    except Refused as error:
        fail(str(error), Exit.PROBLEMS)
