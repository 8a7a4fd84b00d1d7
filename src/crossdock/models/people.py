"""Who may log in, to what, and who was asked to come.

Not here: what each role may do (web/access.py), second factors and sessions (allauth).
"""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person. Log-in by e-mail or user name. `is_superuser` is the operator, who may make marketplaces. Empty
    language, time zone or theme: as the browser, UTC, as the system."""

    name = models.TextField(default="", db_default="", blank=True)
    language = models.TextField(default="", db_default="", blank=True)
    time_zone = models.TextField(default="", db_default="", blank=True)
    theme = models.TextField(default="", db_default="", blank=True)

    class Meta:
        db_table = "person"

    def get_full_name(self) -> str:
        return self.name or super().get_full_name()

    @property
    def title(self) -> str:
        """What others know the person by."""
        return self.name or self.email or self.username


def _vendor_of_role(name: str) -> models.CheckConstraint:
    """Vendors' roles name a vendor, the merchant's do not."""
    condition: Any = models.Q(role__startswith="vendor_", vendor__isnull=False) | (
        ~models.Q(role__startswith="vendor_") & models.Q(vendor__isnull=True)
    )
    return models.CheckConstraint(name=name, condition=condition)


class Membership(models.Model):
    """A person's role in one marketplace; `vendor` narrows it to one vendor's data."""

    class Role(models.TextChoices):
        OWNER = "owner"
        STAFF = "staff"
        READ_ONLY = "read_only"
        VENDOR_OWNER = "vendor_owner"
        VENDOR_STAFF = "vendor_staff"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="memberships")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, blank=True, on_delete=models.CASCADE)
    role = models.TextField(choices=Role.choices)
    orders_view = models.ForeignKey(  # what the list of orders opens with
        "crossdock.OrderView", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        db_table = "membership"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "marketplace", "vendor"], name="membership_once", nulls_distinct=False
            ),
            _vendor_of_role("membership_vendor_roles"),
        ]


class Invitation(models.Model):
    """Somebody was asked by e-mail to take a role. `key` is the hash of what the link holds; a link is of use once and
    until it expires. Sent again it is another link. One that is open at a time for an address and a place."""

    marketplace = models.ForeignKey("crossdock.Marketplace", on_delete=models.CASCADE, related_name="invitations")
    vendor = models.ForeignKey("crossdock.Vendor", null=True, blank=True, on_delete=models.CASCADE)
    email = models.TextField()
    role = models.TextField(choices=Membership.Role.choices)
    key = models.TextField(unique=True)
    invited_by = models.TextField(default="", blank=True)
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # the mail went out
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"
        constraints = [
            models.UniqueConstraint(
                "marketplace",
                "vendor",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
                nulls_distinct=False,
            ),
            _vendor_of_role("invitation_vendor_roles"),
        ]
        indexes = [models.Index(fields=["marketplace", "-id"], name="invitation_list")]
