"""What people keep of the list of orders: views of it, and what they did with many orders at once.

Not here: what a view's query means (web/merchant/orders_list.py).
"""

from django.db import models


class OrderView(models.Model):
    """A person's name for a way to look at the list. `query` is that of the list's address: {"show": "failed", ..}.
    `shared`: all of the marketplace's people see it."""

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE)
    user = models.ForeignKey("crossdock.User", on_delete=models.CASCADE)
    name = models.TextField()
    query = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "order_view"
        constraints = [models.UniqueConstraint(fields=["marketplace", "user", "name"], name="order_view_once")]


class OrderBatch(models.Model):
    """One act on many orders. `key` comes with the form, so that sent twice it is the same; `results` by order:
    {"17": {"code": "done", "count": 1}}. Kept for some days, to be looked at again."""

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE)
    key = models.TextField()
    who = models.TextField()
    act = models.TextField()
    orders = models.JSONField()
    results = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "order_batch"
        constraints = [models.UniqueConstraint(fields=["marketplace", "who", "key"], name="order_batch_once")]
        indexes = [models.Index(fields=["at"], name="order_batch_at")]
