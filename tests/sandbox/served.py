"""A sandbox as a process of its own, spoken to over HTTP, and a small server for webhooks. Standard library only."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[2] / "src"


class Served:
    """Where the process listens, and short ways to ask it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, shape: Any, **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(f"{self.url}{path}", json.dumps(shape).encode(), headers)  # noqa: S310  loopback
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  loopback
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def op(self, name: str, **fields: Any) -> dict[str, Any]:
        status, shape = self.post("/control", {"op": name, **fields})
        assert status == 200, shape
        found: dict[str, Any] = shape
        return found

    def graphql(self, made: dict[str, Any], query: str, **variables: Any) -> dict[str, Any]:
        path = made["base_url"].removeprefix(self.url) + "/admin/api/2026-10/graphql.json"
        token = {"X-Shopify-Access-Token": made["access_token"], "Content-Type": "application/json"}
        status, shape = self.post(path, {"query": query, "variables": variables}, **token)
        assert status == 200, shape
        found: dict[str, Any] = shape
        return found

    def quiet(self, seconds: float = 10.0) -> None:
        until = time.monotonic() + seconds
        while self.op("pending") != {"webhooks": 0, "jobs": 0}:
            assert time.monotonic() < until, self.op("pending")
            time.sleep(0.02)


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """The process, until the end of the block; it must end with 0."""
    command = [sys.executable, "-m", "crossdock_sandbox", "--port", "0", "--quiet", *options]
    found = os.pathsep.join([str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": found})
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("sandbox listening on "), line
        yield Served(line.rpartition(" ")[2].strip())
    finally:
        process.terminate()
        code = process.wait(10)
        process.stdout.close()
    assert code == 0


@contextmanager
def listener() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """An address for webhooks and what came to it."""
    came: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
