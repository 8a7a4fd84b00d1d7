"""Speaks to the demo's stage: what is to be seen, and acts. Not here: who may act (pages.py)."""

from http.client import HTTPConnection, HTTPException
from typing import Any

import msgspec
from django.conf import settings

from crossdock.rehearsal.picture import Picture
from crossdock.rehearsal.script import Act, Run

PATIENCE = 10.0


class NoStage(Exception):
    """It does not answer: the demo is being set up, or its end is near."""


class Answer(msgspec.Struct, frozen=True):
    refused: str = ""


def look() -> Picture | None:
    """What is to be seen now; None while there is no stage."""
    try:
        return msgspec.json.decode(_ask("GET", "/picture"), type=Picture)
    except NoStage:
        return None


def act(wanted: Act) -> str:
    """Do it: "" or why not, as a code. Raises NoStage."""
    return _told("/act", wanted)


def begin(run: Run) -> str:
    """Play this run from its beginning. Raises NoStage."""
    return _told("/run", run)


def _told(path: str, value: Any) -> str:
    return msgspec.json.decode(_ask("POST", path, msgspec.json.encode(value)), type=Answer).refused


def _ask(method: str, path: str, body: bytes | None = None) -> bytes:
    connection = HTTPConnection(settings.CROSSDOCK_REHEARSAL.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        found = answer.read()
    except (OSError, HTTPException) as error:
        raise NoStage(str(error)) from error
    finally:
        connection.close()
    if answer.status not in (200, 422):
        raise NoStage(f"{answer.status}: {found[:200]!r}")
    return found
