"""What a store is: the connection test, and its settings that other things depend on, each asked for once.

Not here: what is done with them.
"""

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from crossdock.connector.contract import StoreInfo
from crossdock.connector.errors import AuthFailed, ConnectorError, Gone, OutcomeUnknown, Rejected, Unavailable
from crossdock.core.catalog import Location
from crossdock.platforms.woocommerce import words
from crossdock.platforms.woocommerce.client import CATALOGUE, Rest
from crossdock.platforms.woocommerce.mapping_products import PLACE, Reading

SCOPES = ("read", "write")


class _Setting(Struct):
    value: Any = None


class _Currency(Struct):
    code: str = ""


class _AnyOrder(Struct):
    currency: str = ""


async def check(rest: Rest) -> StoreInfo:
    """Keys that work, and whether they may write. A write to what cannot be there tells without changing anything."""
    rest.forget()
    currency = await _currency(rest)
    site = await rest.index()
    missing = () if await _may_write(rest) else ("write",)
    home = str(site.get("home") or rest.connection.base_url)
    return StoreInfo(
        id=home.split("://", 1)[-1].rstrip("/"),
        name=words.plain(str(site.get("name") or "")) or rest.connection.domain,
        domain=urlsplit(home).netloc or rest.connection.domain,
        currency=currency,
        time_zone=str(site.get("timezone_string") or ""),
        scopes=tuple(scope for scope in SCOPES if scope not in missing),
        missing_scopes=missing,
        default_location_id=PLACE,
        locations=(Location(PLACE, "Stock"),),
    )


async def taxed(rest: Rest) -> bool:
    """Whether the shop adds taxes to what an order's lines say."""
    if rest.state.taxed is None:
        async with rest.asking():
            if rest.state.taxed is None:
                rest.state.taxed = await _setting(rest, "general", "woocommerce_calc_taxes") == "yes"
    return rest.state.taxed


async def reading(rest: Rest) -> Reading:
    """How products of this store are read."""
    if not rest.state.asked:
        async with rest.asking():
            if not rest.state.asked:
                unit = await _setting(rest, "products", "woocommerce_weight_unit")
                rest.state.grams = words.GRAMS.get(str(unit))
                rest.state.asked = True
    return Reading(rest.state.grams, rest.vendor)


async def _currency(rest: Rest) -> str:
    """Proves the keys too: an order, or none, is always readable with them."""
    orders = await rest.get("orders", list[_AnyOrder], [("per_page", "1"), ("_fields", "currency")], call="check")
    named = await _setting(rest, "general", "woocommerce_currency")
    if named:
        return str(named)
    try:
        return (await rest.get("data/currencies/current", _Currency, call="check")).code
    except ConnectorError:
        return orders[0].currency if orders else ""


async def _setting(rest: Rest, group: str, name: str) -> Any:
    """None where the keys' owner may not see settings."""
    try:
        return (await rest.get(f"settings/{group}/{name}", _Setting, call="settings", priority=CATALOGUE)).value
    except (AuthFailed, Gone, Rejected):
        return None
    except ConnectorError as error:
        if error.status == 404:
            return None
        raise


async def _may_write(rest: Rest) -> bool:
    try:
        await rest.send("PUT", "orders/0", {"status": "processing"}, dict[str, Any], call="check")
    except AuthFailed:
        return False
    except (Gone, Rejected):
        return True
    except OutcomeUnknown as error:  # nothing was asked for that could have been done
        raise Unavailable(error.words, call=error.call, status=error.status) from None
    except ConnectorError as error:
        if error.status != 404:
            raise
    return True
