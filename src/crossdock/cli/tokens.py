"""The command `tokens`: keys for the API, for the operator. Not here: what they open (docs/guide/api.md)."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from crossdock.cli.common import Exit, fail, out, print_json

tokens = typer.Typer(invoke_without_command=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
Place = Annotated[str, typer.Option("--marketplace", help="Short name of the marketplace.")]


@tokens.callback()
def list_all(
    context: typer.Context,
    slug: Annotated[str | None, typer.Option("--marketplace", help="Only of this marketplace.")] = None,
    json: AsJson = False,
) -> None:
    """Show the keys for the API; make and revoke them."""
    if context.invoked_subcommand is not None:
        return
    from crossdock.cli.look import chosen, looking

    with looking():
        from crossdock.models import ApiToken

        place = chosen(slug)
        rows = ApiToken.objects.filter(revoked_at=None).select_related("marketplace", "vendor").order_by("-id")
        found = rows if place is None else rows.filter(marketplace=place)
        listed = [
            {
                "id": row.pk, "marketplace": row.marketplace.slug, "vendor": row.vendor.name if row.vendor else "",
                "name": row.name, "prefix": row.prefix, "scopes": row.scopes, "expires_at": row.expires_at,
                "last_used_at": row.last_used_at,
            }
            for row in found
        ]  # fmt: skip
    if json:
        print_json(listed)
        return
    table = Table("Id", "Marketplace", "Name", "Begins", "Scopes", box=None, pad_edge=False)
    for each in listed:
        words = (str(each["id"]), each["marketplace"], each["name"], each["prefix"], " ".join(each["scopes"]))
        table.add_row(*words)
    out.print(table if listed else "There is no token. Make one: crossdock tokens add --help")


@tokens.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What uses it.")],
    slug: Place,
    scope: Annotated[list[str], typer.Option("--scope", help="What it may do; several times. See docs/guide/api.md.")],
    vendor_name: Annotated[str, typer.Option("--vendor", help="Only for this vendor's own.")] = "",
    days: Annotated[int, typer.Option("--days", min=0, max=36_500, help="Valid so long; 0 = until revoked.")] = 365,
) -> None:
    """Make a token and print it: the one time that anybody sees it."""
    from crossdock.cli.look import chosen, looking, now, person

    with looking():
        from crossdock.operations.record import Refused
        from crossdock.operations.tokens import make_token

        place = chosen(slug)
        vendor = place.vendors.filter(name=vendor_name).first() if place and vendor_name else None
        if place is None or (vendor_name and vendor is None):
            fail(f"There is no vendor called {vendor_name!r}.", Exit.WRONG_USE)
        at = now()
        ends = at + timedelta(days=days) if days else None
        try:
            _, secret = make_token(
                marketplace=place, name=name, scopes=scope, vendor=vendor, expires_at=ends, now=at, who=person()
            )
        except Refused as refused:
            fail(refused.named, Exit.WRONG_USE)
    out.print(secret, highlight=False, soft_wrap=True)


@tokens.command("revoke")
def revoke(number: Annotated[int, typer.Argument(help="Its id, as the list shows it.")]) -> None:
    """Let a token open nothing from now on."""
    from crossdock.cli.look import looking, now, person

    with looking():
        from crossdock.models import ApiToken
        from crossdock.operations.tokens import revoke_token

        row = ApiToken.objects.filter(pk=number, revoked_at=None).first()
        if row is None:
            fail(f"There is no token {number}.", Exit.WRONG_USE)
        revoke_token(token=row, now=now(), who=person())
    out.print(f"{row.name} was revoked.", highlight=False)
