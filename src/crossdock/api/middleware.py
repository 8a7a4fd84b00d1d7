"""The door of the API: finds the token, counts what it asks, lets writes happen once, and words every refusal alike.

Not here: what a token may do (caller.py), or the endpoints.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponseBase
from django.http.request import RequestDataTooBig

from crossdock.api import once
from crossdock.api.caller import ATTRIBUTE, caller_of
from crossdock.api.problems import MEDIA_TYPE, answer, missing
from crossdock.operations.tokens import BURST, PER_MINUTE, Used, use_token

ROOT = "/api/v1/"
OPEN = (f"{ROOT}openapi.json",)
WRITES = ("POST", "PUT", "PATCH", "DELETE")
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="crossdock"'}
Answers = Callable[[HttpRequest], HttpResponseBase]


class ApiMiddleware:
    """Everything below ROOT passes here; other addresses pass by."""

    def __init__(self, get_response: Answers) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ROOT):
            return self._get_response(request)
        if request.path in OPEN:
            reads = request.method in ("GET", "HEAD")
            return self._get_response(request) if reads else _only_read()
        return self._enter(request)

    def _enter(self, request: HttpRequest) -> HttpResponseBase:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        now = datetime.now(UTC)
        used = use_token(secret=secret.strip(), now=now) if kind.lower() == "bearer" and secret.strip() else None
        if used is None:
            words = "Send a token that is valid: Authorization: Bearer cdk_..."
            return answer(401, "token_missing" if not kind else "token_invalid", words, headers=CHALLENGE)
        said = self._answered(request, used, now) if used.allowed else _too_often(used)
        return _counted(said, used)

    def _answered(self, request: HttpRequest, used: Used, now: datetime) -> HttpResponseBase:
        setattr(request, ATTRIBUTE, caller_of(used.token))
        if b"\0" in unquote_to_bytes(request.get_full_path()):
            return answer(422, "invalid", "An address cannot hold the character NUL.")
        if request.method not in WRITES:
            return _worded(self._get_response(request))
        try:
            _ = request.body
        except RequestDataTooBig:
            return answer(413, "too_large", "That is more than one request may hold.")
        return once.write(request, used.token, now, lambda asked: _worded(self._get_response(asked)))


def _worded(said: HttpResponseBase) -> HttpResponseBase:
    """Refusals that Django makes itself, in the words of the API."""
    if said.status_code < 400 or said.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return said
    if said.status_code == 404:
        return missing()
    if said.status_code == 405:
        allow = {"Allow": said.headers.get("Allow", "")}
        return answer(405, "method_not_allowed", "This address does not take that method.", headers=allow)
    if said.status_code >= 500:
        return answer(said.status_code, "internal", "Something went wrong here. It was noted; try again later.")
    return answer(said.status_code, "refused", "The request cannot be answered as it is.")


def _only_read() -> HttpResponseBase:
    return answer(405, "method_not_allowed", "This address is only read.", headers={"Allow": "GET, HEAD"})


def _too_often(used: Used) -> HttpResponseBase:
    words = f"That is more than {PER_MINUTE} requests a minute. Try again in {used.wait} s."
    return answer(429, "too_many_requests", words, headers={"Retry-After": str(used.wait)})


def _counted(said: HttpResponseBase, used: Used) -> HttpResponseBase:
    """RateLimit fields as the IETF's draft has them (draft-ietf-httpapi-ratelimit-headers-10)."""
    said.headers["RateLimit-Policy"] = f'"token";q={int(BURST)};w={round(BURST * 60 / PER_MINUTE)}'
    said.headers["RateLimit"] = f'"token";r={used.left};t={used.reset}'
    said.headers["Cache-Control"] = "no-store"
    return said
