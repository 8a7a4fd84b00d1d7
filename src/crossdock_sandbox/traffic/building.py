"""Sets a market up in the sandbox: the merchant's store with every listing, each vendor's store with its goods.

Not here: joining them to a hub (the hub's own business), or trading (player.py).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from crossdock_sandbox import platforms
from crossdock_sandbox.traffic.control import Control, ControlFailed
from crossdock_sandbox.traffic.ledger import Built, Ids, OpenStore
from crossdock_sandbox.traffic.plan import Found, Market, Offer, Shop

STORES_A_REQUEST = 100


async def build(
    control: Control,
    market: Market,
    *,
    plan: str,
    progress: Callable[[int], None],
    listed: bool = True,
    ledger: bool = False,
) -> Built:
    """All stores of `market`; `progress` is told how many more stand. `listed` False: what is to be linked is not at
    the merchant yet. `ledger`: every store keeps one of its stock. Raises ControlFailed."""
    stores: dict[str, OpenStore] = {}
    listings: dict[str, Ids] = {}
    goods: dict[str, Ids] = {}
    there = tuple(offer for offer in market.offers if listed or offer.found is not Found.LINK)
    rest = {"ledger": True} if ledger else {}
    (merchant,) = await control.batch([_merchant_op(market, there, plan) | rest])
    stores[market.merchant] = _open(market.merchant, market.platform, merchant)
    listings.update(_ids(there, merchant))
    progress(1)
    for shops in _chunks(market.shops):
        results = await control.batch([_shop_op(market, shop, plan) | rest for shop in shops])
        for shop, result in zip(shops, results, strict=True):
            stores[shop.key] = _open(shop.key, shop.platform, result)
            goods.update(_ids(shop.offers, result))
        progress(len(shops))
    return Built(market=market, stores=stores, listings=listings, goods=goods)


def _merchant_op(market: Market, there: Sequence[Offer], plan: str) -> dict[str, Any]:
    names = [(offer.listing_title, offer.listing_vendor) for offer in (group[0] for group in _products(there))]
    products = [
        _product(title, vendor, group, [offer.listing_sku for offer in group])
        for (title, vendor), group in zip(names, _products(there), strict=True)
    ]
    return _store_op(market.merchant, market.name, market, plan, products) | _on(market.platform)


def _shop_op(market: Market, shop: Shop, plan: str) -> dict[str, Any]:
    products = [
        _product(group[0].title, shop.name, group, [offer.sku for offer in group]) for group in _products(shop.offers)
    ]
    return _store_op(shop.key, shop.name, market, plan, products) | {"email": shop.email} | _on(shop.platform)


def _on(platform: str) -> dict[str, Any]:
    return {"platform": platform} if platform else {}


def _product(title: str, vendor: str, group: Sequence[Offer], skus: Sequence[str]) -> dict[str, Any]:
    first = group[0]
    made: dict[str, Any] = {
        "title": title,
        "vendor": vendor,
        "variants": [_variant(offer, sku) for offer, sku in zip(group, skus, strict=True)],
    }
    if first.options:
        made["options"] = [name for name, _ in first.options]
    told = {"html": first.html, "product_type": first.product_type, "tags": list(first.tags)}
    return made | {name: value for name, value in told.items() if value}


def _variant(offer: Offer, sku: str) -> dict[str, Any]:
    made = {
        "sku": sku,
        "price": offer.price,
        "weight": offer.weight,
        "inventory": offer.stock,
        "barcode": offer.barcode,
    }
    if offer.options:
        made["options"] = [value for _, value in offer.options]
    return {name: value for name, value in made.items() if value != ""}


def _store_op(store: str, name: str, market: Market, plan: str, products: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "op": "create_store",
        "store": store,
        "currency": market.currency,
        "plan": plan,
        "name": name,
        "email": f"office@{store}.example",
        "products": products,
        "app": {"client_id": "crossdock-rehearsal", "client_secret": f"secret-of-{store}", "mode": "token"},
    }


def _open(store: str, platform: str, result: dict[str, Any]) -> OpenStore:
    if "error" in result:
        raise ControlFailed(f"create_store {store}: {result['error']}")
    return OpenStore(
        store=store,
        domain=result["domain"],
        base_url=result["base_url"],
        credentials=result["credentials"],
        platform=platform or platforms.default(),
    )


def _ids(offers: Sequence[Offer], result: dict[str, Any]) -> dict[str, Ids]:
    return {
        offer.key: Ids(product=str(product["id"]), variant=str(variant["id"]))
        for group, product in zip(_products(offers), result["products"], strict=True)
        for offer, variant in zip(group, product["variants"], strict=True)
    }


def _products(offers: Sequence[Offer]) -> list[list[Offer]]:
    found: dict[tuple[str, str], list[Offer]] = {}
    for offer in offers:
        found.setdefault((offer.shop, offer.product_key), []).append(offer)
    return list(found.values())


def _chunks(shops: tuple[Shop, ...]) -> Iterator[tuple[Shop, ...]]:
    for start in range(0, len(shops), STORES_A_REQUEST):
        yield shops[start : start + STORES_A_REQUEST]
