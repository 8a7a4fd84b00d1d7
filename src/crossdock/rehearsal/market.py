"""Builds the market of an Olist folder: a shop per seller, a listing per product and seller, most of them linked.

Not here: the orders (schedule.py), or setting it up in the sandbox and the hub (setting_up.py).
"""

from collections.abc import Iterable
from decimal import Decimal
from random import Random

from msgspec import Struct

from crossdock.rehearsal.olist import Header, Item, Olist, Product, Seller
from crossdock_sandbox.traffic.plan import Found, Market, Offer, Shop

MERCHANT = "marketplace"
CURRENCY = "BRL"
UNLINKED = 0.10
# Of the products left without a link: found by SKU, by exact title, by the listing's vendor name only, or by nothing.
UNLINKED_ARE = ((Found.SKU, 0.31), (Found.TITLE, 0.62), (Found.VENDOR_NAME, 0.93), (Found.NOBODY, 1.0))
DECORATED = 0.02  # titles with characters that careless software breaks on


class Selection(Struct, frozen=True):
    """The orders to be played. `whole` of them are complete in the files, `partial` have their own items but lack a
    payment or buyer, `lent` have been given another order's items: headers without items whose lives are unusual."""

    orders: tuple[Header, ...]
    whole: int
    partial: int
    lent: int


def select(olist: Olist, *, orders: int | None, seed: int) -> Selection:
    """All usable orders, or the first `orders` whole ones with a proportional share of the others, unusual lives first.

    A delivered header without items would add nothing but invention, so it is left out.
    """
    whole = [order for order in olist.orders if order.whole]
    partial = [order for order in olist.orders if order.items and not order.whole]
    bare = [order for order in olist.orders if not order.items and order.status != "delivered"]
    lent = _lend(bare, olist, seed)
    if orders is not None and whole:
        share = min(1.0, orders / len(whole))
        whole, partial, lent = whole[:orders], _first(partial, share), _first(lent, share)
    chosen = sorted([*whole, *partial, *lent], key=lambda order: (order.purchased_at, order.id))
    return Selection(tuple(chosen), len(whole), len(partial), len(lent))


def build(olist: Olist, selection: Selection, *, seed: int, everything: bool) -> Market:
    """`everything`: every seller and product of the files; else only those that the selection needs. Products that
    were never sold have no seller in the files and are given one by `seed`."""
    prices = _prices(olist, selection)
    if everything:
        _give_away_unsold(olist, prices, seed)
    products = {product.id: product for product in olist.products}
    by_seller: dict[str, list[str]] = {}
    for product_id, seller_id in prices:
        by_seller.setdefault(seller_id, []).append(product_id)
    shops = [
        _shop(seller, [(products[key], prices[key, seller.id]) for key in sorted(by_seller.get(seller.id, []))], seed)
        for seller in sorted(olist.sellers, key=lambda seller: seller.id)
        if everything or seller.id in by_seller
    ]
    return Market(merchant=MERCHANT, name="Mercado de Ensaio", currency=CURRENCY, shops=tuple(shops))


def offer_key(item: Item) -> str:
    return f"{item.product_id}:{item.seller_id}"


def shop_key(seller_id: str) -> str:
    return f"seller-{seller_id[:16]}"


def _lend(bare: list[Header], olist: Olist, seed: int) -> list[Header]:
    """Each bare header with the items of an order that has no header, and the buyer it has or none."""
    if not olist.baskets:
        return []
    baskets = [items for _, items in olist.baskets]
    Random(f"{seed}:baskets").shuffle(baskets)
    return [
        Header(
            id=order.id,
            status=order.status,
            purchased_at=order.purchased_at,
            approved_at=order.approved_at,
            carrier_at=order.carrier_at,
            delivered_at=order.delivered_at,
            whole=False,
            items=baskets[index % len(baskets)],
            payment_types=order.payment_types,
            buyer=order.buyer,
        )
        for index, order in enumerate(bare)
    ]


def _first(orders: list[Header], share: float) -> list[Header]:
    """A share of `orders`, rounded up, those with unusual lives first."""
    unusual_first = sorted(
        orders, key=lambda order: (order.status not in ("canceled", "unavailable"), order.purchased_at)
    )
    return unusual_first[: -int(-len(orders) * share // 1)]


def _prices(olist: Olist, selection: Selection) -> dict[tuple[str, str], Decimal]:
    """Price last paid for each product of each seller, in the selection."""
    items: Iterable[Item] = (item for order in selection.orders for item in order.items)
    return {(item.product_id, item.seller_id): item.price for item in items}


def _give_away_unsold(olist: Olist, prices: dict[tuple[str, str], Decimal], seed: int) -> None:
    random = Random(f"{seed}:unsold")
    for _, items in olist.baskets:
        for item in items:
            prices.setdefault((item.product_id, item.seller_id), item.price)
    sold = {product_id for product_id, _ in prices}
    sellers = sorted(seller.id for seller in olist.sellers)
    for product in olist.products:
        if product.id not in sold:
            prices[product.id, random.choice(sellers)] = Decimal(random.randrange(990, 29990)) / 100


def _shop(seller: Seller, goods: list[tuple[Product, Decimal]], seed: int) -> Shop:
    name = f"{seller.city.title()} {seller.id[:10]}"
    offers = tuple(_offer(seller, name, product, price, seed) for product, price in goods)
    return Shop(key=shop_key(seller.id), name=name, email=f"{seller.id[:10]}@example.com", offers=offers)


def _offer(seller: Seller, vendor_name: str, product: Product, price: Decimal, seed: int) -> Offer:
    """Linked listings carry the merchant's own SKU and title half of the time, so that only the link can be right."""
    key = f"{product.id}:{seller.id}"
    random = Random(f"{seed}:offer:{key}")
    found = _how_found(random)
    title = _title(product, random)
    sku = f"{product.id[:12]}-{seller.id[:10]}"
    own_words = found in (Found.VENDOR_NAME, Found.NOBODY) or (found is Found.LINK and random.random() < 0.5)
    same_sku = found is Found.SKU or (found is Found.LINK and not own_words)
    same_title = found is Found.TITLE or (found is Found.LINK and not own_words)
    return Offer(
        key=key,
        shop=shop_key(seller.id),
        title=title,
        sku=sku,
        price=f"{price:.2f}",
        listing_title=title if same_title else f"Oferta {title} {seller.id[:10]}",
        listing_sku=sku if same_sku else ("" if random.random() < 0.5 else f"M-{product.id[:14]}-{seller.id[:8]}"),
        listing_vendor="Marca desconhecida" if found is Found.NOBODY else vendor_name,
        found=found,
        weight=product.weight,
    )


def _how_found(random: Random) -> Found:
    if random.random() >= UNLINKED:
        return Found.LINK
    draw = random.random()
    return next(found for found, up_to in UNLINKED_ARE if draw <= up_to)


def _title(product: Product, random: Random) -> str:
    category = product.category.replace("_", " ").capitalize() or "Produto"
    decoration = random.choice((" ✨", " أصلي", " «Ñandú»")) if random.random() < DECORATED else ""
    return f"{category} {product.id[:12]}{decoration}"
