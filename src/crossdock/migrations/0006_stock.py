"""When the vendor's store took what was sold, for figures read later; and what brakes and turns are looked up by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0005_listing_ending")]
    operations = [
        migrations.AddField("soldline", "sent", models.IntegerField(db_default=0, default=0)),
        migrations.AddField("soldline", "sent_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "level",
            models.Index(
                fields=["marketplace", "vendor", "link"],
                condition=models.Q(wanted__gt=models.F("done"), merchant_available__isnull=False),
                name="level_urgent",
            ),
        ),
        migrations.AddIndex(
            "level",
            models.Index(
                fields=["vendor", "reason"],
                condition=models.Q(reason__in=["vendor_empty", "too_much_change"]),
                name="level_braked",
            ),
        ),
    ]
