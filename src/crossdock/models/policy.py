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
    tell_refunds = models.BooleanField(null=True)
    merchant_name = models.TextField(null=True, blank=True)
    merchant_email = models.TextField(null=True, blank=True)
    merchant_phone = models.TextField(null=True, blank=True)
    minimum_value = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=3)
    maximum_value = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=3)
    minimum_quantity = models.IntegerField(null=True, blank=True)
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


class CataloguePolicy(models.Model):
    """PRODUCT sections 3 and 4: product, variant and inventory sync. The marketplace's own row (vendor null) has no
    nulls but in amounts; in a vendor's row null = as the marketplace. `fields` says for each listing field whether it
    follows the vendor at creation and at update: {"title": [true, true], ..}; in a vendor's row only those that
    differ."""

    class NewStatus(models.TextChoices):
        ACTIVE = "active"
        DRAFT = "draft"
        AS_VENDOR = "as_vendor"

    class Conflicts(models.TextChoices):
        MERCHANT = "merchant"
        VENDOR = "vendor"
        ASK = "ask"

    class OnDelete(models.TextChoices):
        DELETE = "delete"
        DRAFT = "draft"
        KEEP = "keep"

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="+")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, blank=True, on_delete=models.CASCADE)
    product_sync = models.BooleanField(null=True)
    auto_approve = models.BooleanField(null=True)
    auto_variants = models.BooleanField(null=True)
    inventory_sync = models.BooleanField(null=True)
    fields = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    price_factor = models.DecimalField(null=True, blank=True, max_digits=12, decimal_places=6)
    price_amount = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=3)
    price_rounding = models.TextField(null=True, blank=True)  # core.listing_price.Rounding
    new_status = models.TextField(null=True, blank=True, choices=NewStatus.choices)
    on_delete = models.TextField(null=True, blank=True, choices=OnDelete.choices)
    conflicts = models.TextField(null=True, blank=True, choices=Conflicts.choices)  # both sides changed a field
    stock_buffer = models.IntegerField(null=True, blank=True)
    lease_hours = models.IntegerField(null=True, blank=True)
    vendor_locations = models.JSONField(null=True, blank=True)  # ids that are summed; null or [] = all active ones
    poll_minutes = models.IntegerField(null=True, blank=True)  # between two looks; null in both = the installation's
    merchant_location = models.TextField(null=True, blank=True)  # the Locations add-on's mapping; "" = the default one
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "catalogue_policy"
        constraints = [
            models.UniqueConstraint(
                fields=["marketplace", "vendor"], name="catalogue_policy_once", nulls_distinct=False
            ),
        ]


class CataloguePolicyChange(models.Model):
    """Every change of a catalogue rule: who, when, before, after. Never edited."""

    policy = models.ForeignKey(CataloguePolicy, on_delete=models.CASCADE)
    at = models.DateTimeField()
    who = models.TextField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        db_table = "catalogue_policy_change"


class PolicyChange(models.Model):
    """Every change of a rule: who, when, before, after. Never edited."""

    policy = models.ForeignKey(OrderPolicy, on_delete=models.CASCADE)
    at = models.DateTimeField()
    who = models.TextField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        db_table = "policy_change"
