"""Commands that rehearse: replay."""

import typer

commands = typer.Typer()
