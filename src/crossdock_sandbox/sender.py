"""Carries webhooks to their addresses over HTTP: keep-alive, five seconds in all, one second to connect, no redirects.

Not for retries (`webhooks.py`).
"""

from datetime import timedelta

from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import PyreqwestError

TIME_OUT = 5.0


class Sender:
    """One client for all addresses. A 3xx is an answer like any other: not a success (FACTS section 10)."""

    def __init__(self) -> None:
        builder = ClientBuilder().follow_redirects(False).connect_timeout(timedelta(seconds=1)).no_proxy()
        self._client = builder.timeout(timedelta(seconds=TIME_OUT)).max_connections(256).build()

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> int:
        request = self._client.post(url).headers(headers).body_bytes(body).build()
        try:
            response = await request.send()
        except PyreqwestError as error:
            raise OSError(str(error)) from error
        return int(response.status)

    async def close(self) -> None:
        await self._client.close()
