"""NULs leave JSON, and nothing else does."""

import json

from hypothesis import given
from hypothesis import strategies as st

from crossdock.connector.text import without_nul


@given(st.lists(st.text(st.sampled_from('\0\\u0a"n'))))
def test_only_nuls_are_taken_out(texts: list[str]) -> None:
    cleaned = json.loads(without_nul(json.dumps(texts).encode()))
    assert cleaned == [text.replace("\0", "") for text in texts]
