"""What is to be played: a market (shops, offers, listings) and the happenings of its orders, as plain data.

Not here: playing it (player.py), or where it comes from (whoever rehearses).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Found(StrEnum):
    """How an order line of a listing finds its vendor: by a link, else by the first of these that names exactly one."""

    LINK = "link"
    SKU = "sku"
    TITLE = "title"
    VENDOR_NAME = "vendor_name"  # only whose it is: the vendor gets a line that is not of its catalogue
    NOBODY = "nobody"  # stays the merchant's own


class Offer(Struct, frozen=True):
    """One thing of one vendor (`title`, `sku`), and the merchant's listing of it (`listing_*`). Offers of one `product`
    are variants of it, told apart by their `options` (name, value); without one it is a product by itself. `stock`
    None: not counted."""

    key: str
    shop: str
    title: str
    sku: str
    price: str
    listing_title: str
    listing_sku: str
    listing_vendor: str
    found: Found
    weight: int = 0
    stock: int | None = None
    product: str = ""
    options: tuple[tuple[str, str], ...] = ()
    barcode: str = ""
    html: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()

    @property
    def product_key(self) -> str:
        return self.product or self.key


class Shop(Struct, frozen=True):
    """A vendor and its store. `key` is the store's name in the sandbox, `platform` "" the sandbox's default. `cannot`:
    what the store lets no app do, as whoever rehearses declares it (cancel_order, edit_note, ...)."""

    key: str
    name: str
    email: str
    offers: tuple[Offer, ...]
    platform: str = ""
    cannot: frozenset[str] = frozenset()


class Market(Struct, frozen=True):
    """`merchant` is the name of the marketplace's own store in the sandbox, on `platform` ("": the default)."""

    merchant: str
    name: str
    currency: str
    shops: tuple[Shop, ...]
    platform: str = ""

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(offer for shop in self.shops for offer in shop.offers)


class Line(Struct, frozen=True):
    """`price` "" = as the shop has it. `discount` is the whole line's; `tax` as the control API takes it."""

    offer: str
    quantity: int
    price: str
    discount: str = "0.00"
    tax: tuple[dict[str, str], ...] = ()


class Place(Struct, frozen=True, tag="place"):
    """A shopper buys. `rest` holds the other fields of `place_order` (customer, addresses, shipping, ...). `obeys`: the
    shop does not sell what it has not."""

    at: datetime
    order: str
    lines: tuple[Line, ...]
    paid: bool
    rest: dict[str, Any]
    obeys: bool = False


class Authorize(Struct, frozen=True, tag="authorize"):
    at: datetime
    order: str


class Pay(Struct, frozen=True, tag="pay"):
    at: datetime
    order: str


class Cancel(Struct, frozen=True, tag="cancel"):
    at: datetime
    order: str
    reason: str


class Edit(Struct, frozen=True, tag="edit"):
    """The merchant changes order-level fields; `fields` as `edit_order` takes them."""

    at: datetime
    order: str
    fields: dict[str, Any]


class Share(StrEnum):
    """What of a vendor order goes into a parcel: everything left, or the first half of its units."""

    LEFT = "left"
    HALF = "half"


class HandOver(Struct, frozen=True, tag="hand_over"):
    """The vendor ships, as soon as it has the order. `parcel` numbers the parcels of one vendor's part of an order."""

    at: datetime
    order: str
    shop: str
    parcel: int
    share: Share
    tracking: dict[str, Any]


class Correct(Struct, frozen=True, tag="correct"):
    """The vendor mends a parcel's tracking."""

    at: datetime
    order: str
    shop: str
    parcel: int
    tracking: dict[str, Any]


class Recall(Struct, frozen=True, tag="recall"):
    """The vendor takes a parcel back: it never left."""

    at: datetime
    order: str
    shop: str
    parcel: int


class Deliver(Struct, frozen=True, tag="deliver"):
    at: datetime
    order: str
    shop: str
    parcel: int


class Sell(Struct, frozen=True, tag="sell"):
    """A vendor's own shop sells, if it has it. `order` names the sale."""

    at: datetime
    order: str
    shop: str
    offer: str
    quantity: int


class TakeBack(Struct, frozen=True, tag="take_back"):
    """The vendor cancels a sale of its own shop."""

    at: datetime
    order: str
    shop: str
    sale: str


class Restock(Struct, frozen=True, tag="restock"):
    """The vendor's people count anew: so many more, or fewer; `order` names the act."""

    at: datetime
    order: str
    shop: str
    offer: str
    delta: int


class Amend(Struct, frozen=True, tag="amend"):
    """The vendor changes a product: fields of the product and of the offer's variant, as the control API takes them."""

    at: datetime
    order: str
    shop: str
    offer: str
    product: dict[str, Any] = {}
    variant: dict[str, Any] = {}


OfOrder = Place | Authorize | Pay | Cancel | Edit
OfParcel = HandOver | Correct | Recall | Deliver
OfShop = Sell | TakeBack | Restock | Amend
Happening = OfOrder | OfParcel | OfShop


class Terms(Struct, frozen=True):
    """The merchant's four settings as the audit must expect them. `contact` (name, email, phone) is the merchant's,
    given to vendors when `override` is on."""

    order_sync: bool = True
    paid_only: bool = True
    push_unsynced: bool = False
    override: bool = False
    contact: dict[str, str] = {}

    def goes_out(self, found: Found) -> bool:
        """Whether a line found so is sent to its vendor without a person."""
        return self.order_sync and (found is Found.LINK or (self.push_unsynced and found is not Found.NOBODY))
