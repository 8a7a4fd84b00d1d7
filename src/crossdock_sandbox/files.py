"""Long bodies: bytes written once, kept on disk when they are many, and handed out in parts.

Not for what they hold.
"""

import tempfile
import weakref
from dataclasses import dataclass
from typing import IO

_IN_MEMORY = 1 << 20


class LongFile:
    """Bytes written once and read in any part."""

    __slots__ = ("__weakref__", "_file", "size")

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  closed with this object
        self.size = 0
        weakref.finalize(self, self._file.close)

    def write(self, lines: bytes) -> None:
        self._file.seek(self.size)
        self._file.write(lines)
        self.size += len(lines)

    def read(self, start: int, end: int) -> bytes:
        self._file.seek(start)
        return self._file.read(end - start)


@dataclass(slots=True)
class FilePart:
    """A part of a file as the body of an answer; `cut`: the connection breaks half-way (a fault asked for)."""

    file: LongFile
    start: int
    end: int
    cut: bool = False

    def __len__(self) -> int:
        return self.end - self.start
