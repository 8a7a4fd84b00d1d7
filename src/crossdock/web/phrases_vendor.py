"""The same codes as phrases.py, said to a vendor's people: "your store", and nothing that only the marketplace can do.

Not here: codes that read alike for both; those fall back to phrases.py.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crossdock.core.reasons import Reason
from crossdock.sync.what import What as Done
from crossdock.web import phrases
from crossdock.web.phrase import Counted, Phrase, Words

_BY_HAND = Phrase(
    _("To be shipped by hand"),
    _("It is not put into your store. Ship it, and write down the parcel here."),
)
_ASKED = Phrase(
    _("The marketplace looks at it"),
    _("There is nothing for you to do. It comes to you as soon as the marketplace lets it go."),
)
REASONS: dict[str, Phrase] = {
    Reason.CONNECTING_OFF: _BY_HAND,
    Reason.ADD_ON_INACTIVE: _BY_HAND,
    Reason.ORDER_SYNC_OFF: _BY_HAND,
    Reason.VENDOR_HAS_NO_STORE: Phrase(
        _("No store is connected"),
        _("Ship it by hand, and write down the parcel here. With your store connected, orders go there by themselves."),
    ),
    Reason.STORE_NOT_CONNECTED: Phrase(
        _("Your store is not connected"),
        _("It waits until your store is connected again, and then goes there by itself."),
    ),
    Reason.ORDER_CANCELLED: Phrase(_("The order was cancelled"), _("Do not ship it.")),
    Reason.NOT_PAID: Phrase(
        _("Waiting for payment"), _("The buyer has not paid yet. It comes to you the moment that is done.")
    ),
    Reason.LINES_NOT_LINKED: Phrase(
        _("Its products are not linked with yours yet"),
        _("The marketplace says which of your products they are. Then it comes to you by itself."),
    ),
    Reason.CATALOGUE_NOT_READ: Phrase(
        _("Your products are still being read"), _("It goes to your store as soon as all of them were read.")
    ),
    Reason.LINES_UNASSIGNED: _ASKED,
    Reason.ORDER_BELOW_MINIMUM: Phrase(
        _("Below your minimum"), _("It is worth less than the smallest order you take. The marketplace decides.")
    ),
    Reason.ORDER_ABOVE_MAXIMUM: Phrase(
        _("Above your maximum"), _("It is worth more than the largest order you take. The marketplace decides.")
    ),
    Reason.QUANTITY_BELOW_MINIMUM: Phrase(
        _("Fewer pieces than you take"), _("It has fewer pieces than you take in one order. The marketplace decides.")
    ),
    Reason.QUANTITY_ABOVE_MAXIMUM: Phrase(
        _("More pieces than you take"), _("It has more pieces than you take in one order. The marketplace decides.")
    ),
    Reason.HELD_BY_PERSON: Phrase(
        _("Held by the marketplace"), _("Somebody there looks at it first. It comes to you once it is released.")
    ),
    Reason.TOO_MUCH_CHANGE: _ASKED,
    Reason.VENDOR_GONE: Phrase(_("You are not active here"), _("Ask the marketplace what happens to it.")),
    Reason.REJECTED_BY_STORE: Phrase(
        _("Your store refused the order"),
        _("Nothing was placed there. Mend what your store names; the marketplace then tries again."),
    ),
    Reason.OUTCOME_UNKNOWN: Phrase(
        _("Nobody knows whether your store has it"),
        _("Your store did not answer. Look whether the order is there, and tell the marketplace, before you ship."),
    ),
    Reason.ITEMS_EDITED: Phrase(
        _("Its items were changed after you got it"), _("Ask the marketplace before you ship it.")
    ),
    Reason.REFUNDED: Phrase(
        _("Money was given back on it"), _("Ask the marketplace before you ship it, or take it back.")
    ),
    Reason.LINE_WITHOUT_VARIANT: Phrase(
        _("Your store took a line without its product"),
        _("The product is gone there, so no stock was lowered. Ship it all the same, and count it yourself."),
    ),
    Reason.EDIT_REFUSED: Phrase(
        _("Your store did not take a change"), _("The buyer's details changed. Look at them here before you ship.")
    ),
    Reason.CANCEL_REFUSED: Phrase(
        _("It was cancelled, and your store did not take that"), _("Cancel it there, and do not ship it.")
    ),
    Reason.CANCELLED_BY_VENDOR: Phrase(
        _("It was cancelled in your store"), _("The marketplace knows of it and sees to the buyer.")
    ),
    Reason.VENDOR_ORDER_GONE: Phrase(
        _("It is no longer in your store"), _("Tell the marketplace whether you will ship it.")
    ),
    Reason.TOTAL_DIFFERS: Phrase(
        _("Your store counts another total"),
        _("What the buyer paid stands here. Compare both, and ask the marketplace where they differ."),
    ),
    Reason.NEEDS_REAUTHORISATION: Phrase(
        _("Your store must be authorised again"),
        _("It no longer accepts our access. Connect it again; what waits then goes out by itself."),
    ),
    Reason.STORE_UNREACHABLE: Phrase(
        _("Your store does not answer"), _("It is tried again by itself; what waits goes out when it is back.")
    ),
    Reason.STORE_UNINSTALLED: Phrase(
        _("Our app was removed from your store"), _("Nothing can be sent there until you connect it again.")
    ),
    Reason.UNSUPPORTED: Phrase(
        _("Your store cannot be told this"), _("It was cancelled or changed. Ask the marketplace before you ship it.")
    ),
}
STATES: dict[str, Phrase] = {
    "sending": Phrase(_("Being sent"), _("It is on its way into your store.")),
    "ready": Phrase(_("Being sent"), _("It goes into your store next.")),
    "linked": Phrase(_("In your store"), _("Ship it there; tracking is carried to the marketplace by itself.")),
    "manual": Phrase(_("Ship by hand"), _("Ship it, and write down the parcel here.")),
    "closed": Phrase(_("Shipped"), _("Everything of it is shipped.")),
    "cancelled": Phrase(_("Cancelled"), _("It is cancelled. Do not ship it.")),
    "rejected": Phrase(_("Refused"), _("Your store said no.")),
    "unknown": Phrase(_("Unknown"), _("Nobody knows whether your store has it.")),
}
PARCEL_STATES: dict[str, Words] = {
    "ready": _("on its way to the marketplace"),
    "sending": _("on its way to the marketplace"),
    "linked": _("told to the buyer's shop"),
    "rejected": _("the marketplace's shop refused it"),
    "unknown": _("nobody knows whether the marketplace's shop has it"),
}
ACTIVITIES: dict[str, Words] = {
    Done.ORDER_CANCELLED: _("The order was cancelled."),
    Done.VENDOR_ORDER_HELD: _("The order waits."),
    Done.VENDOR_ORDER_READY: _("The order goes into your store."),
    Done.VENDOR_ORDER_MANUAL: _("The order is yours to ship by hand."),
    Done.VENDOR_ORDER_NOT_SENT: _("The order was cancelled before it reached you."),
    Done.VENDOR_ORDER_LINKED: _("The order was placed in your store."),
    Done.VENDOR_ORDER_FOUND: _("Your store had not answered; the order was found there."),
    Done.VENDOR_ORDER_ABSENT: _("Your store had not answered and has no such order; it is sent again."),
    Done.VENDOR_ORDER_REJECTED: _("Your store refused the order."),
    Done.VENDOR_ORDER_UNKNOWN: _("Nobody knows whether your store has the order."),
    Done.VENDOR_ORDER_UPDATED: _("The order in your store was brought up to date."),
    Done.VENDOR_ORDER_PAID: _("The order in your store was marked as paid."),
    Done.VENDOR_ORDER_CANCELLED: _("The order in your store was cancelled."),
    Done.VENDOR_ORDER_CLOSED: _("Everything of the order is shipped."),
    Done.CANCELLED_BY_VENDOR: _("The order was cancelled in your store."),
    Done.EDIT_REFUSED: _("Your store did not take a change of the order."),
    Done.CANCEL_REFUSED: _("Your store did not take the cancellation."),
    Done.PARCEL_LINKED: _("A parcel was told to the marketplace."),
    Done.PARCEL_FOUND: _("A parcel was told to the marketplace."),
    Done.PARCEL_CANCELLED: _("A parcel was taken back."),
    Done.PARCEL_REJECTED: _("The marketplace's shop refused a parcel."),
    Done.STORE_CONNECTED: _("Your store is connected."),
    Done.STORE_NEEDS_REAUTH: _("Your store must be authorised again."),
    Done.STORE_UNREACHABLE: _("Your store does not answer."),
    Done.STORE_UNINSTALLED: _("Our app was removed from your store."),
    Done.STORE_SUBSCRIBED: _("Your store tells us of its changes now."),
    Done.STOCK_OFF_SALE: _("Your goods were taken off sale: their stock was too old."),
    Done.STOCK_BACK: _("Your goods are on sale again."),
    Done.STOCK_ADJUSTED: _("Your stock was changed by {delta}: {reference} was shipped by hand."),
    Done.STOCK_ADJUSTMENT_REFUSED: _("Your store refused a change of its stock: {words}"),
    Done.LISTING_MADE: Counted(
        ngettext_lazy(
            "“{product}” is offered by the marketplace ({variants} variant).",
            "“{product}” is offered by the marketplace ({variants} variants).",
        ),
        "variants",
    ),
    Done.LISTING_REFUSED: _("The marketplace's shop refused a product: {words}"),
    Done.LISTING_DELETED: _("A product was deleted in the marketplace's shop and is no longer offered."),
    Done.CATALOGUE_READ: _("Your products were read."),
}


def reason(code: str) -> Phrase:
    return REASONS.get(code) or phrases.reason(code)


def state(code: str) -> Phrase:
    return STATES.get(code) or phrases.STATES.get(code) or Phrase(code, "")


def activity(what: str, data: Mapping[str, Any]) -> str:
    return phrases.activity(what, data, ACTIVITIES)


# A product's state as the vendor who offers it sees it.
LISTING_STATES: dict[str, Words] = {
    "proposed": _("The marketplace looks at it"),
    "refused": _("Refused by the marketplace"),
    "wanted": _("Coming"),
    "sending": _("Being made"),
    "live": _("On sale"),
    "ended": _("Ended"),
    "rejected": _("Refused by the marketplace's store"),
}
