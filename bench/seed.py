"""A marketplace as large as it gets, for measuring pages: 100,000 orders, 5,000 vendors, 200,000 listings, their stock,
parcels, history and calls. Written by the database itself, from one row of each kind; minutes, not hours.

Not here: anything that is true of the rows together beyond what pages read, so workers are not to run on it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from msgspec import Struct

SLUG = "large"
OWNER = "owner"
PASSWORD = "no secret"  # noqa: S105  of a database that lives as long as the benchmark
VENDOR_OWNER = "vendor-owner"  # of the first vendor
WORD = "(ARRAY['Oak stool','Linen runner','Brass lamp','Mug, green','Wool throw','Walnut board'])[1 + g % 6]"


class Size(Struct, frozen=True):
    """How many of what. Listings have two variants each, linked, with their levels. The first vendor has an eleventh of
    the orders and of the listings. A quarter as many products as are listed are not."""

    orders: int = 100_000
    vendors: int = 5_000
    listings: int = 200_000
    attention: int = 2_000
    activities: int = 400_000
    calls: int = 500_000
    people: int = 2_000
    suggestions: int = 50_000

    def of(self, share: float) -> "Size":
        return Size(*(max(2, int(getattr(self, name) * share)) for name in self.__struct_fields__))


def fill(size: Size) -> None:
    """Fill an empty, migrated database."""
    _templates()
    v, o, n = size.vendors, size.orders, size.listings
    _many("vendor", v, name="'Vendor ' || g", email="'vendor' || g || '@example.com'")
    _vendor_ids()
    _many(
        "store", v, template="vendor_id IS NOT NULL", vendor_id=_vendor("g"), hook_key="'hook-many-' || g",
        domain="'vendor-' || g || '.example'", base_url="'https://vendor-' || g || '.example'",
        state="CASE WHEN g % 50 = 0 THEN 'unreachable' ELSE 'connected' END",
    )  # fmt: skip
    _store_ids()
    _many("sweep", v, template="kind = 'vendor_orders'", store_id=_store("g"))
    ago = f"now() - ({o} - g) * interval '25 seconds'"
    _many(
        "merchant_order", o, remote_id="(5000000000 + g)::text", name="'#' || (1000 + g)", placed_at=ago, seen_at=ago,
        financial_status="CASE WHEN g % 20 = 0 THEN 'pending' ELSE 'paid' END",
    )  # fmt: skip
    state = (
        "CASE WHEN g % 20 = 0 THEN 'held' WHEN g % 500 = 1 THEN 'rejected' WHEN g % 700 = 2 THEN 'manual'"
        " WHEN g % 3 = 0 THEN 'closed' ELSE 'linked' END"
    )
    for part in (1, 2):
        whose = f"CASE WHEN g % 11 = 0 THEN {part} ELSE 1 + (g * 7 + {part} * 13) % {v} END"
        _many(
            "vendor_order", o, order_id=_order("g"), vendor_id=_vendor(whose),
            store_id=_store(whose), reference=f"'cd-9-' || g || '-{part}'", state=state,
            reason="CASE WHEN g % 20 = 0 THEN 'order_not_paid' ELSE '' END", created_at=ago,
            remote_id=f"CASE WHEN g % 20 = 0 THEN '' ELSE (7000000000 + g * 2 + {part})::text END",
            remote_name="'#' || (2000 + g)",
            skus="array_to_tsvector(ARRAY['sku-' || g % 20000])",
            linked_at=f"CASE WHEN g % 20 = 0 THEN NULL ELSE {ago} END",
        )  # fmt: skip
    _many(
        "parcel", o // 2, vendor_order_id="(SELECT min(id) FROM vendor_order) + g", order_id=_order("g"),
        remote_id="(8000000000 + g)::text", state="'linked'", merchant_id="(8100000000 + g)::text",
        tracking="jsonb_build_object('company', 'Post', 'numbers', jsonb_build_array('SE' || g), 'urls', '[]'::jsonb)",
    )  # fmt: skip
    _goods(v, n)
    _not_offered(v, n)
    _pairs(size)
    _talk(size, o, v)
    _people(size, v)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _templates() -> None:
    from crossdock.models import Activity, Attention, Invitation
    from crossdock.operations.people import add_owner
    from tests.operations import rows

    now = datetime.now(UTC)
    place = rows.marketplace(SLUG)
    add_owner(marketplace=place, username=OWNER, password=PASSWORD, now=now)
    shop, vendor = rows.store(place, catalogue_at=now), rows.vendor(place)
    theirs = rows.store(place, vendor, catalogue_at=now)
    order = rows.order(shop)
    part = rows.vendor_order(order, vendor, facts=rows.UNPAID)
    rows.parcel(part)
    rows.listing(rows.product(theirs, 501, variants=1), merchant=shop)
    rows.call(shop)
    Attention.objects.create(marketplace=place, order=order, vendor_order=part, reason="edit_refused", opened_at=now)
    Activity.objects.create(marketplace=place, order_id=order.pk, vendor_order_id=part.pk, at=now, what="order.retried")
    Invitation.objects.create(
        marketplace=place, email="first@example.com", role="staff", key="first", invited_at=now,
        expires_at=now + timedelta(days=7),
    )  # fmt: skip


def _goods(vendors: int, listings: int) -> None:
    """Products of both sides, their variants, the listings between them, links, levels."""
    merchant = "(SELECT id FROM store WHERE vendor_id IS NULL)"
    vendor = _owner(vendors)
    for store, first in ((_store(vendor), 10_000_000), (merchant, 70_000_000)):
        _many(
            "store_product", listings, store_id=store, product_id=f"({first} + g)::text",
            title=f"{WORD} || ' ' || g", status="'active'",
        )  # fmt: skip
        for each in (0, 1):
            _many(
                "store_variant", listings, store_id=store, product_id=f"({first} + g)::text",
                variant_id=f"({first} + g) || '0{each}'", sku=f"'SKU-' || g || '-{each}'", title=f"{WORD} || ' ' || g",
                item_id=f"'9' || ({first} + g) || '0{each}'",
            )  # fmt: skip
    _many(
        "listing", listings, vendor_id=_vendor(vendor), store_id=_store(vendor), product_id="(10000000 + g)::text",
        merchant_product_id="CASE WHEN g % 10 = 0 THEN '' ELSE (70000000 + g)::text END", reference="'ref-many-' || g",
        state="CASE WHEN g % 10 = 0 THEN 'proposed' WHEN g % 97 = 0 THEN 'rejected' ELSE 'live' END",
    )  # fmt: skip
    for each in (0, 1):
        _many(
            "variant_link", listings, vendor_id=_vendor(vendor), listing_id="(SELECT min(id) FROM listing) + g",
            merchant_product_id="(70000000 + g)::text", merchant_variant_id=f"(70000000 + g) || '0{each}'",
            vendor_product_id="(10000000 + g)::text", vendor_variant_id=f"(10000000 + g) || '0{each}'",
        )  # fmt: skip
    _run(
        "INSERT INTO level ({columns}) SELECT {values} FROM level t, variant_link l, store s"
        " WHERE s.vendor_id = l.vendor_id AND l.id <> t.link_id",
        "level",
        link_id="l.id", vendor_id="l.vendor_id", store_id="s.id", vendor_variant_id="l.vendor_variant_id",
        merchant_variant_id="l.merchant_variant_id", item_id="'9' || l.merchant_variant_id",
        wanted="CASE WHEN l.id % 40 = 0 THEN 2 ELSE 1 END",
    )  # fmt: skip


def _not_offered(vendors: int, listings: int) -> None:
    """Vendors' products that nobody listed."""
    _many(
        "store_product", listings // 4, store_id=_store(_owner(vendors)), product_id="(20000000 + g)::text",
        title=f"{WORD} || ' spare ' || g", status="'active'",
    )  # fmt: skip
    _many(
        "store_variant", listings // 4, store_id=_store(_owner(vendors)), product_id="(20000000 + g)::text",
        variant_id="(20000000 + g) || '00'", sku="'SPARE-' || g", title=f"{WORD} || ' spare ' || g",
        item_id="'9' || (20000000 + g) || '00'",
    )  # fmt: skip


def _pairs(size: Size) -> None:
    """Suggested links between products that are not offered and the merchant's."""
    _run(
        "INSERT INTO link_suggestion ({columns}) SELECT {values}"  # noqa: S608  words of ours
        " FROM store_product p JOIN store s ON s.id = p.store_id,"
        " LATERAL (SELECT p.product_id::bigint - 20000000 AS g) n"
        f" WHERE p.product_id LIKE '20%' LIMIT {size.suggestions}",
        "link_suggestion",
        marketplace_id="p.marketplace_id", vendor_id="s.vendor_id", store_id="s.id", vendor_product_id="p.product_id",
        vendor_variant_id="p.product_id || '00'", merchant_product_id="(70000000 + g)::text", state="'open'",
        merchant_variant_id="(70000000 + g) || '00'", score="7000 + (g * 37 % 3000)", because="'[]'::jsonb",
        seen_at="now()", decided_at="NULL", decided_by="''",
    )  # fmt: skip


def _people(size: Size, vendors: int) -> None:
    """Vendors' people, invitations, and who may see the first vendor's pages."""
    from crossdock.models import Membership, User, Vendor

    _many(
        "person", size.people, username="'person-' || g", email="'person' || g || '@example.com'", name="'Person ' || g"
    )
    first = User.objects.get(username="person-1")
    _run(
        "INSERT INTO membership ({columns}) SELECT {values}"  # noqa: S608  words of ours
        f" FROM (SELECT * FROM membership ORDER BY id LIMIT 1) t, generate_series(1, {size.people}) g",
        "membership",
        user_id=f"{first.pk} - 1 + g", role="'vendor_staff'", vendor_id=_vendor(f"1 + g % {vendors}"),
    )  # fmt: skip
    vendor = Vendor.objects.order_by("pk")[1]
    _many("invitation", size.people, email="'asked' || g || '@example.com'", key="'key-' || g")
    user = User.objects.create_user(username=VENDOR_OWNER, password=PASSWORD)
    Membership.objects.create(user=user, marketplace=vendor.marketplace, vendor=vendor, role="vendor_owner")


def _talk(size: Size, orders: int, vendors: int) -> None:
    """What needs a person, what happened, what was said."""
    part, ago = "(SELECT min(id) FROM vendor_order)", "now() - ({0} - g) * interval '1 second'"
    _many(
        "attention", size.attention, order_id=_order("g * 3"), vendor_order_id=f"{part} + g * 3",
        opened_at=ago.format(size.attention), closed_at="CASE WHEN g % 4 = 0 THEN now() END",
    )  # fmt: skip
    _many(
        "activity", size.activities, order_id=f"CASE WHEN g % 10 > 0 THEN {_order(f'1 + g % {orders}')} END",
        vendor_order_id=f"CASE WHEN g % 10 > 0 THEN {part} + 1 + g % {orders} END",
        store_id=f"CASE WHEN g % 10 = 0 THEN {_store(f'1 + g % {vendors}')} END", at=ago.format(size.activities),
        what="'vendor_order.linked'",
    )  # fmt: skip
    _many(
        "call_log", size.calls, store_id=_store(f"1 + g % {vendors}"), at=ago.format(size.calls), came="g % 3 = 0",
        kind="(ARRAY['vendor_order','order','fulfillment','sweep','level'])[1 + g % 5]",
        ref="CASE WHEN g % 5 = 0 THEN " + part + f" + 1 + g % {orders} END", call="'create_order'",
        outcome="CASE WHEN g % 400 = 0 THEN 'failed' ELSE 'done' END",
        remote_id=f"CASE WHEN g % 3 = 0 THEN (7000000000 + g % {orders})::text ELSE '' END",
    )  # fmt: skip


def _many(table: str, count: int, *, template: str = "true", **values: str) -> None:
    """`count` copies of the table's first row that fits, each with `values`: SQL in terms of g, 1 to `count`."""
    _run(
        f"INSERT INTO {table} ({{columns}}) SELECT {{values}}"  # noqa: S608  words of ours
        f" FROM (SELECT * FROM {table} WHERE {template} ORDER BY id LIMIT 1) t, generate_series(1, {count}) g",
        table,
        **values,
    )


def _run(statement: str, table: str, **values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
            " AND column_name <> 'id'",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
        unknown = set(values) - set(columns)
        if unknown:
            raise ValueError(f"{table} has no {', '.join(sorted(unknown))}")
        told: dict[str, Any] = {
            "columns": ", ".join(f'"{name}"' for name in columns),
            "values": ", ".join(values.get(name, f't."{name}"') for name in columns),
        }
        cursor.execute(statement.format(**told))


def _vendor_ids() -> None:
    _numbered("many_vendor", "SELECT id FROM vendor ORDER BY id OFFSET 1")


def _store_ids() -> None:
    _numbered("many_store", "SELECT id FROM store ORDER BY id OFFSET 2")


def _numbered(name: str, rows: str) -> None:
    """The ids of rows by their number: sequences may skip, arithmetic may not."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE {name} AS SELECT row_number() OVER () AS n, id FROM ({rows}) r"  # noqa: S608  of ours
        )
        cursor.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (n)")


def _vendor(number: str) -> str:
    return f"(SELECT m.id FROM many_vendor m WHERE m.n = {number})"  # noqa: S608  words of ours


def _store(number: str) -> str:
    return f"(SELECT m.id FROM many_store m WHERE m.n = {number})"  # noqa: S608  words of ours


def _owner(vendors: int) -> str:
    """Which vendor's number g is."""
    return f"(CASE WHEN g % 11 = 0 THEN 1 ELSE 1 + g % {vendors} END)"


def _order(number: str) -> str:
    return f"((SELECT min(id) FROM merchant_order) + {number})"  # noqa: S608  words of ours
