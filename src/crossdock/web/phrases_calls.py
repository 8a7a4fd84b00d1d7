"""What the log's lines are about and how they ended, in words. Not here: the log itself (operations/calls.py)."""

from django.utils.translation import gettext_lazy as _

from crossdock.models import Call
from crossdock.web.phrase import Words

CALL_KINDS: dict[str, Words] = {
    "order": _("Orders"),
    "vendor_order": _("Vendor orders"),
    "fulfillment": _("Parcels"),
    "adjustment": _("Stock shipped by hand"),
    "level": _("Stock"),
    "listing": _("Listings"),
    "product": _("Products"),
    "subscription": _("Webhooks and access"),
    "sweep": _("What changed"),
    "store": _("The store itself"),
    "privacy": _("Privacy"),
    "nothing": _("Of no interest"),
}
CALL_OUTCOMES: dict[str, Words] = {
    Call.Outcome.DONE: _("Went well"),
    Call.Outcome.REFUSED: _("Refused"),
    Call.Outcome.LIMITED: _("Asked to slow down"),
    Call.Outcome.FAILED: _("No answer, or an error"),
}
CALL_TONES: dict[str, str] = {
    Call.Outcome.DONE: "good",
    Call.Outcome.REFUSED: "bad",
    Call.Outcome.LIMITED: "wait",
    Call.Outcome.FAILED: "bad",
}
