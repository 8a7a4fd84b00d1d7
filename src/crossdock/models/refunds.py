"""Refunds of merchants' orders, as far as vendors were told of them. Not here: amounts of money given back."""

from django.db import models


class RefundTold(models.Model):
    """How an order's refund stood ("partially_refunded 20.00") when its vendors were last told of it, or might have
    been: the same is never told twice."""

    order = models.OneToOneField("crossdock.MerchantOrder", primary_key=True, on_delete=models.CASCADE)
    level = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "refund_told"
