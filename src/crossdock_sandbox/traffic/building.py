"""Sets a market up in the sandbox: the merchant's store with every listing, each vendor's store with its goods.

Not here: joining them to a hub (the hub's own business), or trading (player.py).
"""

from collections.abc import Callable, Iterator
from typing import Any

from crossdock_sandbox.traffic.control import Control, ControlFailed
from crossdock_sandbox.traffic.ledger import Built, Ids, OpenStore
from crossdock_sandbox.traffic.plan import Market, Offer, Shop

STORES_A_REQUEST = 100


async def build(control: Control, market: Market, *, plan: str, progress: Callable[[int], None]) -> Built:
    """All stores of `market`; `progress` is told how many more stand. Raises ControlFailed."""
    stores: dict[str, OpenStore] = {}
    listings: dict[str, Ids] = {}
    goods: dict[str, Ids] = {}
    (merchant,) = await control.batch([_merchant_op(market, plan)])
    stores[market.merchant] = _open(market.merchant, merchant)
    listings.update(_ids(market.offers, merchant))
    progress(1)
    for shops in _chunks(market.shops):
        results = await control.batch([_shop_op(market, shop, plan) for shop in shops])
        for shop, result in zip(shops, results, strict=True):
            stores[shop.key] = _open(shop.key, result)
            goods.update(_ids(shop.offers, result))
        progress(len(shops))
    return Built(market=market, stores=stores, listings=listings, goods=goods)


def _merchant_op(market: Market, plan: str) -> dict[str, Any]:
    products = [
        _product(offer.listing_title, offer.listing_vendor, offer.listing_sku, offer) for offer in market.offers
    ]
    return _store_op(market.merchant, market.name, market, plan, products)


def _shop_op(market: Market, shop: Shop, plan: str) -> dict[str, Any]:
    products = [_product(offer.title, shop.name, offer.sku, offer) for offer in shop.offers]
    return _store_op(shop.key, shop.name, market, plan, products) | {"email": shop.email}


def _product(title: str, vendor: str, sku: str, offer: Offer) -> dict[str, Any]:
    variant = {"sku": sku, "price": offer.price, "weight": offer.weight, "inventory": offer.stock}
    return {"title": title, "vendor": vendor, "variants": [variant]}


def _store_op(store: str, name: str, market: Market, plan: str, products: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "op": "create_store",
        "store": store,
        "platform": "shopify",
        "currency": market.currency,
        "plan": plan,
        "name": name,
        "email": f"office@{store}.example",
        "products": products,
        "app": {"client_id": "crossdock-rehearsal", "client_secret": f"secret-of-{store}", "mode": "token"},
    }


def _open(store: str, result: dict[str, Any]) -> OpenStore:
    if "error" in result:
        raise ControlFailed(f"create_store {store}: {result['error']}")
    credentials = {
        "mode": "token",
        "access_token": result["access_token"],
        "client_id": result["client_id"],
        "client_secret": result["client_secret"],
    }
    return OpenStore(store=store, domain=result["domain"], base_url=result["base_url"], credentials=credentials)


def _ids(offers: tuple[Offer, ...], result: dict[str, Any]) -> dict[str, Ids]:
    products = result["products"]
    return {
        offer.key: Ids(product=str(product["id"]), variant=str(product["variants"][0]["id"]))
        for offer, product in zip(offers, products, strict=True)
    }


def _chunks(shops: tuple[Shop, ...]) -> Iterator[tuple[Shop, ...]]:
    for start in range(0, len(shops), STORES_A_REQUEST):
        yield shops[start : start + STORES_A_REQUEST]
