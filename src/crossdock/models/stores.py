"""Marketplaces, vendors and the stores that either runs, with their sealed credentials and connection state.

Not here: what a platform is (connector), or what to do with a store (sync, operations).
"""

from django.db import models


class Marketplace(models.Model):
    """The tenant. Every row reaches its marketplace in one step."""

    name = models.TextField()
    slug = models.SlugField(unique=True, max_length=60)
    created_at = models.DateTimeField()
    add_ons = models.JSONField(default=dict)  # switched-off add-ons only: {"order_push:shopify": false}
    currency = models.TextField(default="", db_default="", blank=True)  # what its people reckon in
    time_zone = models.TextField(default="", db_default="", blank=True)  # what its days are counted in; "" = UTC
    language = models.TextField(default="", db_default="", blank=True)  # of mails to who has not said; "" = English
    late_days = models.SmallIntegerField(null=True)  # who has not shipped for so long is late; null = 5, 0 = never
    retention_days = models.SmallIntegerField(default=0, db_default=0)  # buyers of done orders are forgotten; 0 = kept

    class Meta:
        db_table = "marketplace"


class Vendor(models.Model):
    """Who supplies and ships. A vendor may have no store: its orders are then made by hand."""

    marketplace = models.ForeignKey(Marketplace, on_delete=models.CASCADE, related_name="vendors")
    name = models.TextField()
    email = models.TextField(default="", blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    brake_at = models.DateTimeField(null=True)  # the brake holds its losses since then
    brake_released_at = models.DateTimeField(null=True)  # a person let it go on
    add_ons = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )  # those switched for it alone: {"vendor_store_connect": false}

    class Meta:
        db_table = "vendor"
        constraints = [models.UniqueConstraint(fields=["marketplace", "name"], name="vendor_name_once")]


class Store(models.Model):
    """One shop on one platform, in one role. `vendor` is null for the merchant's store. `hook_key` is the unguessable
    part of its webhook address. `sealed` holds credentials (JSON) sealed with the installation's keys."""

    class State(models.TextChoices):
        CONNECTED = "connected"
        NEEDS_REAUTH = "needs_reauth"
        UNREACHABLE = "unreachable"
        PAUSED = "paused"
        UNINSTALLED = "uninstalled"
        DISCONNECTED = "disconnected"

    marketplace = models.ForeignKey(Marketplace, on_delete=models.CASCADE, related_name="stores")
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.CASCADE, related_name="stores")
    platform = models.TextField()
    domain = models.TextField()
    base_url = models.TextField()
    name = models.TextField(default="", blank=True)
    currency = models.TextField(default="", blank=True)
    state = models.TextField(choices=State.choices, default=State.CONNECTED)
    state_words = models.TextField(default="", blank=True)
    state_at = models.DateTimeField()
    sealed = models.BinaryField()
    renew_at = models.DateTimeField(null=True, blank=True)
    hook_key = models.TextField(unique=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    failures = models.IntegerField(default=0)
    remote_id = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    location_id = models.TextField(default="", db_default="", blank=True)  # its default one
    locations = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )  # [{"id", "name", "active"}, ..]
    confirmed_at = models.DateTimeField(null=True)  # its catalogue and stock were last heard of (lease)
    catalogue_at = models.DateTimeField(null=True)  # its last whole catalogue pass began then
    off_sale_at = models.DateTimeField(null=True)  # its listings were taken off sale: the lease ran out
    full_until = models.DateTimeField(null=True)  # it takes no new variants before then (the platform's daily limit)

    class Meta:
        db_table = "store"
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "platform", "domain"], name="store_once"),
            models.UniqueConstraint(
                fields=["marketplace"], condition=models.Q(vendor__isnull=True), name="one_merchant_store"
            ),
            models.UniqueConstraint(fields=["vendor"], name="one_store_per_vendor"),
        ]


class Sweep(models.Model):
    """How far the re-listing of one store's changed objects has come. `since` is where the next whole pass starts;
    `cursor` continues a pass that is under way (survives a kill); `pass_started_at` becomes the next `since`."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE)
    kind = models.TextField()  # "orders" | "vendor_orders" | "products" | "catalogue" | "levels"
    since = models.DateTimeField(null=True, blank=True)
    cursor = models.TextField(default="", blank=True)
    pass_started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(default="", blank=True)
    progress = models.BigIntegerField(default=0, db_default=0)  # of a pass under way: objects read
    expected = models.BigIntegerField(default=0, db_default=0)  # of how many, 0 = not known

    class Meta:
        db_table = "sweep"
        constraints = [models.UniqueConstraint(fields=["store", "kind"], name="sweep_once")]


class PrivacyRequest(models.Model):
    """A platform's compliance request (data request, buyer redact, shop redact): kept until a person or the hub has
    answered it. `data` names ids only, and what is asked (`asks`: connector.contract.Ask)."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE)
    topic = models.TextField()
    remote_id = models.TextField()
    data = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "privacy_request"
        constraints = [models.UniqueConstraint(fields=["store", "topic", "remote_id"], name="privacy_once")]


class Consent(models.Model):
    """A store's server was told to post its keys to an address of one use, which `key` is the hash of. `posted` is
    what came, sealed; whoever began fetches it, and the row goes."""

    key = models.TextField(primary_key=True)
    begun_at = models.DateTimeField()
    posted = models.BinaryField(null=True)

    class Meta:
        db_table = "consent"
