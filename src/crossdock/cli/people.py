"""The commands `people` and `invite`: who belongs where, roles, leaving, and asking somebody to come.

For the operator, who may have to let somebody in again. Not here: what a role may do (web/access.py).
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from crossdock.cli.common import Exit, fail, out, print_json

if TYPE_CHECKING:
    from crossdock.models import Membership

commands = typer.Typer()
people = typer.Typer(invoke_without_command=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
Who = Annotated[str, typer.Argument(help="User name or e-mail address.")]
Place = Annotated[str, typer.Option("--marketplace", help="Short name of the marketplace.")]
OfVendor = Annotated[str, typer.Option("--vendor", help="Of this vendor's people.")]
ROLES = "owner, staff, read_only; with --vendor: vendor_owner, vendor_staff."


@people.callback()
def list_people(
    context: typer.Context,
    slug: Annotated[str | None, typer.Option("--marketplace", help="Only of this marketplace.")] = None,
    json: AsJson = False,
) -> None:
    """Show who may log in to which marketplace, in which role; and change that."""
    if context.invoked_subcommand is not None:
        return
    from crossdock.cli.look import chosen, looking

    with looking():
        from crossdock.models import Membership

        rows = Membership.objects.select_related("user", "marketplace", "vendor")
        place = chosen(slug)
        found = rows if place is None else rows.filter(marketplace=place)
        listed = [_shown(row) for row in found.order_by("marketplace__slug", "vendor__name", "user__username")]
    if json:
        print_json(listed)
        return
    table = Table("Marketplace", "Vendor", "Person", "E-mail", "Role", box=None, pad_edge=False)
    for row in listed:
        table.add_row(row["marketplace"], row["vendor"] or "-", row["username"], row["email"] or "-", row["role"])
    out.print(table if listed else "Nobody can log in yet. Open the pages, or use: crossdock invite")


@people.command("role")
def change(who: Who, role: Annotated[str, typer.Argument(help=ROLES)], slug: Place, vendor_name: OfVendor = "") -> None:
    """Give a person another role there."""
    from crossdock.cli.look import looking, now, person

    with looking():
        from crossdock.operations.people import change_role
        from crossdock.operations.record import Refused

        row = _membership(who, slug, vendor_name)
        try:
            change_role(membership=row, role=role, now=now(), who=person())
        except Refused as refused:
            fail(str(refused), Exit.WRONG_USE)
    out.print(f"{row.user.username} is {role} now.", highlight=False)


@people.command("remove")
def remove(who: Who, slug: Place, vendor_name: OfVendor = "") -> None:
    """Take a person out of a marketplace, or of one vendor's people. Never the last owner."""
    from crossdock.cli.look import looking, now, person

    with looking():
        from crossdock.operations.people import remove_person
        from crossdock.operations.record import Refused

        row = _membership(who, slug, vendor_name)
        try:
            remove_person(membership=row, now=now(), who=person(), even_last=True)
        except Refused as refused:
            fail(str(refused), Exit.WRONG_USE)
    out.print(f"{row.user.username} was removed.", highlight=False)


@commands.command()
def invite(
    email: Annotated[str, typer.Argument(help="Whom to ask.")],
    role: Annotated[str, typer.Option(help=ROLES)],
    slug: Place,
    vendor_name: OfVendor = "",
    json: AsJson = False,
) -> None:
    """Ask somebody to take a role: the mail goes out, and the link is shown, once.

    Asked before and not answered: the invitation is sent again. Ends with 1 when the mail could not be sent.
    """
    from crossdock.cli.look import looking, person
    from crossdock.cli.rules import marketplace, vendor

    with looking():
        from crossdock.models import Invitation
        from crossdock.operations.invitations import InvitationOpen, send_again
        from crossdock.operations.invitations import invite as ask
        from crossdock.operations.record import Refused

        place, now = marketplace(slug), datetime.now(UTC)
        owner = vendor(place, vendor_name) if vendor_name else None
        try:
            done = ask(marketplace=place, email=email, role=role, vendor=owner, now=now, who=person())
        except InvitationOpen:
            row = Invitation.objects.get(
                marketplace=place, vendor=owner, email=email.strip().lower(), accepted_at=None, withdrawn_at=None
            )
            done = send_again(invitation=row, now=now, who=person())
        except Refused as refused:
            fail(str(refused), Exit.WRONG_USE)
    if json:
        print_json({"email": done.invitation.email, "link": done.link, "failed": done.failed})
    else:
        out.print(done.link, highlight=False, soft_wrap=True)
        out.print(
            f"The mail could not be sent ({done.failed}); hand the link over." if done.failed else "The mail is sent.",
            highlight=False,
        )
    if done.failed:
        raise typer.Exit(Exit.PROBLEMS)


def say_first_run() -> None:
    """Where nobody can log in yet: the code with which the pages let the first person in."""
    from django.db import Error

    try:
        from crossdock.operations.first_run import is_first_run, setup_code

        first = is_first_run()
    except Error:
        return  # tables are not there yet: `crossdock migrate` makes them
    if first:
        from django.conf import settings

        words = f"Nobody can log in yet. Open {settings.CROSSDOCK_URL}/set-up/ and enter this code: {setup_code()}"
        out.print(words, highlight=False, soft_wrap=True)


def _membership(who: str, slug: str, vendor_name: str) -> "Membership":
    from django.db.models import Q

    from crossdock.cli.rules import marketplace, vendor
    from crossdock.models import Membership

    place = marketplace(slug)
    owner = vendor(place, vendor_name) if vendor_name else None
    rows = Membership.objects.filter(marketplace=place, vendor=owner).select_related("user", "vendor")
    found = rows.filter(Q(user__username__iexact=who) | Q(user__email__iexact=who)).first()
    if found is None:
        fail(f"Nobody called {who!r} belongs there; see: crossdock people --marketplace {slug}", Exit.WRONG_USE)
    return found


def _shown(row: "Membership") -> dict[str, Any]:
    return {
        "marketplace": row.marketplace.slug,
        "vendor": row.vendor.name if row.vendor else None,
        "username": row.user.username,
        "email": row.user.email,
        "name": row.user.name,
        "role": row.role,
    }
