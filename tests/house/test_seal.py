"""Sealed values: what opens them, what does not, and how keys are changed."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.models.seal import Broken, Ring, UnknownKey

OLD, NEW = os.urandom(32), os.urandom(32)


@given(st.binary(max_size=5000))
def test_opens_what_it_sealed(data: bytes) -> None:
    ring = Ring([NEW, OLD])
    sealed = ring.seal(data)
    assert ring.open(sealed) == data
    assert ring.open(memoryview(sealed)) == data
    assert len(data) < 8 or data not in sealed


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_changed_byte_is_noticed(data: bytes, draw: st.DataObject) -> None:
    ring = Ring([NEW])
    sealed = bytearray(ring.seal(data))
    sealed[draw.draw(st.integers(0, len(sealed) - 1))] ^= 0x40
    with pytest.raises((Broken, UnknownKey)):
        ring.open(bytes(sealed))


@pytest.mark.parametrize("odd", [b"", b"\x01", b"{}", b"\x01" * 32, b"\x02" * 80])
def test_what_was_never_sealed_is_refused(odd: bytes) -> None:
    with pytest.raises((Broken, UnknownKey)):
        Ring([NEW]).open(odd)


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    before = Ring([OLD]).seal(b"token")
    ring = Ring([NEW, OLD])
    assert ring.open(before) == b"token"
    assert not ring.is_current(before)
    assert ring.is_current(ring.seal(b"token"))


def test_a_dropped_key_is_named() -> None:
    sealed = Ring([OLD]).seal(b"token")
    with pytest.raises(UnknownKey, match="CROSSDOCK_KEYS"):
        Ring([NEW]).open(sealed)


def test_the_same_data_never_looks_the_same() -> None:
    ring = Ring([NEW])
    assert ring.seal(b"x") != ring.seal(b"x")


def test_the_installations_ring_is_made_once() -> None:
    assert Ring.from_settings() is Ring.from_settings()
