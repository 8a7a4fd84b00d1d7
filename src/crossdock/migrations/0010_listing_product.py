"""The listing of a vendor's product is found at once, ended ones too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0009_listing_turns")]
    operations = [
        migrations.AddIndex("listing", models.Index(fields=["store", "product_id"], name="listing_product")),
    ]
