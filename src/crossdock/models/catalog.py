"""What stores offer as last read, which of it is listed at the merchant, and which variant is which.

Not here: stock (stock.py), or any rule.
"""

from django.db import models


class StoreProduct(models.Model):
    """One product of one store, newest version seen. `data` is a core Product without variants, as JSON; `digest`
    covers that, so that what did not change is not looked at. `whole` False: variants are still to
    be read."""

    store = models.ForeignKey("crossdock.Store", db_index=False, on_delete=models.CASCADE)
    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    product_id = models.TextField()
    title = models.TextField(default="", db_default="", blank=True)
    status = models.TextField(default="", db_default="", blank=True)
    version = models.BigIntegerField(default=0, db_default=0)
    digest = models.BigIntegerField(default=0, db_default=0)
    data = models.BinaryField()
    whole = models.BooleanField(default=True, db_default=True)
    read_needed = models.BooleanField(default=False, db_default=False)
    gone_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()  # when it last changed, not when it was last looked at
    read_at = models.DateTimeField(null=True)  # when it was last read by itself, because of a doubt

    class Meta:
        db_table = "store_product"
        constraints = [models.UniqueConstraint(fields=["store", "product_id"], name="store_product_once")]
        indexes = [
            models.Index(fields=["marketplace", "title"], name="store_product_title"),
            models.Index(fields=["store"], condition=models.Q(read_needed=True), name="store_product_unread"),
            models.Index(fields=["marketplace", "product_id"], name="store_product_id"),
            # and store_product_words, store_variant_words: of the words of their titles (migration 0022)
        ]


class StoreVariant(models.Model):
    """One variant of one store, as last read: for finding an unlinked line by SKU, then by exact title; for matching;
    and for its stock. `data` is a core Variant as JSON; `digest` covers it without stock. `available` is as of
    `level_at` (our clock; null = never said) or as of the store's last whole pass, whichever is later; `levels` has it
    by location, {location id: [available, version]}, where the store tells it so."""

    store = models.ForeignKey("crossdock.Store", db_index=False, on_delete=models.CASCADE)
    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    product_id = models.TextField()
    variant_id = models.TextField()
    sku = models.TextField(default="", db_default="", blank=True)
    title = models.TextField(
        default="", db_default="", blank=True
    )  # product title, then " - " and the variant's where it has one
    barcode = models.TextField(default="", db_default="", blank=True)
    item_id = models.TextField(default="", db_default="", blank=True)
    tracked = models.BooleanField(default=True, db_default=True)
    oversell = models.BooleanField(default=False, db_default=False)
    digest = models.BigIntegerField(default=0, db_default=0)
    data = models.BinaryField(null=True)
    available = models.BigIntegerField(null=True)
    levels = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    level_at = models.DateTimeField(null=True)
    level_doubt = models.BooleanField(
        default=False, db_default=False
    )  # two contents of one moment, or an order whose effect is not seen
    gone_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()  # when it last changed, not when it was last looked at

    class Meta:
        db_table = "store_variant"
        constraints = [models.UniqueConstraint(fields=["store", "variant_id"], name="store_variant_once")]
        indexes = [
            models.Index(fields=["marketplace", "sku"], condition=~models.Q(sku=""), name="store_variant_sku"),
            models.Index(fields=["marketplace", "title"], name="store_variant_title"),
            models.Index(fields=["marketplace", "barcode"], condition=~models.Q(barcode=""), name="store_variant_gtin"),
            models.Index(fields=["store", "product_id"], name="store_variant_product"),
            models.Index(fields=["store", "item_id"], name="store_variant_item"),
            models.Index(fields=["store"], condition=models.Q(level_doubt=True), name="store_variant_doubt"),
        ]


class Listing(models.Model):
    """One of a vendor's products offered by the merchant. `written` is what the hub last wrote, as the store answered
    it; `taken` names the fields that the merchant edited by hand since, which are the merchant's until given back.
    `ending` set: a person removed it, and the drain still has to take it off sale so (no brake: it is meant).
    `wanted` > `done`: it has to be looked at."""

    class Ending(models.TextChoices):
        DRAFT = "draft"
        DELETE = "delete"

    class State(models.TextChoices):
        PROPOSED = "proposed"  # a vendor chose it; the merchant has to approve
        REFUSED = "refused"  # the merchant did not
        WANTED = "wanted"  # to be made at the merchant
        SENDING = "sending"  # its creation was begun (repeatable by its reference)
        LIVE = "live"  # it is there
        ENDED = "ended"  # unlinked, or the vendor's product is gone
        REJECTED = "rejected"  # the merchant's store said no: a person decides

    class Origin(models.TextChoices):
        ADDED = "added"
        MAPPED = "mapped"

    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    vendor = models.ForeignKey("crossdock.Vendor", db_index=False, on_delete=models.CASCADE)
    store = models.ForeignKey("crossdock.Store", db_index=False, on_delete=models.CASCADE)  # the vendor's
    product_id = models.TextField()  # in the vendor's store
    merchant_product_id = models.TextField(default="", db_default="", blank=True)
    origin = models.TextField(choices=Origin.choices)
    state = models.TextField(choices=State.choices)
    reason = models.TextField(default="", db_default="", blank=True)
    words = models.TextField(default="", db_default="", blank=True)
    reference = models.TextField(unique=True)
    wanted = models.BigIntegerField(default=1, db_default=1)
    done = models.BigIntegerField(default=0, db_default=0)
    written = models.JSONField(null=True)
    taken = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    not_offered = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )  # vendor variant ids that are not at the merchant, with why
    problems = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    operation = models.JSONField(null=True)
    ending = models.TextField(default="", db_default="", blank=True, choices=Ending.choices)
    chosen_by = models.TextField(default="", db_default="", blank=True)
    created_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)  # the vendor took it off sale since then (it is live, as a draft)
    written_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "listing"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "product_id"], condition=~models.Q(state__in=["ended", "refused"]), name="listing_once"
            ),
        ]
        indexes = [
            models.Index(fields=["marketplace", "state", "-id"], name="listing_list"),
            models.Index(
                fields=["vendor", "state", "id"],
                condition=models.Q(wanted__gt=models.F("done")),
                name="listing_turns",
            ),
            models.Index(fields=["store", "product_id"], name="listing_product"),
            models.Index(fields=["vendor", "ended_at"], name="listing_ended"),
            models.Index(fields=["marketplace", "merchant_product_id"], name="listing_merchant"),
            models.Index(fields=["marketplace", "product_id"], name="listing_vendors_product"),
            models.Index(
                fields=["marketplace", "live_at"], condition=models.Q(live_at__isnull=False), name="listing_made"
            ),
            models.Index(
                fields=["marketplace", "state", "-id"], condition=~models.Q(problems=[]), name="listing_problems"
            ),
        ]


class VariantLink(models.Model):
    """Two ids that are the same thing: a merchant's variant and a vendor's. `made_by` says how it was found."""

    marketplace = models.ForeignKey("crossdock.Marketplace", db_index=False, on_delete=models.CASCADE)
    vendor = models.ForeignKey("crossdock.Vendor", db_index=False, on_delete=models.CASCADE)
    listing = models.ForeignKey(Listing, null=True, db_index=False, on_delete=models.SET_NULL, related_name="links")
    merchant_product_id = models.TextField()
    merchant_variant_id = models.TextField()
    vendor_product_id = models.TextField()
    vendor_variant_id = models.TextField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # no longer offered; open orders still find it

    class Meta:
        db_table = "variant_link"
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "merchant_variant_id"], name="variant_link_once"),
        ]
        indexes = [
            models.Index(fields=["vendor", "vendor_variant_id"], name="variant_link_vendor"),
            models.Index(fields=["listing"], name="variant_link_listing"),
            models.Index(fields=["marketplace", "vendor_variant_id"], name="variant_link_theirs"),
            models.Index(
                fields=["marketplace", "-made_at", "-id"],
                condition=models.Q(ended_at__isnull=True),
                name="variant_link_list",
            ),
        ]
