"""Notices and their mails, webhooks that we send, and the facts on their way to both."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A queue: rows live for a second, so it is vacuumed by count, not by share.
FORWARD = (
    "ALTER TABLE tiding SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, "
    "autovacuum_vacuum_cost_delay = 0)"
)
BACKWARD = (
    "ALTER TABLE tiding RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, "
    "autovacuum_vacuum_cost_delay)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("crossdock", "0012_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tiding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("marketplace_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField(null=True)),
                ("order_id", models.BigIntegerField(null=True)),
                ("vendor_order_id", models.BigIntegerField(null=True)),
                ("attention_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("what", models.TextField()),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "tiding",
            },
        ),
        migrations.AddField(
            model_name="marketplace",
            name="late_days",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("audience", models.TextField()),
                ("key", models.UUIDField(unique=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("dropped", "Dropped"),
                        ],
                        default="sending",
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.IntegerField(default=0)),
                ("words", models.TextField(blank=True, default="")),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "marketplace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.marketplace"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.vendor"
                    ),
                ),
            ],
            options={
                "db_table": "mail",
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("audience", models.TextField()),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                ("data", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "email",
                    models.TextField(
                        choices=[("no", "No"), ("wanted", "Wanted"), ("taken", "Taken"), ("dropped", "Dropped")],
                        default="no",
                    ),
                ),
                ("app", models.BooleanField(default=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "attention",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crossdock.attention",
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notices",
                        to="crossdock.mail",
                    ),
                ),
                (
                    "marketplace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.marketplace"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crossdock.merchantorder",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crossdock.store",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.vendor"
                    ),
                ),
                (
                    "vendor_order",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crossdock.vendororder",
                    ),
                ),
            ],
            options={
                "db_table": "notice",
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("audience", models.TextField()),
                ("kind", models.TextField()),
                ("channel", models.TextField()),
                ("on", models.BooleanField()),
                (
                    "marketplace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.marketplace"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.vendor"
                    ),
                ),
            ],
            options={
                "db_table": "notice_choice",
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.TextField()),
                ("description", models.TextField(blank=True, default="")),
                ("kinds", models.JSONField(default=list)),
                ("sealed", models.BinaryField()),
                ("old_until", models.DateTimeField(null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[("active", "Active"), ("paused", "Paused"), ("disabled", "Disabled")], default="active"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                (
                    "marketplace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crossdock.marketplace"
                    ),
                ),
            ],
            options={
                "db_table": "webhook_endpoint",
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("kind", models.TextField()),
                ("body", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("failed", "Failed")],
                        default="waiting",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.IntegerField(default=0)),
                ("tries", models.JSONField(default=list)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="crossdock.webhookendpoint",
                    ),
                ),
            ],
            options={
                "db_table": "webhook_delivery",
            },
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(condition=models.Q(("state", "sending")), fields=["due_at"], name="mail_due"),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["marketplace", "-id"], name="mail_list"),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(condition=models.Q(("sent_at__isnull", False)), fields=["sent_at"], name="mail_sent"),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["user", "vendor", "marketplace", "-id"], name="mail_of_person"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("email", "wanted")), fields=["at"], name="notice_wanted"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("app", True)), fields=["user", "-id"], name="notice_list"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("app", True), ("read_at__isnull", True)),
                fields=["user", "marketplace"],
                name="notice_unread",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("attention__isnull", False)), fields=["attention"], name="notice_attention"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("user", "vendor", "audience", "kind", "subject", "marketplace"),
                name="notice_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="noticechoice",
            constraint=models.UniqueConstraint(
                fields=("marketplace", "audience", "kind", "channel", "user", "vendor"),
                name="notice_choice_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="webhookendpoint",
            index=models.Index(fields=["marketplace"], name="webhook_endpoint_list"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["due_at"], name="webhook_delivery_due"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["endpoint", "-id"], name="webhook_delivery_list"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(fields=("endpoint", "key"), name="webhook_delivery_once"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(
            "ALTER TABLE webhook_endpoint ALTER COLUMN sealed SET STORAGE EXTERNAL",  # ciphertext does not shrink
            "ALTER TABLE webhook_endpoint ALTER COLUMN sealed SET STORAGE EXTENDED",
        ),
    ]
