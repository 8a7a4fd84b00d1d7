"""Seals for credentials and buyers' data at rest: AES-256-GCM under a ring of keys. Not here: what is sealed.

A sealed value is: version (1 byte), key id (4), nonce (12), then ciphertext with its tag (16 more than the data).
"""

import os
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
_HEAD = 5  # version and key id: also authenticated
_START = 17  # where the ciphertext begins


class SealError(Exception):
    """A sealed value cannot be opened."""


class UnknownKey(SealError):
    """It was sealed with a key that the ring does not have."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"sealed with key {key_id}, which CROSSDOCK_KEYS does not have: put that key back, behind")


class Broken(SealError):
    """It is cut short, changed, or was never sealed by us."""


class Ring:
    """The installation's keys. The first one seals, all of them open."""

    __slots__ = ("_ciphers", "_first", "_head", "_keys")

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = tuple(keys)
        self._ciphers = {key_id(key): AESGCM(key) for key in self._keys}
        first = next(iter(self._ciphers))
        self._head = VERSION + first
        self._first = self._ciphers[first]

    @staticmethod
    def from_settings() -> "Ring":
        from django.conf import settings  # here, so that a ring of given keys needs no settings

        return _ring(tuple(settings.CROSSDOCK_KEYS))

    def seal(self, data: bytes) -> bytes:
        nonce = os.urandom(12)
        return self._head + nonce + self._first.encrypt(nonce, data, self._head)

    def open(self, sealed: bytes | memoryview) -> bytes:
        value = bytes(sealed)  # the ORM hands out memoryviews
        if len(value) < _START + 16 or value[:1] != VERSION:
            raise Broken("not a sealed value")
        cipher = self._ciphers.get(value[1:_HEAD])
        if cipher is None:
            raise UnknownKey(value[1:_HEAD].hex())
        try:
            return cipher.decrypt(value[_HEAD:_START], value[_START:], value[:_HEAD])
        except InvalidTag as error:
            raise Broken("a sealed value was changed") from error

    def mark(self, words: str) -> bytes:
        """What finds `words` again without telling them: 16 bytes by the first key, empty for nothing."""
        return _marked(self._keys[0], words)

    def marks(self, words: str) -> list[bytes]:
        """The mark by each key: rows kept under an older key are found too."""
        return [_marked(key, words) for key in self._keys]

    def is_current(self, sealed: bytes | memoryview) -> bool:
        """Whether it was sealed with the first key: if not, seal it anew before the old key goes."""
        return bytes(sealed[:_HEAD]) == self._head


def key_id(key: bytes) -> bytes:
    """Four bytes that name a key without telling it."""
    return blake2b(key, digest_size=4, person=b"crossdock-key").digest()


def _marked(key: bytes, words: str) -> bytes:
    """Spelling that mail servers treat alike gives the same mark."""
    plain = words.strip().casefold()
    return blake2b(plain.encode(), key=key, digest_size=16, person=b"crossdock-mark").digest() if plain else b""


@lru_cache(maxsize=4)
def _ring(keys: tuple[bytes, ...]) -> Ring:
    return Ring(keys)
