"""How a person connects a store of a platform: the ways there are, what each asks for, and what comes of it.

A platform's folder fills this in (connecting.py there); pages and commands are made from it. Not here: who may connect,
what is kept meanwhile and the test before anything is saved (operations/connecting.py).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from crossdock.connector.contract import Role
from crossdock.connector.http import Http


class How(StrEnum):
    KEYS = "keys"  # the person pastes what the store shows
    OAUTH = "oauth"  # the owner consents in the browser, which comes back with a code
    CONSENT = "consent"  # the owner consents in the browser, and the store's server posts keys to us


class Field(Struct, frozen=True):
    """Something the person types. `secret` is never shown again."""

    name: str
    title: str
    help: str = ""
    secret: bool = False
    longest: int = 200


class Way(Struct, frozen=True):
    """One way to connect. `help` says where in the store's admin to find or make what is asked for; "{back}" in it is
    our address to come back to. `mend`: what to do when the store refuses what was given."""

    name: str
    title: str
    how: How
    help: str
    mend: str
    fields: tuple[Field, ...] = ()


class Begun(Struct, frozen=True):
    """What was begun. `values` are the way's fields; `state` is unguessable and of use once; `back` is where the
    browser comes back to, `post` where the store's server posts to (CONSENT)."""

    way: str
    role: Role
    domain: str
    base_url: str
    values: dict[str, str]
    state: str
    back: str
    post: str = ""

    def __repr__(self) -> str:
        return f"Begun(way={self.way!r}, domain={self.domain!r})"


class Answer(Struct, frozen=True):
    """What came back: the query that the browser brought, and what the store's server posted."""

    query: Mapping[str, str] = {}
    posted: bytes = b""


class NotBelieved(Exception):
    """What came back is not the answer to what was begun, or it says no. The words say which."""


class Connecting(Protocol):
    """The object `CONNECTING` of a platform's folder. `address` tells what a store's address looks like. `decides`:
    credentials alone say which store is meant, so that they may be of another than the address that was typed."""

    ways: tuple[Way, ...]
    address: str
    decides: bool

    def scopes(self, role: Role) -> tuple[str, ...]:
        """What the store's owner is asked to allow: the least that the role needs."""

    def begin(self, begun: Begun) -> str:
        """Where to send the owner; "" for KEYS."""

    async def finish(self, begun: Begun, answer: Answer, http: Http, *, now: datetime) -> dict[str, Any]:
        """Credentials. Must check that `answer` belongs to `begun` (raises NotBelieved); may raise the connector's
        errors."""
