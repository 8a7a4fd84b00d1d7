"""The connection test: which site it is, and what our key or token may do there.

Not here: the catalogue (products.py) or stock (inventory.py).
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from crossdock.connector.contract import StoreInfo
from crossdock.connector.errors import AuthFailed, Gone, OutcomeUnknown, Rejected, Unavailable
from crossdock.core.catalog import Location
from crossdock.platforms.squarespace import inventory, orders, products, wire
from crossdock.platforms.squarespace.client import Api, path
from crossdock.platforms.squarespace.mapping_products import LOCATION, LOCATION_NAME

WEBSITE_PATH = "/1.0/authorization/website"
FULFIL_PATH = "/1.0/commerce/orders/{}/fulfillments"
NOBODY = "0" * 24  # an order's id that no order has


async def check(api: Api) -> StoreInfo:
    """The site's own words where it gives them; the permissions by trying each, since nothing lists a key's. Only
    orders and stock are written: tried with a shipment for no order, and with no change of stock."""
    site = await _website(api)
    where = urlsplit(site.url or "").hostname or api.connection.domain
    missing = [scope for scope, trial in _trials(api).items() if not await _may(trial)]
    if len(missing) == len(SCOPES):
        raise AuthFailed("Squarespace refuses our key", call="check")
    return StoreInfo(
        id=site.id,
        name=site.title or where,
        domain=where,
        currency=site.currency or "",
        time_zone=site.time_zone or "",
        scopes=tuple(scope for scope in SCOPES if scope not in missing),
        missing_scopes=tuple(missing),
        default_location_id=LOCATION,
        locations=(Location(LOCATION, LOCATION_NAME),),
    )


SCOPES = ("website.orders.read", "website.orders", "website.products.read", "website.inventory.read",
          "website.inventory")  # fmt: skip


Trial = Callable[[], Awaitable[object]]


def _trials(api: Api) -> dict[str, Trial]:
    fulfil = path(FULFIL_PATH, NOBODY)
    nothing = {"shouldSendNotification": False, "shipments": []}
    return {
        "website.orders.read": lambda: api.get("getOrders", orders.ORDERS_PATH, wire.Orders),
        "website.orders": lambda: api.tell("fulfillOrder", "POST", fulfil, nothing),
        "website.products.read": lambda: api.get("getProducts", products.PRODUCTS_PATH, wire.Products),
        "website.inventory.read": lambda: api.get("getInventoryItems", "/1.0/commerce/inventory", wire.Inventory),
        "website.inventory": lambda: api.tell(
            "adjustInventory", "POST", inventory.ADJUST_PATH, {}, key="crossdock-check"
        ),
    }


async def _may(trial: Trial) -> bool:
    """A refusal of what is asked comes from a door that is open. 401 is nobody's door."""
    try:
        await trial()
    except AuthFailed as error:
        if error.status == 401:
            raise
        return False
    except (Gone, Rejected):
        return True
    except OutcomeUnknown as error:  # nothing was asked for that could have been done
        raise Unavailable(error.words, call=error.call, status=error.status) from None
    return True


async def _website(api: Api) -> wire.Website:
    """The address and the fields are not verified (openapi of the facts): the site is known without them too."""
    try:
        return await api.get("getWebsite", WEBSITE_PATH, wire.Website)
    except AuthFailed as error:
        if error.status == 401:
            raise
    except (Gone, Rejected):
        pass
    return wire.Website()
