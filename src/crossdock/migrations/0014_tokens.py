"""Keys for the API, and the answers that its writes were given."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0013_notices")]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("key", models.TextField(unique=True)),
                ("prefix", models.TextField()),
                ("scopes", models.JSONField(default=list)),
                ("made_by", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("bucket", models.FloatField(db_default=0, default=0)),
                ("bucket_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "marketplace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.marketplace"
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crossdock.vendor",
                    ),
                ),
            ],
            options={
                "db_table": "api_token",
                "indexes": [models.Index(fields=["marketplace", "-id"], name="api_token_list")],
            },
        ),
        migrations.CreateModel(
            name="ApiAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("digest", models.BinaryField()),
                ("status", models.SmallIntegerField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.apitoken"
                    ),
                ),
            ],
            options={
                "db_table": "api_answer",
                "indexes": [models.Index(fields=["made_at"], name="api_answer_old")],
                "constraints": [models.UniqueConstraint(fields=("token", "key"), name="api_answer_once")],
            },
        ),
        migrations.RunSQL("ALTER TABLE api_answer ALTER COLUMN sealed SET STORAGE EXTERNAL", migrations.RunSQL.noop),
    ]
