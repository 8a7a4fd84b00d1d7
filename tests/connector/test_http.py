"""The real transport against a real server on this machine: what was sent, what was answered, and what is not known."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from crossdock.connector.guard import AddressRefused, guard
from crossdock.connector.http import USER_AGENT, NoAnswer, NotSent, PyreqwestHttp, Request

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(once, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        listening.close()


def answering(text: str) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(text.replace("\n", "\r\n").encode())
        await writer.drain()

    return handler


def request(url: str, **changed: object) -> Request:
    given: dict[str, object] = {
        "method": "POST",
        "url": url,
        "headers": {"X-One": "1"},
        "body": b"{}",
        "timeout": 5.0,
        "call": "test",
    }
    return Request(**(given | changed))  # type: ignore[arg-type]


async def test_an_answer_has_its_status_lower_case_headers_and_body() -> None:
    seen: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(65536))
        writer.write(b"HTTP/1.1 201 Created\r\nX-Request-ID: r1\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async with server(handler) as url, PyreqwestHttp(allow_private=True) as http:
        response = await http.send(request(url))
    assert (response.status, response.headers["x-request-id"], response.body) == (201, "r1", b"ok")
    assert USER_AGENT.encode() in seen[0]
    assert seen[0].endswith(b"\r\n\r\n{}")


async def test_redirects_are_not_followed() -> None:
    text = "HTTP/1.1 302 Found\nLocation: http://127.0.0.1:9/elsewhere\nContent-Length: 0\n\n"
    async with server(answering(text)) as url, PyreqwestHttp(allow_private=True) as http:
        assert (await http.send(request(url))).status == 302


async def test_a_refused_connection_was_not_sent() -> None:
    async with server(answering("")) as url:
        pass
    async with PyreqwestHttp(allow_private=True) as http:
        with pytest.raises(NotSent):
            await http.send(request(url))


async def test_a_name_that_is_not_there_was_not_sent() -> None:
    async with PyreqwestHttp(allow_private=True) as http:
        with pytest.raises(NotSent):
            await http.send(request("http://nowhere.invalid/"))


async def test_a_connection_that_does_not_come_about_was_not_sent() -> None:
    import socket

    with socket.socket() as full:  # its queue is full: connecting hangs
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        others = [socket.socket() for _ in range(4)]
        for other in others:
            other.setblocking(False)
            other.connect_ex(("127.0.0.1", port))
        async with PyreqwestHttp(allow_private=True, connect_seconds=0.3) as http:
            with pytest.raises(NotSent):
                await http.send(request(f"http://127.0.0.1:{port}"))
        for other in others:
            other.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhalf",
        "nonsense\n\n",
    ],
)
async def test_a_connection_lost_after_sending_is_no_answer(text: str) -> None:
    async with server(answering(text)) as url, PyreqwestHttp(allow_private=True) as http:
        with pytest.raises(NoAnswer):
            await http.send(request(url))


@pytest.mark.parametrize("start", ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
async def test_the_time_out_is_of_the_whole_exchange(start: str) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(start.encode())
        await writer.drain()
        await asyncio.sleep(0.6)

    async with server(handler) as url, PyreqwestHttp(allow_private=True) as http:
        with pytest.raises(NoAnswer):
            await http.send(request(url, timeout=0.3))


async def test_a_kept_alive_connection_that_the_store_closed_is_no_harm() -> None:
    text = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"
    async with server(answering(text)) as url, PyreqwestHttp(allow_private=True) as http:
        for _ in range(3):
            assert (await http.send(request(url))).body == b"ok"
            await asyncio.sleep(0.05)


async def test_an_endless_answer_is_cut() -> None:
    text = "HTTP/1.1 200 OK\nContent-Length: 100000\n\n" + "x" * 100000
    async with server(answering(text)) as url, PyreqwestHttp(allow_private=True, largest_answer=1000) as http:
        with pytest.raises(NoAnswer, match="larger"):
            await http.send(request(url))


async def test_words_of_failures_carry_neither_address_nor_token() -> None:
    async with PyreqwestHttp(allow_private=True) as http:
        with pytest.raises(NotSent) as error:
            await http.send(request("http://127.0.0.1:1/?token=secret"))
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://localhost/",
        "ftp://8.8.8.8/",
        "https://user:pass@8.8.8.8/",
        "https:///",
        "",
    ],
)
async def test_private_and_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await guard(url, allow_private=False)
    async with PyreqwestHttp() as http:
        with pytest.raises(NotSent):
            await http.send(request(url))


async def test_public_addresses_pass() -> None:
    await guard("https://8.8.8.8/", allow_private=False)
    await guard("https://[2001:4860:4860::8888]/", allow_private=False)
    await guard("http://10.0.0.1:9100/", allow_private=True)
