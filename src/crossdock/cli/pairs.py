"""The command `links`: pairs suggested, confirmed and refused; files of links; undoing them.

Not here: how pairs are found (core/matching.py), or what a row of a file may be (operations/linking_csv.py).
"""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crossdock.cli import rules, tell_offer
from crossdock.cli.common import Exit, fail, out, print_json
from crossdock.cli.look import AsJson, looking, now, person
from crossdock.cli.offer import OfVendor, Place

if TYPE_CHECKING:
    from crossdock.operations.linking_csv import Imported

links = typer.Typer(no_args_is_help=True, help="Links between vendors' variants and the merchant's.")
Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of pairs, as links list shows them.")]


@links.command()
def suggest(
    marketplace: Place,
    vendor: Annotated[str, typer.Option("--vendor", help="Whose products.")],
    json: AsJson = False,
) -> None:
    """Look for pairs between a vendor's products and the merchant's, by barcode, SKU, title and options."""
    with looking():
        from crossdock.operations.linking import suggest as find

        made = _done(find, vendor=rules.vendor(rules.marketplace(marketplace), vendor))
    if json:
        print_json(made)
    else:
        out.print(f"Pairs: {made.pairs}, of which {made.sure} need no person", highlight=False)


@links.command("list")
def list_(
    marketplace: Place,
    vendor: OfVendor = "",
    state: Annotated[str, typer.Option(help="open, confirmed or refused.")] = "open",
    least: Annotated[float, typer.Option(min=0, max=1, help="Only with at least this score.")] = 0.0,
    cursor: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many on a page.")] = 50,
    json: AsJson = False,
) -> None:
    """List suggested pairs, best first, with what speaks for and against each."""
    with looking():
        from crossdock.models import LinkSuggestion
        from crossdock.operations.linking_lists import list_suggestions

        if state not in LinkSuggestion.State.values:
            fail(f"{state!r} is not one of: {', '.join(LinkSuggestion.State.values)}", Exit.WRONG_USE)
        place = rules.marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        found = _refusing(
            list_suggestions, marketplace=place, vendor=owner, state=state, least=least, cursor=cursor, limit=limit
        )
    if json:
        print_json(found)
    else:
        tell_offer.pairs(found)


@links.command()
def confirm(
    marketplace: Place,
    numbers: Numbers = None,
    vendor: OfVendor = "",
    least: Annotated[float | None, typer.Option(min=0, max=1, help="All with at least this score.")] = None,
    sure: Annotated[bool, typer.Option("--sure", help="All of the vendor that need no person.")] = False,
    json: AsJson = False,
) -> None:
    """Make links of suggested pairs: of these numbers, or all from a score on. Ends with 1 when some could not be."""
    with looking():
        from crossdock.operations.linking import confirm as make
        from crossdock.operations.linking import confirm_sure

        place = rules.marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        if sure and owner is None:
            fail("--sure wants --vendor", Exit.WRONG_USE)
        if sure:
            made = _done(confirm_sure, vendor=owner)
        else:
            made = _done(make, marketplace=place, ids=numbers or None, least=least, vendor=owner)
    if json:
        print_json(made)
    else:
        out.print(f"Linked: {made.linked}; no longer so: {made.stale}; being made just now: {made.busy}")
    if made.stale or made.busy:
        raise typer.Exit(Exit.PROBLEMS)


@links.command()
def refuse(marketplace: Place, numbers: Annotated[list[int], typer.Argument(help="Numbers of pairs.")]) -> None:
    """Say that these pairs are not the same thing; they are not suggested again."""
    with looking():
        from crossdock.operations.linking import refuse as no

        count = _done(no, marketplace=rules.marketplace(marketplace), ids=numbers)
    out.print(f"Refused: {count}", highlight=False)


@links.command("map")
def map_(
    marketplace: Place,
    vendor: Annotated[str, typer.Option("--vendor", help="Whose product.")],
    product_id: Annotated[str, typer.Argument(help="Its id in the vendor's store.")],
    merchant_product_id: Annotated[str, typer.Argument(help="The id in the merchant's store.")],
    json: AsJson = False,
) -> None:
    """Say that two products are the same; their variants are paired by options and SKU."""
    with looking():
        from crossdock.operations.linking import map_product

        owner = rules.vendor(rules.marketplace(marketplace), vendor)
        made = _done(map_product, vendor=owner, product_id=product_id, merchant_product_id=merchant_product_id)
    if json:
        print_json(made)
    else:
        out.print(f"Linked: {made.linked}; left over there: {', '.join(made.vendor_left) or 'none'}", highlight=False)


@links.command()
def unlink(
    marketplace: Place,
    variants: Annotated[list[str], typer.Argument(help="Ids of the merchant's variants.")],
    then: Annotated[str, typer.Option(help="What becomes of the merchant's product: keep, draft or delete.")] = "keep",
) -> None:
    """Take links back. A listing without any link left ends."""
    with looking():
        from crossdock.operations.linking import unlink as undo
        from crossdock.operations.offering import Remove

        if then not in set(Remove):
            fail(f"{then!r} is not one of: {', '.join(Remove)}", Exit.WRONG_USE)
        count = _done(undo, marketplace=rules.marketplace(marketplace), merchant_variant_ids=variants, then=then)
    out.print(f"Unlinked: {count}", highlight=False)


@links.command()
def export(
    marketplace: Place,
    file: Annotated[Path, typer.Argument(help="Where to write.")],
    vendor: OfVendor = "",
    delimiter: Annotated[str, typer.Option(help="Between cells: a comma, a semicolon or a tab.")] = ",",
    bom: Annotated[bool, typer.Option("--bom/--no-bom", help="A mark that spreadsheets want.")] = True,
) -> None:
    """Write the links as a CSV file."""
    with looking():
        from crossdock.operations.linking_csv import export_links

        place = rules.marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        with file.open("wb") as sink:
            for part in export_links(marketplace=place, vendor=owner, delimiter=delimiter, bom=bom):
                sink.write(part)
    out.print(f"Written: {file}", highlight=False)


@links.command("import")
def import_(
    marketplace: Place,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file as export writes it.")],
    vendor: OfVendor = "",
    replace: Annotated[bool, typer.Option("--replace", help="Also what is linked otherwise.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    errors: Annotated[Path | None, typer.Option(help="Write the wrong rows here, with what is wrong.")] = None,
    json: AsJson = False,
) -> None:
    """Read links from a CSV file; good rows are linked, wrong ones said. Ends with 1 when a row was wrong."""
    with looking(), ExitStack() as files:
        from crossdock.operations.linking_csv import import_links

        place = rules.marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        made: Imported = _done(
            import_links,
            marketplace=place,
            file=files.enter_context(file.open("rb")),
            vendor=owner,
            replace=replace,
            dry_run=dry_run,
            errors=files.enter_context(errors.open("wb")) if errors else None,
        )
    if json:
        print_json(made)
    else:
        tell_offer.imported(made)
    if made.wrong:
        raise typer.Exit(Exit.PROBLEMS)


def _done(operation: Any, **values: Any) -> Any:
    return _refusing(operation, who=person(), now=now(), **values)


def _refusing(operation: Any, **values: Any) -> Any:
    from crossdock.operations.record import Refused

    try:
        return operation(**values)
    except Refused as error:
        fail(str(error), Exit.WRONG_USE)
