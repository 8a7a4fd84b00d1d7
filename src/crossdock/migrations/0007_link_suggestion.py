"""Pairs of variants that may be the same thing, as suggested, and what people said of them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crossdock", "0006_stock"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vendor_product_id", models.TextField()),
                ("vendor_variant_id", models.TextField()),
                ("merchant_product_id", models.TextField()),
                ("merchant_variant_id", models.TextField()),
                ("score", models.IntegerField()),
                ("because", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "Open"), ("confirmed", "Confirmed"), ("refused", "Refused")],
                        db_default="open",
                        default="open",
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(blank=True, db_default="", default="")),
                (
                    "marketplace",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
                ),
                ("store", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.store")),
                ("vendor", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.vendor")),
            ],
            options={
                "db_table": "link_suggestion",
                "indexes": [
                    models.Index(fields=["marketplace", "state", "-score", "id"], name="link_suggestion_list"),
                    models.Index(fields=["vendor", "state", "-score", "id"], name="link_suggestion_vendor"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "vendor_variant_id", "merchant_variant_id"), name="link_suggestion_once"
                    )
                ],
            },
        ),
    ]
