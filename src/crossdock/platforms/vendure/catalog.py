"""The connection test: which store it is, and what we may do there.

Not here: the catalogue (products.py) or stock (inventory.py).
"""

from crossdock.connector.contract import StoreInfo
from crossdock.connector.errors import AuthFailed, Gone, Rejected
from crossdock.core.catalog import Location
from crossdock.platforms.vendure import documents, drafts, wire
from crossdock.platforms.vendure.client import Api

# The least that our calls want, by the Allow(...) of each resolver of @vendure/core.
PERMISSIONS = ("ReadOrder", "CreateOrder", "UpdateOrder", "DeleteOrder", "ReadCustomer", "ReadProduct",
               "ReadStockLocation", "ReadPromotion", "CreatePromotion", "UpdatePromotion")  # fmt: skip
# What allows some of them too.
GROUPS = {"SuperAdmin": PERMISSIONS, "ReadCatalog": ("ReadProduct",), "ReadSettings": ("ReadStockLocation",)}


async def check(api: Api) -> StoreInfo:
    where = await api.read("check", documents.WHERE, wire.Where)
    channel = where.active_channel
    if where.global_settings.server_config.money_strategy_precision != drafts.DIGITS:
        words = "the store keeps its prices in other units than hundredths (moneyStrategy); that is not supported"
        raise Rejected(words, code="money_strategy", call="check")
    missing = await (_untold(api) if api.connection.credentials.get("api_key") else _told(api, channel))
    places: list[wire.Place] = []
    if "ReadStockLocation" not in missing:
        places = (await api.read("check", documents.PLACES, wire.Places)).stock_locations.items
    return StoreInfo(
        id=channel.id,
        name=channel.code,
        domain=api.connection.domain,
        currency=channel.default_currency_code,
        scopes=tuple(name for name in PERMISSIONS if name not in missing),
        missing_scopes=missing,
        default_location_id=places[0].id if places else "",
        locations=tuple([Location(one.id, one.name) for one in places]),
    )


async def _told(api: Api, channel: wire.Channel) -> tuple[str, ...]:
    """What an administrator may not do in this channel."""
    may = await api.read("check", documents.MAY, wire.May)
    told = {name for reach in may.me.channels if reach.token == channel.token for name in reach.permissions}
    allowed = told | {name for group, names in GROUPS.items() if group in told for name in names}
    return tuple(name for name in PERMISSIONS if name not in allowed)


async def _untold(api: Api) -> tuple[str, ...]:
    """What an API key may not do, by trying."""
    return tuple([name for name in PERMISSIONS if not await _may(api, documents.TRIALS[name])])


async def _may(api: Api, document: str) -> bool:
    """A refusal of what is asked comes from a door that is open."""
    try:
        await api.read("check", document, wire.Anything)
    except AuthFailed:
        return False
    except (Gone, Rejected):
        return True
    return True
