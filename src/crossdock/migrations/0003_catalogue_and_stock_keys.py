"""Rows of catalogue and stock, continued: their keys to other rows, indexes and constraints."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0003_catalogue_and_stock")]

    operations = [
        migrations.AddField(
            model_name="vendor",
            name="brake_released_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="storevariant",
            name="sku",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AlterField(
            model_name="storevariant",
            name="title",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddIndex(
            model_name="storevariant",
            index=models.Index(
                condition=models.Q(("barcode", ""), _negated=True),
                fields=["marketplace", "barcode"],
                name="store_variant_gtin",
            ),
        ),
        migrations.AddIndex(
            model_name="storevariant",
            index=models.Index(fields=["store", "product_id"], name="store_variant_product"),
        ),
        migrations.AddIndex(
            model_name="storevariant",
            index=models.Index(fields=["store", "item_id"], name="store_variant_item"),
        ),
        migrations.AddIndex(
            model_name="storevariant",
            index=models.Index(condition=models.Q(("level_doubt", True)), fields=["store"], name="store_variant_doubt"),
        ),
        migrations.AddField(
            model_name="cataloguepolicy",
            name="marketplace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.marketplace"
            ),
        ),
        migrations.AddField(
            model_name="cataloguepolicy",
            name="vendor",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="crossdock.vendor"
            ),
        ),
        migrations.AddField(
            model_name="cataloguepolicychange",
            name="policy",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.cataloguepolicy"),
        ),
        migrations.AddField(
            model_name="level",
            name="marketplace",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
        ),
        migrations.AddField(
            model_name="level",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.store"
            ),
        ),
        migrations.AddField(
            model_name="level",
            name="vendor",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.vendor"),
        ),
        migrations.AddField(
            model_name="listing",
            name="marketplace",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
        ),
        migrations.AddField(
            model_name="listing",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.store"),
        ),
        migrations.AddField(
            model_name="listing",
            name="vendor",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.vendor"),
        ),
        migrations.AddField(
            model_name="variantlink",
            name="listing",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="links", to="crossdock.listing"
            ),
        ),
        migrations.AddIndex(
            model_name="variantlink",
            index=models.Index(fields=["listing"], name="variant_link_listing"),
        ),
        migrations.AddField(
            model_name="soldline",
            name="marketplace",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
        ),
        migrations.AddField(
            model_name="soldline",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.merchantorder"
            ),
        ),
        migrations.AddField(
            model_name="soldline",
            name="vendor_order",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="crossdock.vendororder"
            ),
        ),
        migrations.AddField(
            model_name="stockadjustment",
            name="marketplace",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
        ),
        migrations.AddField(
            model_name="stockadjustment",
            name="parcel",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.parcel"),
        ),
        migrations.AddField(
            model_name="stockadjustment",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.store"),
        ),
        migrations.AddField(
            model_name="stockadjustment",
            name="vendor_order",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.vendororder"),
        ),
        migrations.AddField(
            model_name="storeproduct",
            name="marketplace",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.marketplace"),
        ),
        migrations.AddField(
            model_name="storeproduct",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="crossdock.store"),
        ),
        migrations.AddConstraint(
            model_name="cataloguepolicy",
            constraint=models.UniqueConstraint(
                fields=("marketplace", "vendor"), name="catalogue_policy_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(
                condition=models.Q(("wanted__gt", models.F("done"))),
                fields=["marketplace", "vendor", "link"],
                name="level_stale",
            ),
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(fields=["store", "vendor_variant_id"], name="level_vendor_variant"),
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(fields=["marketplace", "merchant_variant_id"], name="level_merchant_variant"),
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(fields=["marketplace", "item_id"], name="level_item"),
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(
                condition=models.Q(("write_key", ""), _negated=True),
                fields=["marketplace", "write_key"],
                name="level_writing",
            ),
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(
                condition=models.Q(("unexplained__gt", 0)), fields=["marketplace"], name="level_unexplained"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["marketplace", "state", "-id"], name="listing_list"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("wanted__gt", models.F("done"))), fields=["vendor", "id"], name="listing_stale"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["vendor", "ended_at"], name="listing_ended"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["marketplace", "merchant_product_id"], name="listing_merchant"),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["ended", "refused"]), _negated=True),
                fields=("store", "product_id"),
                name="listing_once",
            ),
        ),
        migrations.AddIndex(
            model_name="soldline",
            index=models.Index(
                condition=models.Q(("units__gt", models.F("taken"))),
                fields=["marketplace", "merchant_variant_id"],
                name="sold_line_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="soldline",
            index=models.Index(fields=["vendor_order"], name="sold_line_vendor_order"),
        ),
        migrations.AddConstraint(
            model_name="soldline",
            constraint=models.UniqueConstraint(fields=("order", "line_id"), name="sold_line_once"),
        ),
        migrations.AddIndex(
            model_name="stockadjustment",
            index=models.Index(
                condition=models.Q(("state", "done"), _negated=True), fields=["store"], name="stock_adjustment_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="stockadjustment",
            constraint=models.UniqueConstraint(fields=("parcel", "line_id", "delta"), name="stock_adjustment_once"),
        ),
        migrations.AddIndex(
            model_name="storeproduct",
            index=models.Index(fields=["marketplace", "title"], name="store_product_title"),
        ),
        migrations.AddIndex(
            model_name="storeproduct",
            index=models.Index(
                condition=models.Q(("read_needed", True)), fields=["store"], name="store_product_unread"
            ),
        ),
        migrations.AddConstraint(
            model_name="storeproduct",
            constraint=models.UniqueConstraint(fields=("store", "product_id"), name="store_product_once"),
        ),
    ]
