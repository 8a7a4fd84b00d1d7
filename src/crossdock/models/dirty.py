"""Dirty keys: what must be looked at again. Levels, not events: marking twice is marking once.

Only sync/sql touches these rows.
"""

from django.db import models


class DirtyKey(models.Model):
    """`store` is the store that will be spoken to (or, for kind "order", whose order is routed); `ref` the local row.
    A row is there while something is to be done; `done` deletes it only if `generation` is the one that was claimed."""

    store = models.ForeignKey("crossdock.Store", db_index=False, on_delete=models.CASCADE, db_constraint=False)
    lane = models.SmallIntegerField()
    kind = models.TextField()
    ref = models.BigIntegerField()
    priority = models.SmallIntegerField()
    due_at = models.DateTimeField(null=True)  # null = parked: waits for a person or for its store
    generation = models.BigIntegerField(default=1)
    lease = models.BigIntegerField(null=True)  # the lane's epoch when it was claimed; older than the lane's = free
    attempts = models.IntegerField(default=0)
    reason = models.TextField(default="", blank=True)  # why it was marked, or why it waits
    marked_at = models.DateTimeField()

    class Meta:
        db_table = "dirty_key"
        constraints = [models.UniqueConstraint(fields=["store", "kind", "ref"], name="dirty_key_once")]
        indexes = [
            models.Index(
                fields=["lane", "priority", "due_at"], condition=models.Q(due_at__isnull=False), name="dirty_key_due"
            )
        ]


class Lane(models.Model):
    """A group of stores drained by one job at a time. `awake`: its drainer will look again before it ends, so that
    marking needs no new job. `epoch` grows with each drain: what an earlier, dead drainer had claimed is free again."""

    id = models.SmallIntegerField(primary_key=True)
    awake = models.BooleanField(default=False)
    epoch = models.BigIntegerField(default=0)

    class Meta:
        db_table = "lane"
