"""Add-ons switched for one vendor, and the fewest pieces that a vendor takes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0015_calls")]

    operations = [
        migrations.AddField("orderpolicy", "minimum_quantity", models.IntegerField(blank=True, null=True)),
        migrations.AddField(
            "vendor",
            "add_ons",
            models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
