"""Commands about notices: what is told to whom, what was mailed, and a mail to try the mail server with.

Not here: telling (the worker does), or a person's own choices (their page).
"""

from typing import Annotated

import typer
from rich.table import Table

from crossdock.cli import rules
from crossdock.cli.common import Exit, fail, out, print_json
from crossdock.cli.look import AsJson, looking, now, person

notices = typer.Typer(no_args_is_help=True, help="Notices: who is told of what, what was mailed, and trying the mail.")
Place = Annotated[str, typer.Option("--marketplace", help="Short name of the marketplace.")]
Audience = Annotated[str, typer.Option("--audience", help="merchant or vendor.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]


@notices.command("show")
def show(marketplace: Place, json: AsJson = False) -> None:
    """Show what the merchant's people and vendors are told of, unless they choose otherwise."""
    with looking():
        from crossdock.core.notices import Audience as Audiences
        from crossdock.operations.notices import Reader, late_days, read_choices
        from crossdock.web.phrases_notices import NOTICES

        place = rules.marketplace(marketplace)
        found = {str(each): read_choices(reader=Reader(place, each)) for each in Audiences}
        days = late_days(place)
    if json:
        told = {who: {f"{one.kind}.{one.channel}": one.on for one in choices} for who, choices in found.items()}
        print_json({"late_days": days, "told": told})
        return
    for who, choices in found.items():
        table = Table("Kind", "Channel", "Is", "What", title=f"\nTold to: {who}", title_justify="left", box=None)
        for one in choices:
            table.add_row(one.kind, one.channel, "on" if one.on else "off", str(NOTICES[one.kind].title))
        out.print(table)
    out.print(f"\nLate after {days} days." if days else "\nNothing is ever late.", highlight=False)


@notices.command("set")
def set_(
    changes: Annotated[list[str], typer.Argument(help="Such as order_cancelled.email=on late_days=7")],
    marketplace: Place,
    audience: Audience = "merchant",
    json: AsJson = False,
) -> None:
    """Change what an audience is told of: kind.channel=on, off or inherit; late_days=N.

    All changes or none.
    """
    with looking():
        from django.db import transaction

        from crossdock.operations.notices import Reader, set_choices, set_late_days
        from crossdock.operations.settings import BadSetting

        place, given = rules.marketplace(marketplace), rules.read_changes(changes)
        days = given.pop("late_days", None)
        wanted = {(name.partition(".")[0], name.partition(".")[2]): on for name, on in given.items()}
        odd = [".".join(key) for key, on in wanted.items() if on not in (True, False, None)]
        if odd:
            fail(f"{odd[0]} is on, off or inherit", Exit.WRONG_USE)
        try:
            with transaction.atomic():
                if days is not None:
                    set_late_days(marketplace=place, days=days, who=person(), now=now())
                differs = set_choices(reader=Reader(place, audience), changes=wanted, who=person(), now=now())
        except BadSetting as error:
            fail(error.named, Exit.WRONG_USE)
    if json:
        print_json({"changed": differs})
    else:
        out.print(f"Changed: {', '.join(differs) or 'nothing'}", highlight=False)


@notices.command("mails")
def mails(marketplace: Place, limit: Limit = 20, json: AsJson = False) -> None:
    """List the last mails of notices: to whom, in which state, and what the mail server said.

    Ends with 1 when one failed or has been on its way for an hour.
    """
    with looking():
        from crossdock.operations.notices import list_mails

        found = list_mails(marketplace=rules.marketplace(marketplace), limit=limit, now=now())
    if json:
        print_json(found)
    else:
        table = Table("To", "Notices", "State", "Since", "Tries", "Server", box=None, pad_edge=False)
        for one in found:
            since = one.begun_at.isoformat(timespec="seconds")
            table.add_row(one.to, str(one.notices), one.state, since, str(one.attempts), one.words)
        out.print(table if found else "No mail was sent yet.")
    if any(one.trouble for one in found):
        raise typer.Exit(int(Exit.PROBLEMS))


@notices.command("test")
def test(address: Annotated[str, typer.Argument(help="Where to.")]) -> None:
    """Send one mail to an address, to see that the mail server takes it; its answer is printed."""
    with looking():
        import smtplib

        from django.conf import settings
        from django.core.mail import send_mail

        try:
            send_mail("Crossdock", f"Mail from {settings.CROSSDOCK_URL} arrives.", None, [address])
        except (OSError, smtplib.SMTPException, ValueError) as error:
            fail(f"It was not sent: {error}", Exit.NOT_REACHABLE)
    where = settings.CROSSDOCK_MAIL.host or settings.EMAIL_FILE_PATH
    out.print(f"Sent by {where}.", highlight=False, markup=False)
