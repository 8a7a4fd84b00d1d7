"""Where the recorded answers of a WooCommerce store are, and a transport that gives them. Not here: any test."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crossdock.connector.contract import Connection, Role
from crossdock.connector.http import Request, Response
from crossdock.platforms.woocommerce.platform import PLATFORM
from crossdock.platforms.woocommerce.store import WooCommerceStore

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SITE = "https://shop.example"
KEYS = {"consumer_key": "ck_1", "client_secret": "cs_1"}


def folder() -> Path:
    """Skips the test where there are no recordings, fails under CROSSDOCK_TEST_ALL=1."""
    base = Path(os.environ.get("CROSSDOCK_SHARED", ROOT.parent / "shared"))
    path = base / "platforms" / "woocommerce" / "recorded"
    if not path.exists():
        reason = "reference data not found: platforms/woocommerce/recorded (set CROSSDOCK_SHARED)"
        if os.environ.get("CROSSDOCK_TEST_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    return found


def body(name: str) -> bytes:
    """The recorded answer's body."""
    return encoded(sample(name)["response"]["body"])


def answer(name: str) -> Response:
    """A recorded answer as the transport gives it."""
    told = sample(name)["response"]
    headers = {key.lower(): value for key, value in told.get("headers", {}).items()}
    return Response(told["status"], headers, encoded(told["body"]))


def encoded(of: Any) -> bytes:
    return of.encode() if isinstance(of, str) else json.dumps(of).encode()


class Noon:
    """A `Clock` that stands still."""

    def __call__(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here should wait {seconds} s")


class Site:
    """`Http` that answers by method and path; what was asked is kept. Not a shop: it knows only what it is told."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, str], Callable[[Request], Any]] = {}
        self.requests: list[Request] = []

    def on(self, method: str, path: str, *answers: Any) -> None:
        """The answers in turn, the last of them from then on. Paths are below wp-json/wc/v3/, or whole with a slash."""
        left = list(answers)

        def take(request: Request) -> Any:
            now = left.pop(0) if len(left) > 1 else left[0]
            return now(request) if callable(now) else now

        self.routes[method, path if path.startswith("/") else f"/wp-json/wc/v3/{path}"] = take

    async def send(self, request: Request) -> Response:
        self.requests.append(request)
        path = urlsplit(request.url).path
        found = self.routes.get((request.method, path))
        if found is None:
            return reply(404, {"code": "rest_no_route", "message": f"No route: {request.method} {path}"})
        told = found(request)
        if isinstance(told, Exception):
            raise told
        return told if isinstance(told, Response) else reply(200, told)

    def sent(self, method: str) -> list[Any]:
        """Bodies sent with a method."""
        return [json.loads(each.body) for each in self.requests if each.method == method and each.body]


def reply(status: int, told: Any, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": "application/json", **named}, encoded(told))


def query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def store(site: Site, role: Role = Role.VENDOR, base_url: str = SITE, **credentials: Any) -> WooCommerceStore:
    connection = Connection(1, role, "shop.example", base_url, {**KEYS, **credentials})
    return PLATFORM.client(connection, site, now=Noon())
