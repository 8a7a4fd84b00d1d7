"""The command that counts an order as paid by hand. Not here: what that means (operations/payment.py)."""

from typing import TYPE_CHECKING, Annotated

import typer

from crossdock.cli.common import Exit, fail, out, print_json
from crossdock.cli.look import AsJson, Slug, chosen, looking, now, person

if TYPE_CHECKING:
    from crossdock.models import MerchantOrder

commands = typer.Typer()


@commands.command()
def mark_paid(
    order: Annotated[str, typer.Argument(help='"#1001", an id in either store, our reference, or id:17.')],
    note: Annotated[str, typer.Option(help="For colleagues, such as how it was paid.")] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="Count it as its store does again.")] = False,
    marketplace: Slug = None,
    json: AsJson = False,
) -> None:
    """Count an order as paid: what waits for its payment goes out.

    Its payment in the store stays what it is, and is what vendors are told.
    """
    with looking():
        from crossdock.operations import payment
        from crossdock.operations.record import Refused
        from crossdock.web.phrases import refusal

        row = _one(order, marketplace)
        try:
            if take_back:
                payment.take_back_paid(order=row, now=now(), who=person())
            else:
                payment.mark_paid(order=row, now=now(), who=person(), note=note)
        except Refused as refused:
            fail(refusal(refused.code), Exit.PROBLEMS)
    if json:
        print_json({"order": row.pk, "name": row.name, "counts_as_paid": not take_back})
    else:
        words = "counts as its store says again" if take_back else "counts as paid; the rules decide again"
        out.print(f"{row.name or row.remote_id} {words}.", highlight=False)


def _one(text: str, marketplace: str | None) -> "MerchantOrder":
    """The one order that `text` means."""
    from crossdock.operations.find import find_orders

    found = find_orders(text=text, marketplace=chosen(marketplace))
    if not found:
        fail(f"nothing is called {text!r}", Exit.PROBLEMS)
    if len(found) > 1:
        fail(f"{text!r} may mean: {', '.join(f'id:{row.pk}' for row in found)}. Name one of them.", Exit.WRONG_USE)
    return found[0]
