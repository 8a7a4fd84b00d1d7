"""The hub's side of a rehearsal: its marketplace, vendors, stores, links and rules by operations; and how it is doing.

Not here: the sandbox's side (crossdock_sandbox.traffic), or any judgement (crossdock_sandbox.audit).
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Sum
from msgspec import Struct

from crossdock.core.reasons import Reason
from crossdock.models import Attention, DirtyKey, Lane, Marketplace, Parcel, Store, Sweep, VendorOrder
from crossdock.operations.listings import NewLink, link_variants
from crossdock.operations.people import create_marketplace
from crossdock.operations.settings import set_order_policy
from crossdock.operations.status import Status, status
from crossdock.operations.stores import NewStore, connect_stores
from crossdock.operations.vendors import NewVendor, add_vendors
from crossdock_sandbox.audit.told import Told
from crossdock_sandbox.traffic.ledger import Built, OpenStore
from crossdock_sandbox.traffic.plan import Found, Terms

WHO = "rehearsal"
CANCEL, EDIT, REFUSED = Reason.CANCEL_REFUSED.value, Reason.EDIT_REFUSED.value, Reason.REJECTED_BY_STORE.value


class Hub(Struct, frozen=True):
    """`vendors`: ids by shop."""

    marketplace: Marketplace
    vendors: dict[str, int]

    def reference(self, order_id: str, shop: str) -> str:
        """What the first vendor order of an order at a shop is known by in that shop."""
        return f"cd-{self.marketplace.pk}-{order_id}-{self.vendors[shop]}-1"


def join(built: Built, terms: Terms, *, slug: str, now: datetime, linked: bool = True) -> Hub:
    """Make the marketplace known to the hub: rules, vendors, stores, each in bulk; and links, unless it is to list the
    goods itself (`linked` False, offering.py)."""
    market = built.market
    marketplace = create_marketplace(name=market.name, slug=slug, now=now, who=WHO)
    set_order_policy(marketplace=marketplace, changes=_rules(terms), who=WHO, now=now)
    new = [NewVendor(name=shop.name, email=shop.email) for shop in market.shops]
    vendors = add_vendors(marketplace=marketplace, vendors=new, now=now, who=WHO)
    ids = {shop.key: vendor.pk for shop, vendor in zip(market.shops, vendors, strict=True)}
    if linked:
        _link(built, marketplace, ids, now)
    stores = [_store(built.stores[market.merchant], None, market.name)]
    stores += [_store(built.stores[shop.key], ids[shop.key], shop.name) for shop in market.shops]
    connect_stores(marketplace=marketplace, stores=stores, now=now, who=WHO)
    return Hub(marketplace, ids)


def stores_left(hub: Hub, now: datetime) -> int:
    """Stores that the hub has not yet made ready: webhooks and definitions written, then the catalogue read."""
    keys = DirtyKey.objects.filter(kind="subscription", store__marketplace=hub.marketplace)
    preparing = keys.filter(Q(due_at__lte=now) | Q(attempts__gt=0)).values("store")
    unread = Sweep.objects.filter(kind="catalogue", finished_at=None).values("store")
    return Store.objects.filter(Q(pk__in=preparing) | Q(pk__in=unread), marketplace=hub.marketplace).count()


def state(hub: Hub, now: datetime) -> Status:
    return status(now=now, marketplace=hub.marketplace)


def turns() -> int:
    """How often workers have taken a lane so far: more than before means that some worker is at work."""
    return int(Lane.objects.aggregate(turns=Sum("epoch"))["turns"] or 0)


def left(found: Status) -> int:
    """How much is due, in hand or comes again later. What is parked waits for a person, not for time."""
    return found.keys.due + found.keys.worked + found.keys.later


def unswept(hub: Hub, at: datetime) -> int:
    """Sweeps to go until what changed in every store, orders and goods, is listed anew from beginning to end after
    `at`."""
    kinds = ("orders", "vendor_orders", "products")
    late = Sweep.objects.filter(store__marketplace=hub.marketplace, kind__in=kinds).exclude(since__gte=at)
    sold = VendorOrder.objects.filter(store=OuterRef("store")).exclude(remote_id="")
    return late.filter(~Q(kind="vendor_orders") | Exists(sold)).count()


def unsure(hub: Hub) -> tuple[list[str], list[str]]:
    """References of vendor orders, and vendors' ids of parcels, that the hub says it does not know the fate of."""
    orders = VendorOrder.objects.filter(marketplace=hub.marketplace, state=VendorOrder.State.UNKNOWN)
    parcels = Parcel.objects.filter(vendor_order__marketplace=hub.marketplace, state=Parcel.State.UNKNOWN)
    return list(orders.values_list("reference", flat=True)), list(parcels.values_list("remote_id", flat=True))


def told(hub: Hub) -> Told:
    """References of vendor orders of which the hub says that a person must look, and at what."""
    found = Attention.objects.filter(
        marketplace=hub.marketplace, closed_at=None, vendor_order__isnull=False, reason__in=(CANCEL, EDIT, REFUSED)
    ).values_list("reason", "vendor_order__reference")
    said = list(found)
    return Told(
        cancels=frozenset(reference for reason, reference in said if reason == CANCEL),
        edits=frozenset(reference for reason, reference in said if reason == EDIT),
        refusals=frozenset(reference for reason, reference in said if reason == REFUSED),
    )


def _rules(terms: Terms) -> dict[str, object]:
    return {
        "order_sync": terms.order_sync,
        "paid_only": terms.paid_only,
        "push_unsynced": terms.push_unsynced,
        "override_customer": terms.override,
        **{f"merchant_{field}": value for field, value in terms.contact.items()},
    }


def _link(built: Built, marketplace: Marketplace, vendors: dict[str, int], now: datetime) -> None:
    links = [
        NewLink(
            vendor_id=vendors[offer.shop],
            merchant_product_id=built.listings[offer.key].product,
            merchant_variant_id=built.listings[offer.key].variant,
            vendor_product_id=built.goods[offer.key].product,
            vendor_variant_id=built.goods[offer.key].variant,
        )
        for offer in built.market.offers
        if offer.found is Found.LINK
    ]
    link_variants(marketplace=marketplace, links=links, made_by="rehearsal", now=now, who=WHO)


def _store(opened: OpenStore, vendor_id: int | None, name: str) -> NewStore:
    return NewStore(
        platform=opened.platform,
        typed_domain=opened.domain,
        credentials=dict(opened.credentials),
        vendor_id=vendor_id,
        base_url=opened.base_url,
        name=name,
    )
