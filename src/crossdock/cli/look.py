"""Commands that look and decide: status, orders, why, plan, retry, doctor, settings. Each is one call inward.

Not here: how an order's story is printed (tell.py), or the settings' command (rules.py).
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crossdock import environment
from crossdock.cli import rules, tell
from crossdock.cli.common import Exit, fail, open_installation, out, print_json

if TYPE_CHECKING:
    from crossdock.models import Marketplace

commands = typer.Typer()
commands.add_typer(rules.commands, name="settings")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
Slug = Annotated[str | None, typer.Option("--marketplace", help="Short name of one marketplace. Default: all.")]
SPANS = {"m": "minutes", "h": "hours", "d": "days"}


@commands.command()
def status(marketplace: Slug = None, json: AsJson = False) -> None:
    """Show how the installation is doing: orders, stores, work to be done, workers."""
    with looking():
        from crossdock.operations.status import status as ask

        found = ask(now=now(), marketplace=chosen(marketplace), heartbeat=environment.heartbeat())
    if json:
        print_json(found)
    else:
        tell.status(found)


@commands.command()
def orders(
    state: Annotated[list[str] | None, typer.Option(help="Only in this state; may be given several times.")] = None,
    vendor: Annotated[str, typer.Option(help="Only of this vendor.")] = "",
    since: Annotated[str, typer.Option(help="Made since: 30m, 12h, 7d, or a date such as 2026-11-22.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many on a page.")] = 50,
    page: Annotated[int, typer.Option(min=1, help="Which page, newest first.")] = 1,
    marketplace: Slug = None,
    json: AsJson = False,
) -> None:
    """List vendor orders, newest first."""
    with looking():
        from crossdock.models import VendorOrder
        from crossdock.operations.listing import list_vendor_orders

        for word in state or ():
            if word not in VendorOrder.State.values:
                fail(f"{word!r} is not a state; there are: {', '.join(VendorOrder.State.values)}", Exit.WRONG_USE)
        found = list_vendor_orders(
            marketplace=chosen(marketplace),
            states=state or (),
            vendor=vendor,
            since=moment(since),
            limit=limit,
            page=page,
        )
    if json:
        print_json(found)
    else:
        tell.orders(found, page)


@commands.command()
def why(
    order: Annotated[str, typer.Argument(help='"#1001", an id in either store, our reference, or id:17.')],
    marketplace: Slug = None,
    json: AsJson = False,
) -> None:
    """Say why an order is where it is, and what would change that.

    Ends with 1 when the hub has not seen the order.
    """
    with looking():
        from crossdock.operations.explain import why as ask

        told = ask(asked=order, marketplace=chosen(marketplace))
        if json:
            print_json(tell.worded(told))
        else:
            tell.story(told)
    if told.order is None:
        raise typer.Exit(Exit.PROBLEMS)


@commands.command()
def plan(
    key: Annotated[
        str,
        typer.Argument(
            help="vendor_order:12, order:#1001, fulfillment:#1001, listing:7 (a vendor), level:1 (a store), sweep:4"
        ),
    ],
    json: AsJson = False,
) -> None:
    """Show what the next look at a key would do. Nothing is done, no store is asked."""
    with looking():
        from crossdock.operations.plans import NoSuchKey, plan_key

        try:
            planned = plan_key(text=key, now=now())
        except NoSuchKey as error:
            fail(str(error), Exit.WRONG_USE)
        if json:
            print_json(planned)
        else:
            tell.plans(planned, now())


@commands.command()
def retry(
    what: Annotated[str, typer.Argument(help='A key as for plan, or an order as for why ("#1001").')],
    json: AsJson = False,
) -> None:
    """Look at an order, or at a key, again at once. What a store refused may go to it again."""
    with looking():
        from crossdock.operations.orders import retry_key
        from crossdock.operations.plans import KINDS, NoSuchKey, read_key

        text = what if what.partition(":")[0] in KINDS else f"order:{what}"
        try:
            kind, ref = read_key(text=text)
        except NoSuchKey as error:
            fail(str(error), Exit.PROBLEMS)
        lifted = retry_key(kind=kind, ref=ref, now=now(), who=person())
    if json:
        print_json({"key": f"{kind}:{ref}", "refusals_lifted": lifted})
    else:
        out.print(f"{kind}:{ref} is looked at again. Refusals lifted: {lifted}", highlight=False)


@commands.command()
def doctor(json: AsJson = False) -> None:
    """Check the installation. Ends with 1 when a check fails; warnings alone end with 0."""
    open_installation(serve=False)
    from crossdock.operations.doctor import Level
    from crossdock.operations.doctor import doctor as ask

    checks = ask(now=now(), heartbeat=environment.heartbeat())
    if json:
        print_json([tell.worded_check(check) for check in checks])
    else:
        tell.checks(checks)
    if any(check.level is Level.FAIL for check in checks):
        raise typer.Exit(Exit.PROBLEMS)


@contextmanager
def looking() -> Iterator[None]:
    """The database, opened; tables that are missing or old are named instead of traced."""
    open_installation(serve=False)
    from django.db.utils import OperationalError, ProgrammingError

    try:
        yield
    except ProgrammingError as error:
        fail(f"The tables are not up to date; run: crossdock migrate ({error})", Exit.NOT_REACHABLE)
    except OperationalError as error:
        fail(f"The database does not answer: {error}", Exit.NOT_REACHABLE)


def chosen(slug: str | None) -> "Marketplace | None":
    return rules.marketplace(slug) if slug else None


def now() -> datetime:
    return datetime.now(UTC)


def person() -> str:
    """Who is at the command line, for the history."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def moment(text: str) -> datetime | None:
    """ "12h" ago, or a date."""
    if not text:
        return None
    if text[:-1].isdigit() and text[-1] in SPANS:
        span: Any = {SPANS[text[-1]]: int(text[:-1])}
        return now() - timedelta(**span)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{text!r} is not a time; write 30m, 12h, 7d or 2026-11-22", Exit.WRONG_USE)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
