"""The merchant's orders, the vendor orders made of them, the parcels that come back, and what needs a person.

Buyers' data lives only in `sealed` (core types as JSON, sealed). Not here: any transition (sync/sql).
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class MerchantOrder(models.Model):
    """One order of the merchant's store, newest version seen. `sealed` is a core Order; null while only its id is
    known (it is then read). `digest` covers what routing and vendor orders depend on, so that echoes change nothing."""

    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    store = models.ForeignKey("crossdock.Store", db_index=False, on_delete=models.CASCADE)
    remote_id = models.TextField()
    name = models.TextField(default="", blank=True)
    version = models.BigIntegerField(default=0)
    read_needed = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)
    digest = models.BinaryField(null=True)
    routed_digest = models.BinaryField(null=True)
    placed_at = models.DateTimeField(null=True)
    financial_status = models.TextField(default="", blank=True)
    marked_paid_at = models.DateTimeField(null=True)  # a person counted it as paid; its store's word stays what it is
    marked_paid_by = models.TextField(default="", blank=True, db_default="")
    marked_paid_note = models.TextField(default="", blank=True, db_default="")  # erased with the buyer
    cancelled_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    total = models.DecimalField(null=True, max_digits=20, decimal_places=3)
    currency = models.TextField(default="", blank=True)
    merchant_share = models.JSONField(null=True)  # unassigned lines, tips, and what is left of shipping: no buyer data
    has_unassigned = models.BooleanField(default=False)  # lines that should have a vendor and have none
    seen_at = models.DateTimeField()
    buyer = models.BinaryField(null=True)  # Ring.mark of its buyer's e-mail; empty = none given; null = not told yet
    erase_asked_at = models.DateTimeField(null=True)  # its buyer is forgotten as soon as the order is done
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "merchant_order"
        constraints = [models.UniqueConstraint(fields=["store", "remote_id"], name="merchant_order_once")]
        indexes = [
            models.Index(fields=["marketplace", "-id"], name="merchant_order_list"),
            models.Index(
                fields=["marketplace", "name"], name="merchant_order_name", opclasses=["int8_ops", "text_pattern_ops"]
            ),
            models.Index(fields=["marketplace", "placed_at"], name="merchant_order_placed"),
            models.Index(
                fields=["marketplace", "-id"],
                condition=~models.Q(financial_status="paid"),
                name="merchant_order_unpaid",
            ),
            models.Index(
                fields=["marketplace"], condition=models.Q(has_unassigned=True), name="merchant_order_unassigned"
            ),
            models.Index(
                fields=["marketplace", "buyer"], condition=models.Q(buyer__isnull=False), name="merchant_order_buyer"
            ),
            models.Index(
                fields=["marketplace"],
                condition=models.Q(erase_asked_at__isnull=False, erased_at__isnull=True),
                name="merchant_order_erase",
            ),
        ]


class VendorOrder(models.Model):
    """The part of an order placed, or to be placed, at one vendor. One row per order, vendor and part: once sent, its
    lines are its own for ever; lines that waited go out later as the next part."""

    class State(models.TextChoices):
        HELD = "held"
        READY = "ready"
        SENDING = "sending"
        LINKED = "linked"
        CLOSED = "closed"
        MANUAL = "manual"
        CANCELLED = "cancelled"
        REJECTED = "rejected"
        UNKNOWN = "unknown"

    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    order = models.ForeignKey(MerchantOrder, db_index=False, on_delete=models.CASCADE, related_name="vendor_orders")
    vendor = models.ForeignKey("crossdock.Vendor", db_index=False, on_delete=models.CASCADE)
    store = models.ForeignKey("crossdock.Store", null=True, on_delete=models.SET_NULL)
    part = models.SmallIntegerField(default=1)
    reference = models.TextField(unique=True)
    state = models.TextField(choices=State.choices)
    reason = models.TextField(default="", blank=True)  # why it is held, manual, rejected or unknown: a Reason
    trace = models.JSONField(default=list)  # core Trace of the last decision
    words = models.TextField(default="", blank=True)  # the store's own, when it refused
    sealed = models.BinaryField(null=True)  # VendorOrderDraft as it should be now
    digest = models.BinaryField(null=True)  # of the draft's order-level fields
    sent_digest = models.BinaryField(null=True)  # what the store was last told
    sealed_sent = models.BinaryField(null=True)  # the draft last told, for telling only what changed
    total = models.DecimalField(max_digits=20, decimal_places=3)
    currency = models.TextField()
    quantity = models.IntegerField()
    skus = SearchVectorField(null=True)  # of its lines, in lower case, as they are: found by how they begin
    attempt = models.IntegerField(default=0)
    sending_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)  # first look-up of the present uncertainty that found nothing
    remote_id = models.TextField(default="", blank=True)
    remote_name = models.TextField(default="", blank=True)
    remote_version = models.BigIntegerField(default=0)
    remote_lines = models.JSONField(default=list)  # [[merchant line id, vendor line id], ..]
    wants_cancel = models.BooleanField(default=False)
    cancel_job = models.TextField(default="", blank=True)
    wants_paid = models.BooleanField(default=False)
    remote_paid = models.BooleanField(default=False)
    remote_cancelled_at = models.DateTimeField(null=True)
    read_needed = models.BooleanField(default=False)  # only ids were seen, or two versions of one moment: read it
    held_by_person = models.BooleanField(default=False)
    released_by_person = models.BooleanField(default=False)  # limits do not count for it any more
    created_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "vendor_order"
        constraints = [
            models.UniqueConstraint(fields=["order", "vendor", "part"], name="vendor_order_once"),
            models.UniqueConstraint(
                fields=["store", "remote_id"], condition=~models.Q(remote_id=""), name="vendor_order_remote_once"
            ),
        ]
        indexes = [
            models.Index(fields=["marketplace", "state", "-id"], name="vendor_order_list"),
            models.Index(fields=["vendor", "-id"], name="vendor_order_vendor"),
            models.Index(
                fields=["marketplace", "remote_name"],
                condition=~models.Q(remote_name=""),
                name="vendor_order_name",
                opclasses=["int8_ops", "text_pattern_ops"],
            ),
            GinIndex(fields=["skus"], name="vendor_order_skus"),
            models.Index(fields=["vendor", "state", "linked_at"], name="vendor_order_health"),
            models.Index(fields=["marketplace", "created_at"], name="vendor_order_created"),
            models.Index(
                fields=["marketplace", "linked_at"],
                include=["created_at", "vendor"],
                condition=models.Q(linked_at__isnull=False),
                name="vendor_order_pushed",
            ),
        ]


class Parcel(models.Model):
    """One fulfilment at the vendor (or one written by hand), and its twin on the merchant's order."""

    class State(models.TextChoices):
        READY = "ready"
        SENDING = "sending"
        LINKED = "linked"
        CANCELLED = "cancelled"
        REJECTED = "rejected"
        UNKNOWN = "unknown"

    vendor_order = models.ForeignKey(VendorOrder, db_index=False, on_delete=models.CASCADE, related_name="parcels")
    order = models.ForeignKey(MerchantOrder, db_index=False, on_delete=models.CASCADE)
    remote_id = models.TextField()  # the vendor store's fulfilment id; "hand:<n>" when written by hand
    remote_version = models.BigIntegerField(default=0)
    status = models.TextField()  # core FulfillmentStatus at the vendor
    lines = models.JSONField(default=list)  # [[merchant line id, quantity], ..]
    tracking = models.JSONField(default=dict)  # core Tracking at the vendor
    shipped_at = models.DateTimeField()
    state = models.TextField(choices=State.choices)
    reason = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    merchant_id = models.TextField(default="", blank=True)  # the merchant store's fulfilment id
    sent_tracking = models.JSONField(null=True)
    attempt = models.IntegerField(default=0)
    sending_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    linked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parcel"
        constraints = [
            models.UniqueConstraint(fields=["vendor_order", "remote_id"], name="parcel_once"),
            models.UniqueConstraint(
                fields=["order", "merchant_id"], condition=~models.Q(merchant_id=""), name="parcel_merchant_once"
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="parcel_order"),
            GinIndex(fields=["tracking"], name="parcel_tracking", opclasses=["jsonb_path_ops"]),
        ]


class Attention(models.Model):
    """Something a person must look at. Closes by itself when the world agrees again. One open item per thing."""

    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    store = models.ForeignKey("crossdock.Store", null=True, on_delete=models.CASCADE)
    order = models.ForeignKey(MerchantOrder, null=True, on_delete=models.CASCADE)
    vendor_order = models.ForeignKey(VendorOrder, null=True, on_delete=models.CASCADE)
    reason = models.TextField()
    data = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(default="", blank=True)

    class Meta:
        db_table = "attention"
        constraints = [
            models.UniqueConstraint(
                fields=["marketplace", "store", "order", "vendor_order", "reason"],
                condition=models.Q(closed_at__isnull=True),
                name="attention_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["marketplace", "-id"], name="attention_list")]
