"""JSON as PHP writes it: ASCII only, slashes escaped."""

import json
from typing import Any


def encode(shape: Any) -> bytes:
    return json.dumps(shape, separators=(",", ":")).replace("/", "\\/").encode()
