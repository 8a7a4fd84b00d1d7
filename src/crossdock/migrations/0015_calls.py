"""The log of calls to stores and of their deliveries: not logged ahead, so that it costs little and nothing waits."""

from django.db import migrations, models

FORWARD = "ALTER TABLE call_log SET UNLOGGED"
BACKWARD = "ALTER TABLE call_log SET LOGGED"


class Migration(migrations.Migration):
    dependencies = [
        ("crossdock", "0014_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("marketplace_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("came", models.BooleanField()),
                ("call", models.TextField()),
                ("method", models.TextField()),
                ("path", models.TextField()),
                ("status", models.SmallIntegerField()),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("limited", "Limited"),
                            ("failed", "Failed"),
                        ]
                    ),
                ),
                ("words", models.TextField()),
                ("took", models.IntegerField()),
                ("kind", models.TextField()),
                ("ref", models.BigIntegerField(null=True)),
                ("remote_id", models.TextField()),
                ("sent_size", models.IntegerField()),
                ("got_size", models.IntegerField()),
                ("sent", models.TextField()),
                ("got", models.TextField()),
            ],
            options={
                "db_table": "call_log",
                "indexes": [
                    models.Index(fields=["marketplace_id", "-id"], name="call_list"),
                    models.Index(fields=["store_id", "-id"], name="call_store"),
                    models.Index(condition=models.Q(("ref__isnull", False)), fields=["kind", "ref"], name="call_key"),
                    models.Index(
                        condition=models.Q(("remote_id", ""), _negated=True),
                        fields=["store_id", "remote_id"],
                        name="call_about",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
