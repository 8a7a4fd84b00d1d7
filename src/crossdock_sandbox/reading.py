"""Fields of control operations, read strictly: a missing, odd or unknown field is named, never guessed at."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from crossdock_sandbox.errors import BadInput

_ABSENT: Any = object()


class Reader:
    """One JSON object being read. `where` is how to call it in complaints."""

    __slots__ = ("given", "seen", "where")

    def __init__(self, given: Any, where: str) -> None:
        if not isinstance(given, Mapping):
            raise BadInput(f"{where} must be an object")
        self.given, self.where = given, where
        self.seen: set[str] = set()

    def _get(self, name: str, default: Any) -> Any:
        self.seen.add(name)
        value = self.given.get(name, _ABSENT)
        if value is not _ABSENT and (value is not None or default is not _ABSENT):
            return default if value is None else value
        if default is _ABSENT:
            raise BadInput(f"{self.where}: {name} is needed")
        return default

    def has(self, name: str) -> bool:
        return name in self.given

    def text(self, name: str, default: Any = _ABSENT) -> Any:
        value = self._get(name, default)
        if value is default:
            return value
        if not isinstance(value, str):
            raise BadInput(f"{self.where}: {name} must be text, not {value!r}")
        return value

    def flag(self, name: str, default: Any = _ABSENT) -> Any:
        value = self._get(name, default)
        if value is not default and not isinstance(value, bool):
            raise BadInput(f"{self.where}: {name} must be true or false, not {value!r}")
        return value

    def integer(self, name: str, default: Any = _ABSENT) -> Any:
        value = self._get(name, default)
        if value is default:
            return value
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(f"{self.where}: {name} must be a whole number, not {value!r}")
        return value

    def number(self, name: str, default: Any = _ABSENT) -> Any:
        value = self._get(name, default)
        if value is not default and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise BadInput(f"{self.where}: {name} must be a number, not {value!r}")
        return value

    def id(self, name: str, default: Any = _ABSENT) -> Any:
        """An id: digits in text, or a number."""
        value = self._get(name, default)
        if value is default:
            return value
        if isinstance(value, bool) or not str(value).isdigit():
            raise BadInput(f"{self.where}: {name} must be an id in digits, not {value!r}")
        return int(value)

    def money(self, name: str, default: Any = _ABSENT) -> Any:
        value = self._get(name, default)
        if value is default:
            return value
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise BadInput(f'{self.where}: {name} must be an amount like "12.50", not {value!r}')
        return amount

    def moment(self, name: str, default: Any = _ABSENT) -> Any:
        value = self._get(name, default)
        if value is default:
            return value
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise BadInput(f"{self.where}: {name} must be a time like 2026-11-22T10:00:00Z, not {value!r}") from None
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

    def one_of(self, name: str, known: Collection[str], default: Any = _ABSENT) -> Any:
        value = self._get(name, default)
        if value is not default and value not in known:
            raise BadInput(f"{self.where}: {name} must be one of {', '.join(known)}, not {value!r}")
        return value

    def texts(self, name: str) -> list[str]:
        value = self._get(name, ())
        if isinstance(value, str) or any(not isinstance(one, str) for one in value):
            raise BadInput(f"{self.where}: {name} must be a list of texts")
        return list(value)

    def objects(self, name: str) -> list[dict[str, Any]]:
        value = self._get(name, ())
        if not isinstance(value, list | tuple) or any(not isinstance(one, dict) for one in value):
            raise BadInput(f"{self.where}: {name} must be a list of objects")
        return list(value)

    def items(self, name: str) -> list[Any]:
        """A list of anything."""
        value = self._get(name, ())
        if not isinstance(value, list | tuple):
            raise BadInput(f"{self.where}: {name} must be a list")
        return list(value)

    def each(self, name: str) -> list["Reader"]:
        return [Reader(one, f"{self.where}.{name}[{i}]") for i, one in enumerate(self.objects(name))]

    def inside(self, name: str) -> "Reader | None":
        value = self._get(name, None)
        return None if value is None else Reader(value, f"{self.where}.{name}")

    def done(self) -> None:
        """Nothing else may be there."""
        unknown = sorted(set(self.given) - self.seen)
        if unknown:
            known = ", ".join(sorted(self.seen)) or "none"
            raise BadInput(f"{self.where}: unknown field {unknown[0]!r}; known: {known}")
