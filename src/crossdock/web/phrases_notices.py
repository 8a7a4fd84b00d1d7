"""Notices in words: what each kind is called, and its line for the merchant's people and for a vendor's.

Not here: who is told of what (core/notices.py), or how a mail looks (mails.py).
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crossdock.core.notices import Audience, NoticeKind
from crossdock.core.reasons import Reason
from crossdock.web.phrase import Counted, Phrase, Words

M, V = Audience.MERCHANT, Audience.VENDOR

NOTICES: dict[str, Phrase] = {
    NoticeKind.ORDER_RECEIVED: Phrase(
        _("Order received"), _("An order reached the vendor's store, or is to be fulfilled here by hand."), "notices"
    ),
    NoticeKind.ORDER_CANCELLED: Phrase(
        _("Order cancelled"), _("An order that the vendor had was cancelled."), "cancelled-orders"
    ),
    NoticeKind.ORDER_REFUSED: Phrase(
        _("Order or parcel refused"), _("A store said no to an order or a parcel."), "refused-by-the-store"
    ),
    NoticeKind.OUTCOME_UNKNOWN: Phrase(
        _("Outcome unknown"), _("Nobody can tell whether a store took something. You decide."), "outcome-unknown"
    ),
    NoticeKind.CHANGE_NOT_TAKEN: Phrase(
        _("Change or cancellation not taken"),
        _("An order was edited or cancelled, and the vendor's store cannot take that."),
        "edited-orders",
    ),
    NoticeKind.ORDER_LATE: Phrase(_("Order is late"), _("A vendor has not shipped an order in time."), "notices"),
    NoticeKind.STORE_DISCONNECTED: Phrase(
        _("Store disconnected"),
        _("A store does not answer, wants to be authorised again, or was taken away."),
        "store-not-connected",
    ),
    NoticeKind.TOO_MUCH_CHANGE: Phrase(
        _("Unusually much change held"), _("So much would end at once that a person has to say it is meant."), "brake"
    ),
    NoticeKind.VENDOR_CONNECTED: Phrase(_("Vendor connected"), _("A store was connected."), "notices"),
    NoticeKind.WEBHOOK_DISABLED: Phrase(
        _("Webhook switched off"), _("An address that wants webhooks took none for days."), "webhooks"
    ),
    NoticeKind.NEEDS_ATTENTION: Phrase(_("Needs attention"), _("Anything else that a person must look at."), "notices"),
}

# {reason}: the reason's title. What is missing reads "?".
LINES: dict[tuple[str, str], Words] = {
    (NoticeKind.ORDER_RECEIVED, M): _("Order {order}: {vendor} has its part of {amount}."),
    (NoticeKind.ORDER_RECEIVED, V): _("New order {order}: {amount}."),
    (NoticeKind.ORDER_CANCELLED, M): _("Order {order}: the part of {vendor} was cancelled."),
    (NoticeKind.ORDER_CANCELLED, V): _("Order {order} was cancelled. Do not ship it."),
    (NoticeKind.ORDER_REFUSED, M): _("Order {order}, {vendor}: {reason}."),
    (NoticeKind.OUTCOME_UNKNOWN, M): _("Order {order}, {vendor}: {reason}."),
    (NoticeKind.CHANGE_NOT_TAKEN, M): _("Order {order}, {vendor}: {reason}."),
    (NoticeKind.CHANGE_NOT_TAKEN, V): _("Order {order}: {advice}"),
    (NoticeKind.ORDER_LATE, M): Counted(
        ngettext_lazy(
            "Order {order}: {vendor} has not shipped its part for {days} day.",
            "Order {order}: {vendor} has not shipped its part for {days} days.",
        ),
        "days",
    ),
    (NoticeKind.ORDER_LATE, V): Counted(
        ngettext_lazy(
            "Order {order} has waited to be shipped for {days} day.",
            "Order {order} has waited to be shipped for {days} days.",
        ),
        "days",
    ),
    (NoticeKind.STORE_DISCONNECTED, M): _("{store}: {reason}."),
    (NoticeKind.STORE_DISCONNECTED, V): _("Your store {store}: {reason}."),
    (NoticeKind.TOO_MUCH_CHANGE, M): _("{vendor}: {reason}."),
    (NoticeKind.VENDOR_CONNECTED, M): _("Connected: {store}."),
    (NoticeKind.WEBHOOK_DISABLED, M): _("Webhooks to {host} were switched off."),
    (NoticeKind.NEEDS_ATTENTION, M): _("{about}: {reason}."),
}
DISCONNECTED: Words = _("was disconnected")

# What a vendor is to do in its own store, since the hub cannot do it there.
ADVICE: dict[str, Words] = {
    Reason.CANCEL_REFUSED: _(
        "it was cancelled, and your store did not take that. Cancel it there, and do not ship it."
    ),
    Reason.EDIT_REFUSED: _("it was changed, and your store did not take that. Look at it before you ship it."),
    Reason.ITEMS_EDITED: _("its items were changed after you got it. Ask the marketplace before you ship it."),
    Reason.REFUNDED: _("money was given back on it. Ask the marketplace before you ship it, or take it back."),
    Reason.UNSUPPORTED: _("it was cancelled or changed, and your store cannot take that. Ask before you ship it."),
}

WEBHOOKS: dict[str, Words] = {
    "vendor_order.held": _("A part waits"),
    "vendor_order.manual": _("A part is to be fulfilled by hand"),
    "vendor_order.linked": _("A part reached the vendor's store"),
    "vendor_order.found": _("A part was found in the vendor's store after a doubt"),
    "vendor_order.rejected": _("The vendor's store refused a part"),
    "vendor_order.unknown": _("Whether the vendor's store has a part is unknown"),
    "vendor_order.updated": _("A change was told to the vendor's store"),
    "vendor_order.cancelled": _("A part was cancelled before it left"),
    "vendor_order.cancelled_at_vendor": _("A part was cancelled in the vendor's store"),
    "vendor_order.cancelled_by_vendor": _("The vendor cancelled a part"),
    "vendor_order.late": _("A part is late"),
    "vendor_order.closed": _("A part is done"),
    "parcel.linked": _("A parcel is on your order"),
    "parcel.tracking_updated": _("A parcel's tracking changed"),
    "parcel.cancelled": _("A parcel was taken back"),
    "stores.connected": _("Stores were connected"),
    "store.disconnected": _("A store was disconnected"),
    "store.needs_reauth": _("A store wants to be authorised again"),
    "store.unreachable": _("A store does not answer"),
    "store.uninstalled": _("A store took our access away"),
    "listing.made": _("A product was listed"),
    "listing.ended": _("A listing ended"),
    "attention.opened": _("Something needs attention"),
}

MAIL_STATES: dict[str, Words] = {
    "sending": _("On its way"),
    "sent": _("Sent"),
    "failed": _("Failed"),
    "dropped": _("Not needed any more"),
}
ENDPOINT_STATES: dict[str, Words] = {
    "active": _("Active"),
    "paused": _("Paused"),
    "disabled": _("Switched off: it took nothing for days"),
}
DELIVERY_STATES: dict[str, Words] = {
    "waiting": _("Waiting"),
    "delivered": _("Delivered"),
    "failed": _("Given up"),
}
