"""What happens when both sides changed a listing's field, as a rule; the marketplaces that are there keep theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0019_privacy")]

    operations = [
        migrations.AddField(
            "cataloguepolicy",
            "conflicts",
            models.TextField(
                blank=True,
                choices=[("merchant", "Merchant"), ("vendor", "Vendor"), ("ask", "Ask")],
                null=True,
            ),
        ),
        migrations.RunSQL(
            "UPDATE catalogue_policy SET conflicts = 'merchant' WHERE vendor_id IS NULL", migrations.RunSQL.noop
        ),
    ]
