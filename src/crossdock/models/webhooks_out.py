"""Webhooks that we send: where to, and every message with how it went.

Not here: signing and sending (sync/hooks_out.py), or webhooks that stores send to us (hooks.py).
"""

from django.db import models


class WebhookEndpoint(models.Model):
    """An address of the merchant's that wants to hear. `sealed`: the secrets that sign (JSON list, newest
    first), sealed. While a rotation lasts there are two, and a message carries both signatures."""

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"  # by a person
        DISABLED = "disabled"  # it failed for days

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="+")
    url = models.TextField()
    description = models.TextField(default="", blank=True)
    kinds = models.JSONField(default=list)  # what it hears of; [] = everything
    sealed = models.BinaryField()
    old_until = models.DateTimeField(null=True)  # until then the secret before signs too
    state = models.TextField(choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)  # its last answer that took a message

    class Meta:
        db_table = "webhook_endpoint"
        indexes = [models.Index(fields=["marketplace"], name="webhook_endpoint_list")]


class WebhookDelivery(models.Model):
    """One message to one endpoint. `key` is its webhook-id, the same each time it is tried or replayed. `body` is what
    is signed: ids, codes and figures, never buyers' data."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"  # given up

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    key = models.TextField()
    kind = models.TextField()
    body = models.TextField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    tries = models.JSONField(default=list)  # the last ones: [{"at", "status", "words", "ms"}, ..]
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_delivery"
        constraints = [models.UniqueConstraint(fields=["endpoint", "key"], name="webhook_delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="webhook_delivery_due"),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_list"),
        ]
