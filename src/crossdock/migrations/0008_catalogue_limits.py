"""What holds a catalogue up: a platform's daily limit, listings off sale by their vendor, reads of one product."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crossdock", "0007_link_suggestion"),
    ]

    operations = [
        migrations.AddField(model_name="store", name="full_until", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="listing", name="off_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="storeproduct", name="read_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="level", name="elsewhere", field=models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(
                condition=models.Q(("elsewhere__gt", 0)), fields=["marketplace"], name="level_elsewhere"
            ),
        ),
    ]
