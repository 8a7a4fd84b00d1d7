"""What people are told: facts on their way to being told, who wants to hear of what, notices, and the mails of them.

Not here: any transition (sync/sql/notices.sql), or sentences (web).
"""

from typing import Any

from django.db import models

# What a notice is about may be gone (routing drops parts that never left), and nothing of it must stop at a notice.
_ABOUT: dict[str, Any] = {"null": True, "on_delete": models.CASCADE, "related_name": "+", "db_constraint": False}


class Tiding(models.Model):
    """Something happened that people, or systems of the merchant's, may want to hear of. Written in the transaction of
    the fact; whoever tells takes it away in the transaction that says to whom."""

    marketplace_id = models.BigIntegerField()
    store_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    vendor_order_id = models.BigIntegerField(null=True)
    attention_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    what = models.TextField()
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "tiding"


class NoticeChoice(models.Model):
    """Whether a kind is told by a channel: to one person, to a vendor's contact address (user null, vendor set), or to
    all of the audience who have not chosen (both null). No row = as core.notices begins."""

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("crossdock.User", null=True, on_delete=models.CASCADE, related_name="+")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, on_delete=models.CASCADE, related_name="+")
    audience = models.TextField()
    kind = models.TextField()
    channel = models.TextField()
    on = models.BooleanField()

    class Meta:
        db_table = "notice_choice"
        constraints = [
            models.UniqueConstraint(
                fields=["marketplace", "audience", "kind", "channel", "user", "vendor"],
                name="notice_choice_once",
                nulls_distinct=False,
            )
        ]


class Mail(models.Model):
    """One e-mail with the notices it tells. `key` makes its Message-ID, the same each time it is tried. `sending` is
    committed before the server is spoken to."""

    class State(models.TextChoices):
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"  # the server will not have it, or not for days
        DROPPED = "dropped"  # everything in it was over before it left

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("crossdock.User", null=True, on_delete=models.CASCADE, related_name="+")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, on_delete=models.CASCADE, related_name="+")
    audience = models.TextField()
    key = models.UUIDField(unique=True)
    state = models.TextField(choices=State.choices, default=State.SENDING)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    words = models.TextField(default="", blank=True)  # the server's own, when it refused
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mail"
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="sending"), name="mail_due"),
            models.Index(fields=["marketplace", "-id"], name="mail_list"),
            models.Index(fields=["sent_at"], condition=models.Q(sent_at__isnull=False), name="mail_sent"),
            models.Index(fields=["user", "vendor", "marketplace", "-id"], name="mail_of_person"),
        ]


class Notice(models.Model):
    """One person is told one thing, once. `user` null: the vendor's contact address. `email`: whether it goes by mail;
    which mail, once one was begun. `app`: whether it is shown here."""

    class Email(models.TextChoices):
        NO = "no"
        WANTED = "wanted"
        TAKEN = "taken"  # it is in a mail: see that
        DROPPED = "dropped"  # over before a mail was begun

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("crossdock.User", null=True, on_delete=models.CASCADE, related_name="notices")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, on_delete=models.CASCADE, related_name="+")
    audience = models.TextField()
    kind = models.TextField()
    subject = models.TextField()  # what it is about, and which occasion: "attention:17"
    store = models.ForeignKey("crossdock.Store", **_ABOUT)
    order = models.ForeignKey("crossdock.MerchantOrder", **_ABOUT)
    vendor_order = models.ForeignKey("crossdock.VendorOrder", **_ABOUT)
    attention = models.ForeignKey("crossdock.Attention", **_ABOUT)
    reason = models.TextField(default="", blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    email = models.TextField(choices=Email.choices, default=Email.NO)
    mail = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="notices")
    app = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "vendor", "audience", "kind", "subject", "marketplace"],
                name="notice_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["at"], condition=models.Q(email="wanted"), name="notice_wanted"),
            models.Index(fields=["user", "-id"], condition=models.Q(app=True), name="notice_list"),
            models.Index(
                fields=["user", "marketplace"],
                condition=models.Q(app=True, read_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(fields=["attention"], condition=models.Q(attention__isnull=False), name="notice_attention"),
        ]
