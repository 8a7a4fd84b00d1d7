"""A transport on which one chosen request goes wrong, in each way that requests do.

Not here: misfortune that only a platform knows (the sandbox's faults).
"""

from enum import StrEnum

from crossdock.connector.http import Http, NoAnswer, NotSent, Request, Response


class Mishap(StrEnum):
    """How a request goes wrong; `DONE` are those that the store has carried out."""

    UNSENT = "no connection"
    NEVER = "no answer, and it never arrived"
    LOST = "no answer, and it was carried out"
    BROKEN = "a gateway's error page, and it was carried out"
    GARBLED = "half an answer, and it was carried out"
    BUSY = "too many requests"
    LOCKED = "not authorised"


DONE = frozenset((Mishap.LOST, Mishap.BROKEN, Mishap.GARBLED))
RETRY_AFTER = 7
_PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class Mishaps:
    """An `Http` that counts what is sent; request number `at` (from 1) meets `mishap`."""

    def __init__(self, http: Http, mishap: Mishap | None = None, at: int = 0) -> None:
        self._http = http
        self._mishap, self._at = mishap, at
        self.sent = 0
        self.harmless = False

    @property
    def struck(self) -> bool:
        return self._mishap is not None and self.sent >= self._at

    @property
    def went_on(self) -> bool:
        """Whether more was sent after what went wrong."""
        return self.sent > self._at

    @property
    def felt(self) -> bool:
        """Whether what went wrong could not be got over: nothing was sent after it, and its answer mattered."""
        return self.struck and not self.went_on and not self.harmless

    def begin(self, mishap: Mishap | None = None, at: int = 0) -> None:
        """From now on this, counted anew."""
        self._mishap, self._at, self.sent, self.harmless = mishap, at, 0, False

    async def send(self, request: Request) -> Response:
        self.sent += 1
        if self._mishap is None or self.sent != self._at:
            return await self._http.send(request)
        return await self._fail(self._mishap, request)

    async def _fail(self, mishap: Mishap, request: Request) -> Response:
        match mishap:
            case Mishap.UNSENT:
                raise NotSent("connection refused")
            case Mishap.NEVER:
                raise NoAnswer("time-out")
            case Mishap.BUSY:
                return Response(429, {"retry-after": str(RETRY_AFTER), "content-type": "text/html"}, b"slow down")
            case Mishap.LOCKED:
                return Response(401, {"content-type": "application/json"}, b"{}")
        answer = await self._http.send(request)
        match mishap:
            case Mishap.BROKEN:
                return Response(502, {"content-type": "text/html"}, _PAGE)
            case Mishap.GARBLED:
                self.harmless = answer.status >= 300 or not answer.body  # whose status says it all
                return Response(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
        raise NoAnswer("connection lost")
