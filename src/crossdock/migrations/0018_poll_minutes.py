"""How often stores are looked at, as a rule."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0017_marked_paid")]

    operations = [
        migrations.AddField("cataloguepolicy", "poll_minutes", models.IntegerField(blank=True, null=True)),
    ]
