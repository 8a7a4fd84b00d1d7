"""Every endpoint, asked by schemathesis what its document promises and what it does not expect: no answer of 5xx, and
every answer as the document says.

Not here: what answers mean (test_answers.py).
"""

from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.calls import ROOT, ApiWorld, token

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 3}  # for each endpoint, the same ones each time
OUTSIDE = ("connect",)  # it calls a store
HOST = "http://testserver"


class Undone(Exception):
    """Raised to take back what a call did."""


def test_every_endpoint_keeps_its_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crossdock.operations.tokens.BURST", 1e9)
    world = ApiWorld()
    secret, broken = token(world.place), []
    document = from_dict(Client().get(f"{ROOT}/openapi.json").json())
    asked = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if operation.definition.raw["operationId"] in OUTSIDE:
            continue
        for mode, most in EXAMPLES.items():
            asked += 1
            broken += breaks(world, secret, operation, mode, most)
    assert not broken, "\n".join(broken)
    assert asked > 100


def breaks(world: ApiWorld, secret: str, operation: Any, mode: GenerationMode, most: int) -> list[str]:
    """What went wrong with the first example that did."""

    @settings(
        max_examples=most,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), ours=st.booleans())
    def promise(case: Any, ours: bool) -> None:
        if ours and case.path_parameters:  # of what is there
            case.path_parameters = {name: world.numbers()[name] for name in case.path_parameters}
        case.validate_response(ask(case, secret), checks=CHECKS)

    try:
        promise()
    except schemathesis.errors.InvalidSchema as error:
        return [f"{operation.label}: {error}"]
    except BaseExceptionGroup as group:
        return [f"{operation.label}: {each}" for each in group.exceptions]
    except AssertionError as error:
        return [f"{operation.label}: {error}"]
    return []


def ask(case: Any, secret: str) -> Response:
    """By Django's own client, inside the test's transaction; what it did is taken back."""
    values = case.as_transport_kwargs(base_url=HOST)
    kept = ("method", "url", "headers", "files", "data", "params", "json")
    sent = requests.Request(**{name: values[name] for name in kept if name in values}).prepare()
    sent.headers["Authorization"] = f"Bearer {secret}"
    body = sent.body.encode() if isinstance(sent.body, str) else bytes(sent.body or b"")
    headers = {name: value for name, value in sent.headers.items() if name not in ("Content-Type", "Content-Length")}
    kind = sent.headers.get("Content-Type", "")
    try:
        with transaction.atomic():
            said = Client().generic(sent.method, sent.url.removeprefix(HOST), body, content_type=kind, headers=headers)
            raise Undone
    except Undone:
        return as_response(sent, said)


def as_response(sent: requests.PreparedRequest, said: Any) -> Response:
    return Response(
        status_code=said.status_code,
        headers={name.lower(): [value] for name, value in said.headers.items()},
        content=b"".join(said.streaming_content) if said.streaming else said.content,
        request=sent,
        elapsed=0.0,
        verify=False,
        encoding="utf-8",
    )
