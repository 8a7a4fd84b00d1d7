"""People's own settings, invitations, and the table that counts tries (Django's database cache)."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

# Who had an address before has it still: log-in and password reset look here too.
ADDRESSES = """
INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT DISTINCT ON (lower(email)) id, lower(email), true, true FROM person WHERE email <> '' ORDER BY lower(email), id
"""
CACHE = """
CREATE TABLE cache_entry (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX cache_entry_expires ON cache_entry (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("crossdock", "0011_consent"),
    ]

    operations = [
        migrations.AddField(
            model_name="marketplace",
            name="currency",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="marketplace",
            name="language",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="marketplace",
            name="time_zone",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="user",
            name="name",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="user",
            name="time_zone",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.TextField()),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("owner", "Owner"),
                            ("staff", "Staff"),
                            ("read_only", "Read Only"),
                            ("vendor_owner", "Vendor Owner"),
                            ("vendor_staff", "Vendor Staff"),
                        ]
                    ),
                ),
                ("key", models.TextField(unique=True)),
                ("invited_by", models.TextField(blank=True, default="")),
                ("invited_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "marketplace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="crossdock.marketplace",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="crossdock.vendor"
                    ),
                ),
            ],
            options={
                "db_table": "invitation",
                "indexes": [models.Index(fields=["marketplace", "-id"], name="invitation_list")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("marketplace"),
                        models.F("vendor"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                        name="invitation_open_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__startswith", "vendor_"), ("vendor__isnull", False)),
                            models.Q(
                                models.Q(("role__startswith", "vendor_"), _negated=True), ("vendor__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="invitation_vendor_roles",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ADDRESSES, migrations.RunSQL.noop),
        migrations.RunSQL(CACHE, "DROP TABLE cache_entry"),
    ]
