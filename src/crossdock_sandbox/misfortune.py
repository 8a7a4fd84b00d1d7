"""Carries out a fault of a call: what goes wrong before anything is done, and what goes wrong when all is done.

Not for the rules (`faults.py`). What an error looks like is the platform's: it is handed in.
"""

from typing import TYPE_CHECKING

from crossdock_sandbox.errors import Dropped

if TYPE_CHECKING:
    from crossdock_sandbox.faults import Rule
    from crossdock_sandbox.world import Answer, Sandbox


async def before(world: "Sandbox", rule: "Rule | None") -> None:
    """Nothing is done yet. `error_before` is the caller's to answer. Raises Dropped."""
    if rule is None:
        return
    world.counters[f"faults.{rule.kind}"] += 1
    if rule.kind == "slow":
        await world.sleep(rule.seconds)
    if rule.kind == "timeout_before":
        await world.sleep(rule.seconds)
        raise Dropped("no answer in time, nothing done")
    if rule.kind == "drop_before":
        raise Dropped("connection cut, nothing done")


async def after(world: "Sandbox", rule: "Rule | None", done: "Answer", error: "Answer") -> "Answer":
    """All is done; `error` is what a gateway says that lost the answer. Raises Dropped."""
    if rule is None:
        return done
    if rule.kind == "error_after":
        return error
    if rule.kind == "timeout_after":
        await world.sleep(rule.seconds)
        raise Dropped("no answer in time, all done")
    if rule.kind == "drop_after":
        raise Dropped("connection cut, all done")
    return done
