"""Who may log in, and to what. Invitations, MFA and tokens come with the people's side.

Not here: what each role may do (operations).
"""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person. Log-in by e-mail or user name."""

    class Meta:
        db_table = "person"


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

    class Meta:
        db_table = "membership"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "marketplace", "vendor"], name="membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="membership_vendor_roles",
                condition=models.Q(role__startswith="vendor_", vendor__isnull=False)
                | (~models.Q(role__startswith="vendor_") & models.Q(vendor__isnull=True)),
            ),
        ]
