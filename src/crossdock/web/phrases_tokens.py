"""What API tokens may do, and how long they last, in words. Not here: what endpoints want (api)."""

from django.utils.translation import gettext_lazy as _

from crossdock.web.phrase import Words

SCOPES: dict[str, Words] = {
    "orders:read": _("See orders, vendors' parts and what needs attention"),
    "orders:write": _("Hold, release, retry and ship orders, close what needs attention"),
    "buyers:read": _("See buyers' names and addresses"),
    "catalogue:read": _("See products, listings, links and stock"),
    "catalogue:write": _("Choose products, approve and change listings and links"),
    "vendors:read": _("See vendors and their stores"),
    "vendors:write": _("Add and invite vendors, connect and pause stores"),
    "settings:read": _("See rules and try changes"),
    "settings:write": _("Change rules"),
    "webhooks:read": _("See webhooks and their deliveries"),
    "webhooks:write": _("Change webhooks"),
    "activity:read": _("See the history"),
    "privacy:read": _("See who exported or forgot buyers' data, and platforms' requests"),
    "privacy:write": _("Export and forget buyers' data, and choose for how long it is kept"),
}
LASTS: dict[str, Words] = {
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("a year"),
    "": _("until it is revoked"),
}
