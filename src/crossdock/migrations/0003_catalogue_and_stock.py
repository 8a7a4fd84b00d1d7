"""What stores offer, what is listed of it, and the stock of each link: rows and their columns."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crossdock", "0002_storage"),
    ]

    operations = [
        migrations.CreateModel(
            name="CataloguePolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_sync", models.BooleanField(null=True)),
                ("auto_approve", models.BooleanField(null=True)),
                ("auto_variants", models.BooleanField(null=True)),
                ("inventory_sync", models.BooleanField(null=True)),
                ("fields", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                ("price_factor", models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True)),
                ("price_amount", models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True)),
                ("price_rounding", models.TextField(blank=True, null=True)),
                (
                    "new_status",
                    models.TextField(
                        blank=True,
                        choices=[("active", "Active"), ("draft", "Draft"), ("as_vendor", "As Vendor")],
                        null=True,
                    ),
                ),
                (
                    "on_delete",
                    models.TextField(
                        blank=True, choices=[("delete", "Delete"), ("draft", "Draft"), ("keep", "Keep")], null=True
                    ),
                ),
                ("stock_buffer", models.IntegerField(blank=True, null=True)),
                ("lease_hours", models.IntegerField(blank=True, null=True)),
                ("vendor_locations", models.JSONField(blank=True, null=True)),
                ("merchant_location", models.TextField(blank=True, null=True)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "catalogue_policy",
            },
        ),
        migrations.CreateModel(
            name="CataloguePolicyChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("who", models.TextField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
            ],
            options={
                "db_table": "catalogue_policy_change",
            },
        ),
        migrations.CreateModel(
            name="Level",
            fields=[
                (
                    "link",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="crossdock.variantlink",
                    ),
                ),
                ("vendor_variant_id", models.TextField()),
                ("merchant_variant_id", models.TextField()),
                ("item_id", models.TextField(blank=True, db_default="", default="")),
                ("location_id", models.TextField(blank=True, db_default="", default="")),
                ("wanted", models.BigIntegerField(db_default=1, default=1)),
                ("done", models.BigIntegerField(db_default=0, default=0)),
                ("sold", models.BigIntegerField(db_default=0, default=0)),
                ("sold_then", models.BigIntegerField(db_default=0, default=0)),
                ("unexplained", models.BigIntegerField(db_default=0, default=0)),
                ("merchant_available", models.BigIntegerField(null=True)),
                ("merchant_at", models.DateTimeField(null=True)),
                ("target", models.BigIntegerField(null=True)),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("write_key", models.TextField(blank=True, db_default="", default="")),
                ("write_from", models.BigIntegerField(null=True)),
                ("write_to", models.BigIntegerField(null=True)),
                ("write_sold", models.BigIntegerField(null=True)),
                ("write_at", models.DateTimeField(null=True)),
                ("written_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "level",
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_id", models.TextField()),
                ("merchant_product_id", models.TextField(blank=True, db_default="", default="")),
                ("origin", models.TextField(choices=[("added", "Added"), ("mapped", "Mapped")])),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("refused", "Refused"),
                            ("wanted", "Wanted"),
                            ("sending", "Sending"),
                            ("live", "Live"),
                            ("ended", "Ended"),
                            ("rejected", "Rejected"),
                        ]
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("words", models.TextField(blank=True, db_default="", default="")),
                ("reference", models.TextField(unique=True)),
                ("wanted", models.BigIntegerField(db_default=1, default=1)),
                ("done", models.BigIntegerField(db_default=0, default=0)),
                ("written", models.JSONField(null=True)),
                ("taken", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("not_offered", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("problems", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("operation", models.JSONField(null=True)),
                ("chosen_by", models.TextField(blank=True, db_default="", default="")),
                ("created_at", models.DateTimeField()),
                ("live_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("written_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "listing",
            },
        ),
        migrations.CreateModel(
            name="SoldLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_id", models.TextField()),
                ("merchant_variant_id", models.TextField()),
                ("units", models.IntegerField()),
                ("taken", models.IntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "sold_line",
            },
        ),
        migrations.CreateModel(
            name="StockAdjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_id", models.TextField()),
                ("vendor_variant_id", models.TextField()),
                ("delta", models.IntegerField()),
                ("key", models.TextField(unique=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("ready", "Ready"),
                            ("sending", "Sending"),
                            ("done", "Done"),
                            ("rejected", "Rejected"),
                            ("unknown", "Unknown"),
                        ]
                    ),
                ),
                ("words", models.TextField(blank=True, db_default="", default="")),
                ("item_id", models.TextField(blank=True, db_default="", default="")),
                ("location_id", models.TextField(blank=True, db_default="", default="")),
                ("created_at", models.DateTimeField()),
                ("sending_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "stock_adjustment",
            },
        ),
        migrations.CreateModel(
            name="StoreProduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_id", models.TextField()),
                ("title", models.TextField(blank=True, db_default="", default="")),
                ("status", models.TextField(blank=True, db_default="", default="")),
                ("version", models.BigIntegerField(db_default=0, default=0)),
                ("digest", models.BigIntegerField(db_default=0, default=0)),
                ("data", models.BinaryField()),
                ("whole", models.BooleanField(db_default=True, default=True)),
                ("read_needed", models.BooleanField(db_default=False, default=False)),
                ("gone_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_product",
            },
        ),
        migrations.AddField(
            model_name="store",
            name="catalogue_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="store",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="store",
            name="location_id",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="store",
            name="locations",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="store",
            name="off_sale_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="available",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="barcode",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="data",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="digest",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="gone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="item_id",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="level_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="level_doubt",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="levels",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="oversell",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="storevariant",
            name="tracked",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="sweep",
            name="expected",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="sweep",
            name="progress",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="variantlink",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="vendor",
            name="brake_at",
            field=models.DateTimeField(null=True),
        ),
    ]
