"""The contract suite sees what it is there for: a connector spoilt in one way breaks the rule that speaks of it.

On the first platform that the rule applies to. Not here: platforms as they are (test_contract.py).
"""

from collections.abc import Callable
from typing import Any

import pytest

from crossdock.connector.contract import CancelOutcome, CancelState, Kind, LevelsRefused, Observation, Page
from crossdock.connector.errors import AuthFailed, ConnectorError, OutcomeUnknown, Unavailable
from crossdock.connector.registry import platforms
from crossdock.connector.testing import RULES, Broken
from tests.contract.sandbox import SandboxBench

Method = Callable[..., Any]


class Spoilt:
    """Anything, with some of its methods put in a wrapper: name -> (true method) -> method."""

    def __init__(self, true: Any, **wrappers: Callable[[Method], Method]) -> None:
        self._true, self._wrappers = true, wrappers

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._true, name)
        return self._wrappers[name](found) if name in self._wrappers else found


def answering(value: Any) -> Callable[[Method], Method]:
    """Says the same whatever is asked, and does nothing."""

    async def method(*_given: Any, **_more: Any) -> Any:
        return value

    return lambda _true: method


def telling(of: type[ConnectorError], instead: type[ConnectorError]) -> Callable[[Method], Method]:
    """Takes one error for another."""

    def wrapper(true: Method) -> Method:
        async def method(*given: Any, **more: Any) -> Any:
            try:
                return await true(*given, **more)
            except of as error:
                raise instead(error.words) from error

        return method

    return wrapper


def twice(true: Method) -> Method:
    """Does it again for good measure, under another key where there is one."""

    async def method(*given: Any, **more: Any) -> Any:
        await true(*given, **more)
        return await true(*given, **({**more, "key": "another"} if "key" in more else more))

    return method


def hopeful(true: Method) -> Method:
    """Tries again when it does not know."""

    async def method(*given: Any, **more: Any) -> Any:
        try:
            return await true(*given, **more)
        except OutcomeUnknown as error:
            raise Unavailable(error.words) from error

    return method


def first_page(true: Method) -> Method:
    """Forgets that there is more."""

    async def method(*given: Any, **more: Any) -> Any:
        return Page((await true(*given, **more)).items)

    return method


def believing(_true: Method) -> Method:
    return lambda *_given, **_more: None


def stumbling(true: Method) -> Method:
    def method(webhook: Any, **more: Any) -> Any:
        if not webhook.body.startswith(b'{"'):
            raise ValueError("odd")
        return true(webhook, **more)

    return method


def elsewhere(true: Method) -> Method:
    """Gives every order another id."""

    def method(*given: Any, **more: Any) -> tuple[Observation, ...]:
        return tuple(Observation(Kind.ORDER, "1") for one in true(*given, **more))

    return method


DONE = CancelOutcome(CancelState.DONE)
ON_CLIENTS: dict[str, tuple[str, dict[str, Callable[[Method], Method]]]] = {
    "an unknown outcome told as none": (
        "an-order-whose-answer-was-lost-is-made-once",
        {"create_order": hopeful},
    ),
    "orders that are not found": ("an-order-is-found-by-its-reference", {"find_order": answering(None)}),
    "payment that is dropped": ("after-our-changes-nothing-is-left-to-change", {"mark_paid": answering(None)}),
    "a cancellation only said": (
        "an-order-is-cancelled-once-and-gives-its-stock-back",
        {"cancel_order": answering(DONE)},
    ),
    "stock set without looking": ("stock-is-set-on-condition-all-or-none", {"set_levels": answering(LevelsRefused())}),
    "stock changed twice": ("stock-changes-by-a-difference", {"adjust_levels": twice}),
    "lists cut short": ("only-our-orders-are-listed", {"changed_vendor_orders": first_page}),
    "parcels unseen": ("what-the-vendor-ships-is-read", {"read_fulfillments": answering(())}),
    "parcels doubled": ("a-parcel-is-written-once-and-read-again", {"create_fulfillment": twice}),
    "lost credentials taken for an outage": (
        "lost-credentials-are-told-apart",
        {"check": telling(AuthFailed, Unavailable)},
    ),
    "products not found again": (
        "a-product-is-made-once-for-its-reference",
        {"find_product": answering(None)},
    ),
}
ON_PLATFORMS: dict[str, tuple[str, dict[str, Callable[[Method], Method]]]] = {
    "signatures not looked at": ("deliveries-are-believed-only-when-signed", {"verify": believing}),
    "odd bodies": ("odd-deliveries-never-raise", {"observe": stumbling}),
    "another order": ("what-happens-to-our-order-is-told-by-its-key", {"observe": elsewhere}),
}


@pytest.mark.parametrize(("rule", "wrappers"), ON_CLIENTS.values(), ids=ON_CLIENTS)
async def test_a_spoilt_client_is_seen(rule: str, wrappers: dict[str, Callable[[Method], Method]]) -> None:
    bench = bench_for(rule)

    def client(true: Method) -> Method:
        return lambda *given, **more: Spoilt(true(*given, **more), **wrappers)

    bench.platform = Spoilt(bench.platform, client=client)  # type: ignore[assignment]
    with pytest.raises(Broken):
        await RULES[rule].run(bench)


@pytest.mark.parametrize(("rule", "wrappers"), ON_PLATFORMS.values(), ids=ON_PLATFORMS)
async def test_a_spoilt_platform_is_seen(rule: str, wrappers: dict[str, Callable[[Method], Method]]) -> None:
    bench = bench_for(rule)
    bench.platform = Spoilt(bench.platform, **wrappers)  # type: ignore[assignment]
    with pytest.raises(Broken):
        await RULES[rule].run(bench)


def bench_for(rule: str) -> SandboxBench:
    return next(SandboxBench(one) for one in platforms().values() if not RULES[rule].exempt(one))
