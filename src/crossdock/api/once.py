"""Writes happen whole, and once for each Idempotency-Key: the answer is kept in the write's own transaction.

After a crash there is either the write with its answer or neither, so asking again is always right. A refusal did
nothing and is not kept. Not here: who may write (caller.py).
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from crossdock.api.problems import answer
from crossdock.models import ApiAnswer, ApiToken
from crossdock.models.seal import Ring

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT = timedelta(hours=24)
MOST_DROPPED = 100  # at a time, of those that are older
REPLAYED = "Idempotent-Replayed"
# The row is there from the start: a second request with the same key waits here for the first to end.
BEGIN = """
INSERT INTO api_answer (token_id, key, digest, made_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (token_id, key) DO NOTHING RETURNING id
"""
DROP = """
DELETE FROM api_answer WHERE id IN (
    SELECT id FROM api_answer WHERE made_at < %s ORDER BY made_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def write(
    request: HttpRequest, token: ApiToken, now: datetime, carry_out: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    """What `carry_out` answers, or answered before."""
    key = request.headers.get(HEADER, "")
    if not key:
        return _whole(request, carry_out)
    if len(key) > LONGEST or not key.isascii() or not key.isprintable():
        words = f"An Idempotency-Key has 1 to {LONGEST} printable ASCII characters."
        return answer(422, "bad_idempotency_key", words, errors=[_error("bad_idempotency_key", words)])
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
    with transaction.atomic():
        number = _begin(token, key, digest, now)
        if number is None:
            return _again(token, key, digest)
        said = carry_out(request)
        if not _done(said):
            transaction.set_rollback(True)
            return said
        if "no-store" in said.headers.get("Cache-Control", ""):  # kept nowhere: made anew when asked again
            ApiAnswer.objects.filter(pk=number).delete()
            return said
        body = said.content if isinstance(said, HttpResponse) else b""
        ApiAnswer.objects.filter(pk=number).update(status=said.status_code, sealed=Ring.from_settings().seal(body))
        return said


def _whole(request: HttpRequest, carry_out: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
    with transaction.atomic():
        said = carry_out(request)
        if not _done(said):
            transaction.set_rollback(True)
        return said


def _done(said: HttpResponseBase) -> bool:
    return 200 <= said.status_code < 300


def _begin(token: ApiToken, key: str, digest: bytes, now: datetime) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(DROP, [now - KEPT, MOST_DROPPED])
        cursor.execute(BEGIN, [token.pk, key, digest, now])
        row = cursor.fetchone()
    return row[0] if row else None


def _again(token: ApiToken, key: str, digest: bytes) -> HttpResponse:
    row = ApiAnswer.objects.get(token=token, key=key)
    if bytes(row.digest) != digest:
        words = "This Idempotency-Key was used for another request. Take a new key."
        return answer(422, "idempotency_key_reused", words, errors=[_error("idempotency_key_reused", words)])
    body = Ring.from_settings().open(row.sealed) if row.sealed is not None else b""
    return HttpResponse(
        body, status=row.status or 200, content_type="application/json; charset=utf-8", headers={REPLAYED: "true"}
    )


def _error(code: str, words: str) -> dict[str, str]:
    return {"field": HEADER, "code": code, "detail": words}
