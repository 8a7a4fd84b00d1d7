"""What an order's time line says besides the history's own sentences, to the merchant's people and to a vendor's.

Not here: the history's sentences (phrases_history.py, phrases_vendor.py), or what happened (operations/timeline.py).
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crossdock.operations.timeline import Moment
from crossdock.web.phrase import Counted, Words

MOMENTS: dict[str, Words] = {
    Moment.PLACED: _("The order was placed in the merchant's store."),
    Moment.SPLIT: _("The order was split. Parts of it are for: {vendors}"),
    Moment.CAME: _("The order came."),
    Moment.SENT: _("The vendor's part was sent to its store (try {attempt})."),
    Moment.LINKED: _("The order was placed in the vendor's store."),
    Moment.SHIPPED: Counted(
        ngettext_lazy(
            "The vendor shipped a parcel ({quantity} piece).", "The vendor shipped a parcel ({quantity} pieces)."
        ),
        "quantity",
    ),
    Moment.OPENED: _("Needs attention: {reason}"),
    Moment.CLOSED: _("No longer needs attention: {reason}"),
    Moment.CALL_WRONG: _("A call to the store: {outcome}"),
    Moment.CALLS_WRONG: _("Calls to the store, {times} times: {outcome}"),
}
VENDORS: dict[str, Words] = {
    Moment.SENT: _("The order was sent to your store (try {attempt})."),
    Moment.LINKED: _("The order was placed in your store."),
    Moment.SHIPPED: Counted(
        ngettext_lazy(
            "A parcel was shipped in your store ({quantity} piece).",
            "A parcel was shipped in your store ({quantity} pieces).",
        ),
        "quantity",
    ),
    Moment.CALL_WRONG: _("A call to your store: {outcome}"),
    Moment.CALLS_WRONG: _("Calls to your store, {times} times: {outcome}"),
}
NUMBER: Words = _("Its number there: {name}")
MERCHANTS_SIDE: Words = _("Merchant")
