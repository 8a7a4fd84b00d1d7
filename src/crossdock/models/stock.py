"""Stock: what each link's merchant level should be and is, what was sold and not yet taken, and adjustments by hand.

Not here: the formula (core/stock.py), or any transition (sync/sql/stock.sql).
"""

from django.db import models


class Level(models.Model):
    """The merchant's level of one link. `merchant_available` is what the merchant's store had when `sold_then` units of
    it had been sold as far as we know; what it has now is therefore `merchant_available - (sold - sold_then)`.
    `unexplained`: units that were missing at the merchant when it was read and that no order explains yet. A write in
    flight has `write_key` and its rows' `write_from`, `write_to`, `write_sold`: the same call again finishes it.
    `wanted` > `done`: it has to be looked at."""

    link = models.OneToOneField("crossdock.VariantLink", on_delete=models.CASCADE, primary_key=True)
    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    vendor = models.ForeignKey("crossdock.Vendor", on_delete=models.CASCADE)
    store = models.ForeignKey(
        "crossdock.Store", db_index=False, on_delete=models.CASCADE, related_name="+"
    )  # the vendor's
    vendor_variant_id = models.TextField()
    merchant_variant_id = models.TextField()
    item_id = models.TextField(default="", db_default="", blank=True)  # the merchant's; empty = not known yet
    location_id = models.TextField(default="", db_default="", blank=True)  # the merchant's that it is kept at
    wanted = models.BigIntegerField(default=1, db_default=1)
    done = models.BigIntegerField(default=0, db_default=0)
    sold = models.BigIntegerField(default=0, db_default=0)
    sold_then = models.BigIntegerField(default=0, db_default=0)
    unexplained = models.BigIntegerField(default=0, db_default=0)
    elsewhere = models.BigIntegerField(default=0, db_default=0)  # units at the merchant's other locations, when read
    merchant_available = models.BigIntegerField(null=True)
    merchant_at = models.DateTimeField(null=True)
    target = models.BigIntegerField(null=True)  # what was last decided
    reason = models.TextField(default="", db_default="", blank=True)  # why it is not offered as the vendor has it
    write_key = models.TextField(default="", db_default="", blank=True)
    write_from = models.BigIntegerField(null=True)
    write_to = models.BigIntegerField(null=True)
    write_sold = models.BigIntegerField(null=True)
    write_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "level"
        indexes = [
            models.Index(
                fields=["marketplace", "vendor", "link"],
                condition=models.Q(wanted__gt=models.F("done")),
                name="level_stale",
            ),
            models.Index(
                fields=["marketplace", "vendor", "link"],
                condition=models.Q(wanted__gt=models.F("done"), merchant_available__isnull=False),
                name="level_urgent",
            ),
            models.Index(
                fields=["vendor", "reason"],
                condition=models.Q(reason__in=["vendor_empty", "too_much_change"]),
                name="level_braked",
            ),
            models.Index(fields=["store", "vendor_variant_id"], name="level_vendor_variant"),
            models.Index(fields=["marketplace", "merchant_variant_id"], name="level_merchant_variant"),
            models.Index(fields=["marketplace", "item_id"], name="level_item"),
            models.Index(fields=["marketplace", "write_key"], condition=~models.Q(write_key=""), name="level_writing"),
            models.Index(fields=["marketplace"], condition=models.Q(unexplained__gt=0), name="level_unexplained"),
            models.Index(fields=["marketplace"], condition=models.Q(elsewhere__gt=0), name="level_elsewhere"),
        ]


class SoldLine(models.Model):
    """One line of a merchant's order that is of a linked variant: `units` sold now (edits and cancellation applied),
    of which `taken` have left the vendor's stock as we last saw it. `sent` units were placed there by our order, or
    taken off by an adjustment, at `sent_at`: a figure read later has them in it, and they count as taken then. No buyer
    data."""

    order = models.ForeignKey("crossdock.MerchantOrder", db_index=False, on_delete=models.CASCADE, related_name="+")
    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE)
    line_id = models.TextField()
    merchant_variant_id = models.TextField()
    vendor_order = models.ForeignKey(
        "crossdock.VendorOrder", null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    units = models.IntegerField()
    taken = models.IntegerField(default=0, db_default=0)
    sent = models.IntegerField(default=0, db_default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sold_line"
        constraints = [models.UniqueConstraint(fields=["order", "line_id"], name="sold_line_once")]
        indexes = [
            models.Index(
                fields=["marketplace", "merchant_variant_id"],
                condition=models.Q(units__gt=models.F("taken")),
                name="sold_line_pending",
            ),
            models.Index(fields=["vendor_order"], name="sold_line_vendor_order"),
        ]


class StockAdjustment(models.Model):
    """Units that left, or came back to, a vendor's stock without an order of ours in its store: parcels made by hand
    and their cancellation. Done exactly once, by its key."""

    class State(models.TextChoices):
        READY = "ready"
        SENDING = "sending"
        DONE = "done"
        REJECTED = "rejected"
        UNKNOWN = "unknown"

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE)
    store = models.ForeignKey("crossdock.Store", on_delete=models.CASCADE)
    vendor_order = models.ForeignKey("crossdock.VendorOrder", on_delete=models.CASCADE)
    parcel = models.ForeignKey("crossdock.Parcel", on_delete=models.CASCADE)
    line_id = models.TextField()  # the merchant's
    vendor_variant_id = models.TextField()
    delta = models.IntegerField()
    key = models.TextField(unique=True)
    state = models.TextField(choices=State.choices)
    words = models.TextField(default="", db_default="", blank=True)
    item_id = models.TextField(default="", db_default="", blank=True)  # as it was sent, for sending the same again
    location_id = models.TextField(default="", db_default="", blank=True)
    created_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "stock_adjustment"
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line_id", "delta"], name="stock_adjustment_once"),
        ]
        indexes = [models.Index(fields=["store"], condition=~models.Q(state="done"), name="stock_adjustment_open")]
