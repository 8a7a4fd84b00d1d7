"""A child ends when its parent does, however the parent ended. Not here: stopping a child in good order."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(word: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `word` to the child when the *thread* that started it ends, so start children
    from a thread that lives as long as they do. On systems without it children end by the supervisor's stop only."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork: loading after it may deadlock

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(word), 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the call
            os.kill(os.getpid(), signal.SIGKILL)

    return ask
