"""How the catalogue's and stock's hot rows lie on disk, the scratch table of a whole pass, and the rules that a
marketplace begins with. Sweeps and subscriptions move behind stock and listings in priority (sync/dirty.py)."""

from django.db import migrations

FORWARD = [
    # what a whole pass has seen; lost with a crash of the database, the pass then begins again
    "CREATE UNLOGGED TABLE catalogue_seen"
    " (sweep_id bigint NOT NULL, product_id text NOT NULL, variant_id text NOT NULL)",
    "CREATE INDEX catalogue_seen_sweep ON catalogue_seen (sweep_id)",
    "ALTER TABLE level SET (fillfactor = 70)",
    "ALTER TABLE store_variant SET (fillfactor = 85)",
    "ALTER TABLE sold_line SET (fillfactor = 80)",
    "UPDATE dirty_key SET priority = CASE kind WHEN 'subscription' THEN 8 ELSE 9 END"
    " WHERE kind IN ('subscription', 'sweep')",
    "INSERT INTO catalogue_policy (marketplace_id, product_sync, auto_approve, auto_variants, inventory_sync, fields,"
    " price_factor, price_amount, price_rounding, new_status, on_delete, stock_buffer, lease_hours, updated_at)"
    " SELECT id, true, false, true, true, '{}', 1, 0, 'none', 'draft', 'draft', 0, 24, now() FROM marketplace",
]
BACKWARD = [
    "DELETE FROM catalogue_policy",
    "UPDATE dirty_key SET priority = CASE kind WHEN 'subscription' THEN 3 ELSE 4 END"
    " WHERE kind IN ('subscription', 'sweep')",
    *(f"ALTER TABLE {table} RESET (fillfactor)" for table in ("level", "store_variant", "sold_line")),
    "DROP TABLE catalogue_seen",
]


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0003_catalogue_and_stock_keys")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
