"""Named crash points: every place where a process may die between two durable steps.

In production reaching one costs a dictionary look-up and does nothing. Tests install a handler that records them, or
raises there, so that each can be enumerated in each write kind and state.
"""

from collections.abc import Callable

Handler = Callable[[str, str, str], None]

# name -> what has happened so far; docs and tests print this table
POINTS: dict[str, str] = {
    "intake.before_commit": "a webhook or page was verified and decoded; nothing is kept yet, no answer was given",
    "intake.after_commit": "the observation and its dirty keys are durable; the sender has no answer yet",
    "claim.after": "keys are leased; nothing was looked at",
    "route.before_commit": "an order was split and decided; nothing is kept",
    "route.after_commit": "vendor orders and their keys are durable; the order's key is done",
    "intent.before_commit": "about to say that a write will be made; the store was not called",
    "intent.after_commit": "the intent is durable; the store was not called",
    "call.after": "the store carried the write out; its answer is only in memory",
    "result.before_commit": "the answer is about to be kept",
    "result.after_commit": "the answer is durable",
    "sweep.before_commit": "a page was read; neither its objects nor the cursor are kept",
    "sweep.after_commit": "a page and its cursor are durable",
    "renew.after_call": "the store gave new credentials; they are only in memory",
}


class Points:
    """Where the engine announces crash points. `handler(name, write, state)`; None = production."""

    def __init__(self, handler: Handler | None = None) -> None:
        self.handler = handler

    def reach(self, name: str, write: str = "", state: str = "") -> None:
        if self.handler is not None:
            POINTS[name]  # a place without a name would not be enumerated
            self.handler(name, write, state)
