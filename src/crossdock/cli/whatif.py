"""The command `whatif`: the orders of the last days decided again by changed rules, before anybody saves them.

Not here: the replay (operations/whatif.py), or changing rules (rules.py).
"""

from typing import Annotated

import typer
from rich.table import Table

from crossdock.cli import rules
from crossdock.cli.common import Exit, fail, out, print_json

commands = typer.Typer()


@commands.command()
def whatif(
    changes: Annotated[list[str], typer.Argument(help="Such as paid_only=off maximum_quantity=10")],
    marketplace_slug: Annotated[str, typer.Option("--marketplace", help="Short name of the marketplace.")],
    vendor_name: Annotated[str, typer.Option("--vendor", help="Only for this vendor.")] = "",
    days: Annotated[int, typer.Option("--days", help="How many days back, 1 to 365.")] = 30,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """What if? Which orders of the last days would have gone otherwise by changed order rules. Nothing is changed."""
    from crossdock.cli.look import looking, now

    with looking():
        from crossdock.operations.settings import BadSetting
        from crossdock.operations.whatif import begin_replay, go_on

        place = rules.marketplace(marketplace_slug)
        owner = rules.vendor(place, vendor_name) if vendor_name else None
        wanted = rules.read_changes(changes)
        try:
            found = begin_replay(marketplace=place, vendor=owner, changes=wanted, days=days, now=now())
            while not found.done:
                found = go_on(found, marketplace=place, vendor=owner)
        except BadSetting as error:
            fail(error.named, Exit.WRONG_USE)
    if json:
        print_json(found)
        return
    from crossdock.web import phrases
    from crossdock.web.phrases_rules import ORDER_WAYS

    out.print(f"Looked at {found.looked} vendor orders; {found.differing} would have gone otherwise.", highlight=False)
    table = Table("Orders", "By today's rules", "By the changed rules", "Because of", box=None, pad_edge=False)
    for each in found.groups:
        why = str(phrases.reason(each.reason).title)
        table.add_row(str(each.count), str(ORDER_WAYS[each.before]), str(ORDER_WAYS[each.after]), why)
    if found.groups:
        out.print(table)
    for one in found.named:
        out.print(
            f"{one.order_name} ({one.vendor}): {ORDER_WAYS[one.before]} → {ORDER_WAYS[one.after]}", highlight=False
        )
