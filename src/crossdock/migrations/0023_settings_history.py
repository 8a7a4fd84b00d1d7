"""Changes of settings are listed by themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0022_refunds")]

    operations = [
        migrations.AddIndex(
            "activity",
            models.Index(
                fields=["marketplace", "-id"],
                condition=models.Q(what__in=("order_policy.changed", "catalogue_policy.changed", "add_on.switched")),
                name="activity_settings",
            ),
        ),
    ]
