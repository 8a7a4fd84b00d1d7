"""Where requests go, with DNS under control: the address that was checked, or nowhere."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address, ip_network

import pytest

from crossdock.connector import routes
from crossdock.connector.guard import AddressRefused, guard, public
from crossdock.connector.http import NotSent, PyreqwestHttp, Request

ALLOWED, FORBIDDEN = "127.0.0.2", "127.0.0.1"
NETWORKS = (ip_network("127.0.0.2/31"),)
PUBLIC = "93.184.216.34"


class Dns:
    """Answers in turn; the last one for good."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not found:
            raise OSError("no such name")
        return found


class Hosts:
    """The same port at several addresses of this machine, and what each was sent."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {ALLOWED: [], FORBIDDEN: [], "127.0.0.3": []}
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = writer.get_extra_info("sockname")[0]
        self.seen[here].append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def hosts() -> AsyncIterator[Hosts]:
    made = Hosts()
    first = await asyncio.start_server(made.serve, ALLOWED, 0)
    made.port = first.sockets[0].getsockname()[1]
    second = await asyncio.start_server(made.serve, FORBIDDEN, made.port)
    try:
        yield made
    finally:
        first.close()
        second.close()


def get(url: str) -> Request:
    return Request("GET", url, {}, timeout=5.0, call="test")


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.0.0.192"),  # noqa: S104 - nothing is bound
        *("192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "168.63.129.16", "100.100.100.200"),
        *("::", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001::1"),
    ],
)
async def test_what_is_no_public_host_is_refused_also_from_dns(address: str) -> None:
    assert not public(ip_address(address))
    for answer in ([address], [PUBLIC, address]):
        with pytest.raises(AddressRefused, match="private or local"):
            await guard("https://shop.example/", allow_private=False, resolve=Dns(answer))


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
async def test_public_hosts_are_told_as_the_addresses_to_connect_to(address: str) -> None:
    found = await guard("https://shop.example/", allow_private=False, resolve=Dns([address, address]))
    assert found == (ip_address(address),)


@pytest.mark.parametrize(
    "url",
    [
        *("https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://0177.0.0.1/", "https://0/"),
        *("https://127。0。0。1/", "https://①②⑦.0.0.1/", "https://[::ffff:7f00:1]/", "https://127.0.0.1./"),
        *("https://user@shop.example/", "https://:pw@shop.example/", "https://shop.example:99999/"),
        *("//shop.example/", "shop.example", "file:///etc/passwd", "gopher://shop.example/", "https://a b/"),
        *("http://shop.example/", "https://shop.example@127.0.0.1/", "https:\\\\127.0.0.1\\", " https://10.1.1.1\n"),
    ],
)
async def test_odd_ways_to_write_an_address_are_read_as_the_transport_reads_them(url: str) -> None:
    dns = Dns([PUBLIC])
    async with PyreqwestHttp(resolve=dns) as http:
        with pytest.raises(NotSent):
            await http.send(get(url))
    assert dns.asked == []


async def test_names_in_other_scripts_are_looked_up_in_punycode() -> None:
    dns = Dns([PUBLIC])
    await guard("https://bücher.example:8443/shop", allow_private=False, resolve=dns)
    await guard("https://аpple.example/", allow_private=False, resolve=dns)  # the first letter is Cyrillic
    assert dns.asked == ["xn--bcher-kva.example", "xn--pple-43d.example"]


@pytest.mark.parametrize(
    "name", ["shop.example", "SHOP.example", "shop.example.", "bücher.example", "shop-1.a.example"]
)
async def test_a_request_goes_to_the_address_that_was_checked_under_its_own_name(name: str) -> None:
    dns = Dns([ALLOWED])
    async with hosts() as at, PyreqwestHttp(networks=NETWORKS, resolve=dns) as http:
        for _ in range(2):
            assert (await http.send(get(f"http://{name}:{at.port}/x"))).body == b"ok"
    assert len(dns.asked) == 1
    assert f"host: {dns.asked[0]}:{at.port}" in at.seen[ALLOWED][0].lower()


async def test_a_name_that_changes_between_check_and_use_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    dns = Dns([ALLOWED], [FORBIDDEN])
    async with hosts() as at, PyreqwestHttp(networks=NETWORKS, resolve=dns) as http:
        url = f"http://localhost:{at.port}/"  # the system says 127.0.0.1
        await http.send(get(url))
        assert (len(at.seen[ALLOWED]), at.seen[FORBIDDEN]) == (1, [])
        await http.send(get(url))  # still believed: the same address, whatever DNS says by now
        monkeypatch.setattr(routes, "BELIEVED_SECONDS", 0.0)
        async with PyreqwestHttp(networks=NETWORKS, resolve=Dns([ALLOWED], [FORBIDDEN])) as other:
            await other.send(get(url))
            with pytest.raises(NotSent, match="only https"):
                await other.send(get(url))
    assert (len(at.seen[ALLOWED]), at.seen[FORBIDDEN]) == (3, [])


@pytest.mark.parametrize("answer", [[FORBIDDEN], [ALLOWED, FORBIDDEN], ["::1"], ["::ffff:127.0.0.1"], ["0.0.0.1"]])
async def test_one_forbidden_address_refuses_the_name(answer: list[str]) -> None:
    async with hosts() as at, PyreqwestHttp(networks=NETWORKS, resolve=Dns(answer)) as http:
        for scheme in ("http", "https"):
            with pytest.raises(NotSent):
                await http.send(get(f"{scheme}://shop.example:{at.port}/"))
    assert at.seen[FORBIDDEN] == []
    assert at.seen[ALLOWED] == []


async def test_a_name_that_moves_to_another_allowed_address_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "BELIEVED_SECONDS", 0.0)
    async with hosts() as at:
        third = await asyncio.start_server(at.serve, "127.0.0.3", at.port)
        async with PyreqwestHttp(networks=NETWORKS, resolve=Dns([ALLOWED], ["127.0.0.3"])) as http:
            for _ in range(2):
                await http.send(get(f"http://shop.example:{at.port}/"))
        third.close()
    assert [len(at.seen[address]) for address in (ALLOWED, "127.0.0.3")] == [1, 1]


async def test_where_no_connection_comes_about_the_next_address_of_the_name_is_tried() -> None:
    async with hosts() as at, PyreqwestHttp(networks=NETWORKS, resolve=Dns(["127.0.0.3", ALLOWED])) as http:
        for _ in range(2):
            await http.send(get(f"http://shop.example:{at.port}/"))
    assert len(at.seen[ALLOWED]) == 2


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    async def away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 307 .\r\nLocation: http://{FORBIDDEN}/\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(away, ALLOWED, 0)
    port = server.sockets[0].getsockname()[1]
    async with PyreqwestHttp(networks=NETWORKS, resolve=Dns([ALLOWED])) as http:
        assert (await http.send(get(f"http://shop.example:{port}/"))).status == 307
    server.close()


async def test_tls_is_asked_for_by_the_name() -> None:
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server = await asyncio.start_server(lambda _reader, _writer: None, ALLOWED, 0, ssl=context)  # without a certificate
    port = server.sockets[0].getsockname()[1]
    async with PyreqwestHttp(networks=NETWORKS, resolve=Dns([ALLOWED])) as http:
        with pytest.raises(NotSent):
            await http.send(get(f"https://shop.example:{port}/"))
    server.close()
    assert asked == ["shop.example"]


async def test_only_so_many_clients_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_CLIENTS", 2)
    async with hosts() as at, PyreqwestHttp(networks=NETWORKS, resolve=Dns([ALLOWED])) as http:
        for name in ("a", "b", "c", "a"):
            await http.send(get(f"http://{name}.example:{at.port}/"))
        assert [host for host, _address in http._routes._pinned] == ["c.example", "a.example"]


async def test_many_at_once_ask_dns_once() -> None:
    dns = Dns([ALLOWED])
    async with hosts() as at, PyreqwestHttp(networks=NETWORKS, resolve=dns) as http:
        await asyncio.gather(*(http.send(get(f"http://shop.example:{at.port}/")) for _ in range(20)))
    assert dns.asked == ["shop.example"]
