"""A vendor's next listings are found by their state, however many wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0008_catalogue_limits")]
    operations = [
        migrations.RemoveIndex(model_name="listing", name="listing_stale"),
        migrations.AddIndex(
            "listing",
            models.Index(
                fields=["vendor", "state", "id"],
                condition=models.Q(wanted__gt=models.F("done")),
                name="listing_turns",
            ),
        ),
    ]
