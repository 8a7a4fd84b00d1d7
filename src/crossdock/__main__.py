"""`python -m crossdock` is the command line."""

from crossdock.cli import app

app()
