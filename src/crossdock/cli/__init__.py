"""The command line. Each module adds its commands; what a command does is one call inward.

Exit codes: 0 all is well, 1 problems were found, 2 wrong use or an odd setting, 3 something needed does not answer.
"""

import typer

from crossdock import __version__
from crossdock.cli import (
    connect,
    demo,
    figures,
    look,
    notices,
    offer,
    pairs,
    payment,
    people,
    privacy,
    rehearse,
    run,
    tokens,
    whatif,
)

app = typer.Typer(
    name="crossdock",
    help="Joins a marketplace's own store with the stores its vendors already run.\n\n"
    "Exit codes: 0 all is well, 1 problems were found, 2 wrong use or an odd setting, 3 something does not answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback in plain text can be pasted into a report; locals may be secrets
    rich_markup_mode="rich",
)
for module in (run, demo, connect, people, look, payment, rehearse, whatif):
    app.add_typer(module.commands)
for name, group in (
    ("products", offer.products),
    ("listings", offer.listings),
    ("links", pairs.links),
    ("stock", figures.stock),
    ("catalogue", offer.catalogue),
    ("brake", offer.brake),
    ("people", people.people),
    ("notices", notices.notices),
    ("tokens", tokens.tokens),
    ("privacy", privacy.privacy),
):
    app.add_typer(group, name=name)
app.add_typer(figures.drift)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def crossdock(
    version: bool = typer.Option(False, "--version", callback=_say_version, is_eager=True, help="Show the version."),
) -> None:
    """Joins a marketplace's own store with the stores its vendors already run.

    Exit codes: 0 all is well, 1 problems were found, 2 wrong use or an odd setting, 3 something does not answer.
    """


__all__ = ["app"]
