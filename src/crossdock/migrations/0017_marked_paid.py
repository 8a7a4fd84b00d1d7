"""An order that a person counted as paid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0016_add_ons")]

    operations = [
        migrations.AddField("merchantorder", "marked_paid_at", models.DateTimeField(null=True)),
        migrations.AddField("merchantorder", "marked_paid_by", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField(
            "merchantorder", "marked_paid_note", models.TextField(blank=True, db_default="", default="")
        ),
    ]
