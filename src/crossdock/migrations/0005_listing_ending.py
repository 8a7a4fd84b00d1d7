"""How a person removed a listing, until the drain has done it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crossdock", "0004_catalogue_storage"),
    ]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="ending",
            field=models.TextField(
                blank=True, choices=[("draft", "Draft"), ("delete", "Delete")], db_default="", default=""
            ),
        ),
    ]
