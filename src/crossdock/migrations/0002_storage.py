"""How hot rows lie on disk: sealed bytes uncompressed (ciphertext does not shrink; trying costs half of an insert),
dirty keys with room for updates in place and an eager vacuum. The eight lanes (sync/dirty.py) are rows from the
start."""

from django.db import migrations

SEALED = (
    ("merchant_order", "sealed"),
    ("vendor_order", "sealed"),
    ("vendor_order", "sealed_sent"),
    ("store", "sealed"),
)
FORWARD = [
    "INSERT INTO lane (id, awake, epoch) SELECT n, false, 0 FROM generate_series(0, 7) AS n",
    *(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL" for table, column in SEALED),
    "ALTER TABLE dirty_key SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, "
    "autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)",
    "ALTER TABLE lane SET (fillfactor = 20)",
    "ALTER TABLE merchant_order SET (fillfactor = 85)",
    "ALTER TABLE vendor_order SET (fillfactor = 80)",
    "ALTER TABLE parcel SET (fillfactor = 80)",
]
BACKWARD = [
    "DELETE FROM lane",
    *(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTENDED" for table, column in SEALED),
    "ALTER TABLE dirty_key RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, "
    "autovacuum_vacuum_cost_delay)",
    *(f"ALTER TABLE {table} RESET (fillfactor)" for table in ("lane", "merchant_order", "vendor_order", "parcel")),
]


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
