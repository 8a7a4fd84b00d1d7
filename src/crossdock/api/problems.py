"""Refusals as RFC 9457 problems: a stable code, words for people, and the fields to mend.

Not here: which operation refuses what (operations).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from crossdock.operations.record import Refused

MEDIA_TYPE = "application/problem+json"
URN = "urn:crossdock:problem:"
# Of what is wrong with what was sent, rather than with the moment.
ALWAYS_422 = ("bad_cursor", "nothing_chosen", "nothing_to_confirm", "bad_email", "wrong_role")


class Problem(Exception):
    """A request that is answered with a problem."""

    def __init__(self, status: int, code: str, detail: str, *, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors

    @property
    def answer(self) -> HttpResponse:
        return answer(self.status, self.code, self.detail, errors=self.errors)


def answer(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """`errors`: {"field", "code", "detail"} of each input to mend."""
    body = {
        "type": URN + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": list(errors),
    }
    return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE, headers=headers)


def handle(api: NinjaAPI) -> None:
    """What endpoints raise becomes a problem."""
    api.add_exception_handler(Problem, lambda _request, problem: problem.answer)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Http404, _missing)


def missing() -> HttpResponse:
    return answer(404, "not_found", "There is nothing here that this token may see.")


def _refused(_request: HttpRequest, refused: Any) -> HttpResponse:
    words = str(refused)
    said = words if words != refused.code else refused.code.replace("_", " ")
    if not refused.field and refused.code not in ALWAYS_422:
        return answer(409, refused.code, said)
    errors = [{"field": refused.field, "code": refused.code, "detail": said}] if refused.field else []
    return answer(422, refused.code, said, errors=errors)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {
            "field": ".".join(str(part) for part in each["loc"][1:] if part != "given") or str(each["loc"][0]),
            "code": str(each["type"]),
            "detail": str(each["msg"]),
        }
        for each in error.errors
    ]
    return answer(422, "invalid", "Something in the request is not as it should be.", errors=errors)


def _unreadable(_request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status_code, "unreadable", "The body is not JSON that can be read.")


def _missing(_request: HttpRequest, _error: Any) -> HttpResponse:
    return missing()
