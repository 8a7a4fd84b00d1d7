"""Keys that a store's server posts wait for the person who began."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0010_listing_product")]
    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("begun_at", models.DateTimeField()),
                ("posted", models.BinaryField(null=True)),
            ],
            options={"db_table": "consent"},
        ),
    ]
