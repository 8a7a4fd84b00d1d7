"""The log of what was said between us and stores: a line for each call, and one for each delivery.

Kept for some days, lost with the database's memory (unlogged): it explains, nothing is decided by it.
"""

from django.db import models


class Call(models.Model):
    """One request to a store, or (`came`) one delivery from it. `kind` and `ref` name the dirty key that it was made
    for. `sent` and `got` are redacted JSON, "" where none was kept. No buyer's data, no secrets."""

    class Outcome(models.TextChoices):
        DONE = "done"
        REFUSED = "refused"  # the store said no; of a delivery: we did
        LIMITED = "limited"
        FAILED = "failed"  # no answer, or the store's own error

    marketplace_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    at = models.DateTimeField()
    came = models.BooleanField()
    call = models.TextField()
    method = models.TextField()
    path = models.TextField()
    status = models.SmallIntegerField()  # 0 = no answer
    outcome = models.TextField(choices=Outcome.choices)
    words = models.TextField()
    took = models.IntegerField()  # milliseconds
    kind = models.TextField()
    ref = models.BigIntegerField(null=True)
    remote_id = models.TextField()  # of a delivery: the object it is about
    sent_size = models.IntegerField()
    got_size = models.IntegerField()
    sent = models.TextField()
    got = models.TextField()

    class Meta:
        db_table = "call_log"
        indexes = [
            models.Index(fields=["marketplace_id", "-id"], name="call_list"),
            models.Index(fields=["store_id", "-id"], name="call_store"),
            models.Index(fields=["kind", "ref"], condition=models.Q(ref__isnull=False), name="call_key"),
            models.Index(fields=["store_id", "remote_id"], condition=~models.Q(remote_id=""), name="call_about"),
        ]
