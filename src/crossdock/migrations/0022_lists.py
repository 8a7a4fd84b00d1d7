"""Lists at size: indexes that pages read by, words of titles, and no index of a key that begins another index."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# Django's own index of a foreign key, where a further index or constraint begins with the same column.
KEYS = {
    "activity": {"marketplace": {"db_constraint": False}},
    "attention": {"marketplace": {}},
    "dirtykey": {"store": {"db_constraint": False}},
    "level": {"marketplace": {}, "store": {"related_name": "+"}},
    "linksuggestion": {"marketplace": {}, "store": {}, "vendor": {}},
    "listing": {"marketplace": {}, "store": {}, "vendor": {}},
    "merchantorder": {"marketplace": {}, "store": {}},
    "parcel": {"order": {}, "vendor_order": {"related_name": "parcels"}},
    "soldline": {"order": {"related_name": "+"}, "vendor_order": {"related_name": "+", "null": True}},
    "storeproduct": {"marketplace": {}, "store": {}},
    "storevariant": {"marketplace": {}, "store": {}},
    "variantlink": {"marketplace": {}, "vendor": {}, "listing": {"related_name": "links", "null": True}},
    "vendororder": {"marketplace": {}, "order": {"related_name": "vendor_orders"}, "vendor": {}},
}
TO = {"order": "crossdock.merchantorder", "vendor_order": "crossdock.vendororder"}


def _without_index(model: str, name: str, values: dict[str, Any]) -> migrations.AlterField:
    gone = django.db.models.deletion.SET_NULL if values.get("null") else django.db.models.deletion.CASCADE
    to = TO.get(name, f"crossdock.{name}")
    return migrations.AlterField(model, name, models.ForeignKey(db_index=False, on_delete=gone, to=to, **values))


INDEXES = {
    "activity": [
        models.Index(
            fields=["store_id", "-id"],
            condition=Q(store_id__isnull=False, vendor_order_id__isnull=True),
            name="activity_store",
        ),
    ],
    "listing": [
        models.Index(fields=["marketplace", "product_id"], name="listing_vendors_product"),
        models.Index(fields=["marketplace", "live_at"], condition=Q(live_at__isnull=False), name="listing_made"),
        models.Index(fields=["marketplace", "state", "-id"], condition=~Q(problems=[]), name="listing_problems"),
    ],
    "storeproduct": [models.Index(fields=["marketplace", "product_id"], name="store_product_id")],
    "variantlink": [
        models.Index(fields=["marketplace", "vendor_variant_id"], name="variant_link_theirs"),
        models.Index(
            fields=["marketplace", "-made_at", "-id"], condition=Q(ended_at__isnull=True), name="variant_link_list"
        ),
    ],
    "vendororder": [
        models.Index(fields=["vendor", "state", "linked_at"], name="vendor_order_health"),
        models.Index(fields=["marketplace", "created_at"], name="vendor_order_created"),
        models.Index(
            fields=["marketplace", "linked_at"],
            include=["created_at", "vendor"],
            condition=Q(linked_at__isnull=False),
            name="vendor_order_pushed",
        ),
    ],
}

# What people search titles by: words by their beginnings. There is no trigram index: the embedded PostgreSQL has no
# pg_trgm. Entries that wait to be sorted into an index are read with each search: they are kept few.
WORDS = """
CREATE FUNCTION title_words(title text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(string_to_array(
    btrim(regexp_replace(lower(left(title, 500)), '[^[:alnum:]]+', ' ', 'g')), ' '))
"""
QUERY = """
CREATE FUNCTION title_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT COALESCE(string_agg(quote_literal(word) || ':*', ' & '), '')::tsquery
        FROM unnest(tsvector_to_array(title_words(words))) AS word)
"""
FORWARD = [WORDS, QUERY] + [
    f"CREATE INDEX {table}_words ON {table} USING gin (title_words(title)) WITH (gin_pending_list_limit = 512)"
    for table in ("store_product", "store_variant")
]
BACKWARD = [
    "DROP INDEX store_product_words",
    "DROP INDEX store_variant_words",
    "DROP FUNCTION title_query(text)",
    "DROP FUNCTION title_words(text)",
]


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0021_order_list")]
    operations = [
        *(_without_index(model, name, values) for model, keys in KEYS.items() for name, values in keys.items()),
        *(migrations.AddIndex(model, index) for model, indexes in INDEXES.items() for index in indexes),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
