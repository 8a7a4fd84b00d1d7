"""How the hub's processes write their log: one line an event, on standard error. Not here: what is worth a line.

Secrets and buyers' data do not belong in events; what slips in under a telling name is blanked here.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

BLANKED = frozenset(
    "access_token address authorization body client_secret cookie credentials email first_name hmac last_name "
    "password phone refresh_token secret shipping_address token".split()
)


def configure(level: str, *, as_json: bool) -> None:
    """For this process, also for libraries that use Python's own logging."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _blank,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(as_json)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("asyncio", "procrastinate"):  # a line for every job fetched says nothing to people
        logging.getLogger(noisy).setLevel(max(root.level, logging.WARNING) if level != "debug" else logging.DEBUG)


def _last(as_json: bool) -> list[Processor]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback  # the default shows local variables: credentials and buyers among them
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=plain)]


def _blank(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in BLANKED & event.keys():
        event[name] = "…"
    return event
