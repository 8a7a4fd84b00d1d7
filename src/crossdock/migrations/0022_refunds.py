"""Whether vendors are told of refunds, and of which they were; marketplaces that are there begin with telling."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0022_lists")]

    operations = [
        migrations.AddField("orderpolicy", "tell_refunds", models.BooleanField(null=True)),
        migrations.RunSQL(
            "UPDATE order_policy SET tell_refunds = true WHERE vendor_id IS NULL", migrations.RunSQL.noop
        ),
        migrations.CreateModel(
            "RefundTold",
            [
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="crossdock.merchantorder",
                    ),
                ),
                ("level", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "refund_told"},
        ),
    ]
