"""Views of the list of orders, acts on many at once, and what orders are found by."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crossdock", "0020_conflicts"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("who", models.TextField()),
                ("act", models.TextField()),
                ("orders", models.JSONField()),
                ("results", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "order_batch",
            },
        ),
        migrations.CreateModel(
            name="OrderView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("query", models.JSONField(default=dict)),
                ("shared", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "order_view",
            },
        ),
        migrations.AddField(
            model_name="vendororder",
            name="skus",
            field=django.contrib.postgres.search.SearchVectorField(null=True),
        ),
        migrations.AddIndex(
            model_name="merchantorder",
            index=models.Index(
                fields=["marketplace", "name"], name="merchant_order_name", opclasses=["int8_ops", "text_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="merchantorder",
            index=models.Index(fields=["marketplace", "placed_at"], name="merchant_order_placed"),
        ),
        migrations.AddIndex(
            model_name="merchantorder",
            index=models.Index(
                condition=models.Q(("financial_status", "paid"), _negated=True),
                fields=["marketplace", "-id"],
                name="merchant_order_unpaid",
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["tracking"], name="parcel_tracking", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="vendororder",
            index=models.Index(
                condition=models.Q(("remote_name", ""), _negated=True),
                fields=["marketplace", "remote_name"],
                name="vendor_order_name",
                opclasses=["int8_ops", "text_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="vendororder",
            index=django.contrib.postgres.indexes.GinIndex(fields=["skus"], name="vendor_order_skus"),
        ),
        migrations.AddField(
            model_name="orderbatch",
            name="marketplace",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
        ),
        migrations.AddField(
            model_name="orderview",
            name="marketplace",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
        ),
        migrations.AddField(
            model_name="orderview",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="membership",
            name="orders_view",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="crossdock.orderview",
            ),
        ),
        migrations.AddIndex(
            model_name="orderbatch",
            index=models.Index(fields=["at"], name="order_batch_at"),
        ),
        migrations.AddConstraint(
            model_name="orderbatch",
            constraint=models.UniqueConstraint(fields=("marketplace", "who", "key"), name="order_batch_once"),
        ),
        migrations.AddConstraint(
            model_name="orderview",
            constraint=models.UniqueConstraint(fields=("marketplace", "user", "name"), name="order_view_once"),
        ),
    ]
