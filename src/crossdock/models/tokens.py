"""Keys for the API: what each may do, and the answers it was given to writes that may come twice.

Not here: making and checking them (operations/tokens.py), or what each scope opens (api).
"""

from django.db import models
from django.db.models.functions import Now


class ApiToken(models.Model):
    """One key, of a marketplace or (`vendor`) of one vendor there. `key` is the hash of what its holder has; `prefix`
    is how people tell it from others. `bucket` of what it may still ask, as of `bucket_at`."""

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="+")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    key = models.TextField(unique=True)
    prefix = models.TextField()
    scopes = models.JSONField(default=list)
    made_by = models.TextField(default="", blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    bucket = models.FloatField(default=0, db_default=0)
    bucket_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "api_token"
        indexes = [models.Index(fields=["marketplace", "-id"], name="api_token_list")]


class ApiAnswer(models.Model):
    """What a write with an Idempotency-Key was answered; written in the write's own transaction. `digest` covers what
    was asked. `sealed` is the answer's body: it may hold a secret that is shown once."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.TextField()
    digest = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "api_answer"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["made_at"], name="api_answer_old")]
