"""Buyers' data: finding a buyer's orders, forgetting buyers later or after so many days, what platforms ask."""

from django.db import migrations, models

# What a request asks was told by its platform's own topic before.
ASKS = """
UPDATE privacy_request SET data = data || jsonb_build_object('asks', CASE
    WHEN topic LIKE '%data_request' THEN 'export' WHEN topic LIKE 'shop/%' THEN 'erase_store' ELSE 'erase' END)
WHERE NOT data ? 'asks'
"""


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0018_poll_minutes")]

    operations = [
        migrations.AddField("marketplace", "retention_days", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddField("merchantorder", "buyer", models.BinaryField(null=True)),
        migrations.AddField("merchantorder", "erase_asked_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "merchantorder",
            models.Index(
                fields=["marketplace", "buyer"], condition=models.Q(buyer__isnull=False), name="merchant_order_buyer"
            ),
        ),
        migrations.AddIndex(
            "merchantorder",
            models.Index(
                fields=["marketplace"],
                condition=models.Q(erase_asked_at__isnull=False, erased_at__isnull=True),
                name="merchant_order_erase",
            ),
        ),
        migrations.AddIndex(
            "activity",
            models.Index(
                fields=["marketplace", "-id"], condition=models.Q(what__startswith="privacy."), name="activity_privacy"
            ),
        ),
        migrations.RunSQL(ASKS, migrations.RunSQL.noop),
    ]
