"""WooCommerce's own two clients, Python's and JavaScript's, against the served sandbox: signed over http, plain keys
over TLS. JavaScript's wants `npm ci --ignore-scripts` in this folder.
"""

import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from woocommerce import API

from tests.sandbox.served import Served, served

HERE = Path(__file__).parent
MUG = {"title": "Mug", "variants": [{"sku": "MUG", "price": "12.50", "inventory": 10}]}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    with served() as one:
        yield one


@pytest.fixture
def made(sandbox: Served) -> dict[str, Any]:
    sandbox.op("reset")
    return sandbox.op("create_store", store="harbour", platform="woocommerce", products=[MUG])


def client(made: dict[str, Any], url: str = "", **more: Any) -> API:
    return API(url=url or made["base_url"], consumer_key=made["consumer_key"],
               consumer_secret=made["consumer_secret"], version="wc/v3", **more)  # fmt: skip


def walk(api: API, made: dict[str, Any]) -> None:
    """An order's life, through the client alone."""
    product = int(made["products"][0]["id"])
    bought = api.post("orders", {"set_paid": True, "created_via": "cd-7", "line_items": [
        {"product_id": product, "quantity": 3}]})  # fmt: skip
    assert (bought.status_code, bought.json()["total"]) == (201, "37.50")
    number = bought.json()["id"]
    found = api.get("orders", params={"created_via": "cd-7", "after": "2020-01-01T00:00:00", "per_page": 5})
    assert [one["id"] for one in found.json()] == [number]
    assert found.headers["X-WP-Total"] == "1"
    assert api.get(f"products/{product}").json()["stock_quantity"] == 7
    assert api.put(f"orders/{number}", {"status": "cancelled"}).json()["status"] == "cancelled"
    assert api.get(f"products/{product}").json()["stock_quantity"] == 10
    assert api.delete(f"orders/{number}", params={"force": True}).status_code == 200
    assert api.get(f"orders/{number}").json()["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_the_python_client_signs_over_http(made: dict[str, Any]) -> None:
    walk(client(made), made)


def test_a_wrong_secret_is_refused(made: dict[str, Any]) -> None:
    answer = client({**made, "consumer_secret": "cs_wrong"}).get("orders")
    assert (answer.status_code, answer.json()["code"]) == (401, "woocommerce_rest_authentication_error")


class Tls:
    """TLS in front of an address, as a host's proxy does it: what comes out goes there as it is."""

    def __init__(self, to: str, folder: Path) -> None:
        parts = urlsplit(to)
        self.to = (parts.hostname or "", parts.port or 80)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(folder))
        self.listening = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        self.url = f"https://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listening.accept()
            except ssl.SSLError:
                continue
            except OSError:
                return  # closed
            far = socket.create_connection(self.to)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        for each in (one, other):
            with suppress(OSError):
                each.close()

    def close(self) -> None:
        self.listening.close()


def _certificate(folder: Path) -> Path:
    """A fresh key and a certificate that it signed itself, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")  # the certificate is its own authority
@pytest.mark.parametrize("in_query", [False, True], ids=["basic", "query"])
def test_the_python_client_sends_its_keys_over_tls(
    sandbox: Served, made: dict[str, Any], tmp_path: Path, in_query: bool
) -> None:
    proxy = Tls(sandbox.url, tmp_path)
    sandbox.op("set_site", store="harbour", set={"tls": True, "strip_authorization": in_query})
    try:
        url = made["base_url"].replace(sandbox.url, proxy.url)
        walk(client(made, url, verify_ssl=False, query_string_auth=in_query), made)
    finally:
        proxy.close()


def test_the_javascript_client_signs_over_http(made: dict[str, Any]) -> None:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "@woocommerce" / "woocommerce-rest-api").is_dir():
        words = "WooCommerce's JavaScript client is not installed: npm ci --ignore-scripts --prefix tests/clients"
        pytest.fail(words) if os.environ.get("CROSSDOCK_TEST_ALL") == "1" else pytest.skip(words)
    given = {"url": made["base_url"], "product": int(made["products"][0]["id"]), "sku": "mug",
             "consumer_key": made["consumer_key"], "consumer_secret": made["consumer_secret"]}  # fmt: skip
    done = subprocess.run([node, "check_woocommerce.mjs", json.dumps(given)], cwd=HERE, capture_output=True, text=True,
                          timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "made": [201, "25.00", "Zoë"],
        "found": [True],
        "changed": "completed",
        "listed": ["1", 1],
        "gone": True,
        "unknown": "404 woocommerce_rest_shop_order_invalid_id",
        "stranger": "401 woocommerce_rest_authentication_error",
        "duplicate": "400 product_invalid_sku",
    }
