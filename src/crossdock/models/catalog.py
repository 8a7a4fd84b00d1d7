"""What vendors' stores offer, and which merchant variant is which vendor variant.

Not here: listings and their policy; they grow beside this.
"""

from django.db import models


class StoreVariant(models.Model):
    """One sellable variant of one store, as last read: for finding an unlinked line by SKU, then by exact title."""

    store = models.ForeignKey("crossdock.Store", on_delete=models.CASCADE)
    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE)
    product_id = models.TextField()
    variant_id = models.TextField()
    sku = models.TextField(default="", blank=True)
    title = models.TextField(default="", blank=True)  # product title, then " - " and the variant's where it has one
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "store_variant"
        constraints = [models.UniqueConstraint(fields=["store", "variant_id"], name="store_variant_once")]
        indexes = [
            models.Index(fields=["marketplace", "sku"], condition=~models.Q(sku=""), name="store_variant_sku"),
            models.Index(fields=["marketplace", "title"], name="store_variant_title"),
        ]


class VariantLink(models.Model):
    """Two ids that are the same thing: a merchant's variant and a vendor's. `made_by` says how it was found."""

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE)
    vendor = models.ForeignKey("crossdock.Vendor", on_delete=models.CASCADE)
    merchant_product_id = models.TextField()
    merchant_variant_id = models.TextField()
    vendor_product_id = models.TextField()
    vendor_variant_id = models.TextField()
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "variant_link"
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "merchant_variant_id"], name="variant_link_once"),
        ]
        indexes = [models.Index(fields=["vendor", "vendor_variant_id"], name="variant_link_vendor")]
