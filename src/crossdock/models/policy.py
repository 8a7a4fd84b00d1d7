"""The rules a merchant sets: order sync, marketplace-wide (vendor null) and per vendor (null = as the marketplace).

Not here: what the rules mean (core/decision.py).
"""

from django.db import models


class OrderPolicy(models.Model):
    """PRODUCT section 2 and the limits of section 6. The marketplace's own row has no nulls in the four switches."""

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="order_policies")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, blank=True, on_delete=models.CASCADE)
    order_sync = models.BooleanField(null=True)
    paid_only = models.BooleanField(null=True)
    push_unsynced = models.BooleanField(null=True)
    override_customer = models.BooleanField(null=True)
    merchant_name = models.TextField(null=True, blank=True)
    merchant_email = models.TextField(null=True, blank=True)
    merchant_phone = models.TextField(null=True, blank=True)
    minimum_value = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=3)
    maximum_value = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=3)
    maximum_quantity = models.IntegerField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "order_policy"
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "vendor"], name="policy_once", nulls_distinct=False),
            models.CheckConstraint(
                name="policy_whole",
                condition=models.Q(vendor__isnull=False)
                | models.Q(
                    order_sync__isnull=False,
                    paid_only__isnull=False,
                    push_unsynced__isnull=False,
                    override_customer__isnull=False,
                ),
            ),
        ]


class PolicyChange(models.Model):
    """Every change of a rule: who, when, before, after. Never edited."""

    policy = models.ForeignKey(OrderPolicy, on_delete=models.CASCADE)
    at = models.DateTimeField()
    who = models.TextField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        db_table = "policy_change"
