"""Commands that look and decide: status, orders, why, plan, retry, doctor, settings."""

import typer

commands = typer.Typer()
