"""The readable history: who or what did what, to which object. Codes and data; web turns them into sentences."""

from django.db import models

# Changes of settings, which are listed by themselves.
OF_SETTINGS = ("order_policy.changed", "catalogue_policy.changed", "add_on.switched")


class Activity(models.Model):
    """`what` is a code such as "vendor_order.linked"; `data` holds ids and figures, never buyers' data. `who` is empty
    for the hub itself."""

    marketplace = models.ForeignKey(
        "crossdock.Marketplace", db_index=False, on_delete=models.CASCADE, db_constraint=False
    )
    store_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    vendor_order_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    who = models.TextField(default="", blank=True)
    what = models.TextField()
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "activity"
        indexes = [
            models.Index(fields=["order_id", "id"], condition=models.Q(order_id__isnull=False), name="activity_order"),
            models.Index(
                fields=["marketplace", "-id"], condition=models.Q(what__startswith="privacy."), name="activity_privacy"
            ),
            models.Index(
                fields=["marketplace", "-id"], condition=models.Q(what__in=OF_SETTINGS), name="activity_settings"
            ),
            models.Index(fields=["marketplace", "-id"], name="activity_list"),
            models.Index(
                fields=["store_id", "-id"],
                condition=models.Q(store_id__isnull=False, vendor_order_id__isnull=True),
                name="activity_store",
            ),
        ]
