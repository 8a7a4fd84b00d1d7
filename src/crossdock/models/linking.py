"""Pairs of variants that may be the same thing, as suggested, and what people said of them.

Not here: links themselves (catalog.py), or finding pairs (core/matching.py).
"""

from django.db import models


class LinkSuggestion(models.Model):
    """One pair. `score` in ten-thousandths; `because` are core.matching.Because as JSON. A refused pair stays, so that
    it is not suggested again; an open one goes when a later look no longer finds it."""

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    vendor = models.ForeignKey("crossdock.Vendor", db_index=False, on_delete=models.CASCADE)
    store = models.ForeignKey("crossdock.Store", db_index=False, on_delete=models.CASCADE)  # the vendor's
    vendor_product_id = models.TextField()
    vendor_variant_id = models.TextField()
    merchant_product_id = models.TextField()
    merchant_variant_id = models.TextField()
    score = models.IntegerField()
    because = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    state = models.TextField(choices=State.choices, default=State.OPEN, db_default="open")
    seen_at = models.DateTimeField()  # when it was last found
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", db_default="", blank=True)

    class Meta:
        db_table = "link_suggestion"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "vendor_variant_id", "merchant_variant_id"], name="link_suggestion_once"
            ),
        ]
        indexes = [
            models.Index(fields=["marketplace", "state", "-score", "id"], name="link_suggestion_list"),
            models.Index(fields=["vendor", "state", "-score", "id"], name="link_suggestion_vendor"),
        ]
