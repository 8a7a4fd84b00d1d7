"""Every platform with sandbox stores says how few calls would do, for all that the benchmark of calls lets happen.

Not here: how many the hub makes (tests/rehearsal/test_bench_calls.py at its smallest, bench/calls.py).
"""

import pytest

from bench import least
from bench.calls_stores import call_name
from crossdock.connector.registry import platforms
from crossdock_sandbox import platforms as sandbox


@pytest.mark.parametrize("name", sorted(platforms()))
def test_the_fewest_calls_are_declared(name: str) -> None:
    if name not in sandbox.platforms():
        pytest.skip(f"{name} has no sandbox stores to count the calls at")
    if not least.file_of(name).exists():
        pytest.fail(f"write src/crossdock/platforms/{name}/least.toml: bench/least.py says what is asked")
    flaws = least.flaws(name, least.read(name))
    assert not flaws, "\n".join(flaws)


def test_what_is_counted_as_fewest() -> None:
    assert least.Least("told by a webhook").calls(30) == 0
    assert least.Least("one each, and one read of a hundred", each=1, batch=100).calls(101) == 103


@pytest.mark.parametrize(
    ("method", "path", "body", "name"),
    [
        ("POST", "/admin/api/2026-07/graphql.json", b'{"query":"..","operationName":"MakeOrder"}', "MakeOrder"),
        ("GET", "/wp-json/wc/v3/orders/17/fulfillments", b"", "GET /wp-json/wc/v3/orders/*/fulfillments"),
        ("GET", "/commerce/inventory/64f0c3-11,7", b"", "GET /commerce/inventory/*"),
    ],
)
def test_calls_of_one_kind_have_one_name(method: str, path: str, body: bytes, name: str) -> None:
    assert call_name(method, path, body) == name
