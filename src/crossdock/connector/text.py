"""Text from platforms made fit to be kept. Not here: decoding it (platforms)."""

import re

_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def without_nul(json: bytes) -> bytes:
    """JSON text without the escape for NUL: JSON may carry it, PostgreSQL's text may not (its manual, section 8.3). An
    escaped backslash before "u0000" is a backslash and stays."""
    return _NUL.sub(rb"\1", json) if b"\\u0000" in json else json
