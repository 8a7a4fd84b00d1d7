"""Roles as people read them: a name, and what it lets one do. Not here: what a role may do (web/access.py)."""

from django.utils.translation import gettext_lazy as _

from crossdock.models import Membership
from crossdock.web.phrase import Phrase

Role = Membership.Role
ROLES: dict[str, Phrase] = {
    Role.OWNER: Phrase(_("Owner"), _("Does everything, and says who else may.")),
    Role.STAFF: Phrase(_("Staff"), _("Runs the marketplace: orders, listings, vendors, settings. Not people.")),
    Role.READ_ONLY: Phrase(_("Read-only"), _("Sees everything of the marketplace and changes nothing.")),
    Role.VENDOR_OWNER: Phrase(_("Vendor owner"), _("Does everything on one vendor's side, and says who else may.")),
    Role.VENDOR_STAFF: Phrase(_("Vendor staff"), _("Sees to one vendor's orders, products and store. Not people.")),
}
