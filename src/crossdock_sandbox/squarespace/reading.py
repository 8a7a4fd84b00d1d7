"""Fields of request bodies as the API takes them: what is wrong is refused with the field's name.

Not for control operations (the house's `reading.py`).
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from crossdock_sandbox.squarespace import paging
from crossdock_sandbox.squarespace.refusal import invalid, missing
from crossdock_sandbox.squarespace.state import Address

ADDRESS = ("firstName", "lastName", "address1", "address2", "city", "state", "countryCode", "postalCode", "phone")
PLACES = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "HUF": 2, "KWD": 3, "BHD": 3}


def body_of(raw: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(raw) if raw else {}
    except msgspec.MsgspecError:
        raise invalid("The request body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise invalid("The request body must be an object.")
    return found


def needed(given: Mapping[str, Any], name: str, where: str = "") -> Any:
    value = given.get(name)
    if value is None:
        raise missing(f"{where}{name}")
    return value


def text(given: Mapping[str, Any], name: str, most: int, where: str = "", *, need: bool = False) -> str | None:
    value = needed(given, name, where) if need else given.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise invalid(f"{where}{name} must be a string.")
    if len(value) > most:
        raise invalid(f"{where}{name} must be at most {most} characters.")
    return value


def one_of(given: Mapping[str, Any], name: str, words: tuple[str, ...], default: str | None = None) -> str:
    value = given.get(name)
    if value is None:
        if default is None:
            raise missing(name)
        return default
    if value not in words:
        raise invalid(f"{name} must be one of {', '.join(words)}.")
    return str(value)


def rows(given: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = given.get(name) or []
    if not isinstance(value, list) or any(not isinstance(one, dict) for one in value):
        raise invalid(f"{name} must be an array of objects.")
    return value


def whole(given: Mapping[str, Any], name: str, where: str, least: int, most: int) -> int:
    value = needed(given, name, where)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise invalid(f"{where}{name} must be a whole number from {least} to {most}.")
    return value


def money(value: Any, name: str, currency: str) -> Decimal:
    """{currency, value}, the value as text or number, no finer than the currency (FACTS section 9)."""
    if not isinstance(value, dict) or "value" not in value:
        raise invalid(f"{name} must have a currency and a value.")
    if value.get("currency") != currency:
        raise invalid(f"{name} must be in {currency}.", "CURRENCY_MISMATCH")
    try:
        amount = Decimal(str(value["value"]))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise invalid(f"{name} is not an amount.")
    if -int(amount.as_tuple().exponent) > places(currency) and amount != amount.quantize(unit(currency)):
        raise invalid(f"{name} has too many decimals.")
    return amount


def maybe_money(given: Mapping[str, Any], name: str, currency: str) -> Decimal:
    value = given.get(name)
    return Decimal(0) if value is None else money(value, name, currency)


def places(currency: str) -> int:
    return PLACES.get(currency, 2)


def unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-places(currency))


def address(given: Mapping[str, Any], name: str) -> Address | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise invalid(f"{name} must be an object.")
    for field in ADDRESS:
        text(value, field, 500, f"{name}.")
    return {field: value.get(field) for field in ADDRESS}


def moment(given: Mapping[str, Any], name: str, where: str = "") -> datetime:
    value = needed(given, name, where)
    if not isinstance(value, str):
        raise invalid(f"{where}{name} must be a date and time.")
    return paging.moment(f"{where}{name}", value)
