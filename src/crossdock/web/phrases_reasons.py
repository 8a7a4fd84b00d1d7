"""Why something waits, was refused or needs a person: each reason's title, sentence and page of the guide.

Not here: when a reason applies (core, sync), or what a vendor's people read instead (phrases_vendor.py).
"""

from django.utils.translation import gettext_lazy as _

from crossdock.core.reasons import Reason
from crossdock.web.phrase import Phrase

REASONS: dict[str, Phrase] = {
    Reason.CONNECTING_OFF: Phrase(
        _("Vendors' stores are not joined"),
        _("The add-on that joins vendors' stores is off, for all or for this vendor. Switch it on under Add-ons."),
        "made-by-hand",
    ),
    Reason.ADD_ON_INACTIVE: Phrase(
        _("Order push is switched off for this platform"),
        _("The add-on that pushes orders to this platform is off. Fulfil by hand, or switch it on under Add-ons."),
        "made-by-hand",
    ),
    Reason.ORDER_SYNC_OFF: Phrase(
        _("Order sync is off"),
        _("Nothing is pushed while “Enable order sync” is off. Fulfil by hand, or switch it on: what waits goes out."),
        "made-by-hand",
    ),
    Reason.VENDOR_HAS_NO_STORE: Phrase(
        _("The vendor has no store"),
        _("This vendor has not connected a store, so its orders are fulfilled by hand."),
        "made-by-hand",
    ),
    Reason.STORE_NOT_CONNECTED: Phrase(
        _("The vendor's store is not connected"),
        _("The order waits until the vendor's store is connected again, and then goes out by itself."),
        "store-not-connected",
    ),
    Reason.ORDER_CANCELLED: Phrase(
        _("The order was cancelled"),
        _("The merchant's order is cancelled. What the vendor had of it is cancelled too; the rest is never sent."),
        "cancelled-orders",
    ),
    Reason.NOT_PAID: Phrase(
        _("Waiting for payment"),
        _("“Push only if the order is paid” is on. The order goes out the moment it is paid or marked as paid."),
        "waiting-for-payment",
    ),
    Reason.LINES_NOT_LINKED: Phrase(
        _("Products are not linked"),
        _("These lines have no link to a product of the vendor's store. Link them, and they go out."),
        "lines-not-linked",
    ),
    Reason.CATALOGUE_NOT_READ: Phrase(
        _("The vendor's catalogue is still being read"),
        _("Lines without a link are looked up in the vendor's whole catalogue first. It goes out once that is read."),
        "lines-not-linked",
    ),
    Reason.LINES_UNASSIGNED: Phrase(
        _("No vendor was found for some lines"),
        _("No link, SKU, title or vendor name says whose these lines are. Link them, or fulfil them yourself."),
        "lines-not-linked",
    ),
    Reason.ORDER_BELOW_MINIMUM: Phrase(
        _("Below the vendor's minimum"),
        _("The vendor's part is worth less than its minimum order value. Change the limit to let it go."),
        "limits",
    ),
    Reason.ORDER_ABOVE_MAXIMUM: Phrase(
        _("Above the vendor's maximum"),
        _("The vendor's part is worth more than its maximum order value. Change the limit to let it go."),
        "limits",
    ),
    Reason.QUANTITY_BELOW_MINIMUM: Phrase(
        _("Fewer pieces than the vendor takes"),
        _("The vendor's part has fewer pieces than its minimum quantity. Change the limit to let it go."),
        "limits",
    ),
    Reason.QUANTITY_ABOVE_MAXIMUM: Phrase(
        _("More pieces than the vendor takes"),
        _("The vendor's part has more pieces than its maximum quantity. Change the limit to let it go."),
        "limits",
    ),
    Reason.HELD_BY_PERSON: Phrase(
        _("Held by a person"),
        _("Somebody held this order. It goes out once it is released."),
        "limits",
    ),
    Reason.TOO_MUCH_CHANGE: Phrase(
        _("Unusually much would change"),
        _("So much would end at once for this vendor that a person has to say that it is meant."),
        "brake",
    ),
    Reason.VENDOR_GONE: Phrase(
        _("The vendor is no longer active"),
        _("The vendor was taken out of the trade. Make it active again, or fulfil these lines yourself."),
        "store-not-connected",
    ),
    Reason.REJECTED_BY_STORE: Phrase(
        _("The vendor's store refused the order"),
        _("The store said no, so nothing was placed there. Mend what it names, then try again."),
        "refused-by-the-store",
    ),
    Reason.OUTCOME_UNKNOWN: Phrase(
        _("Nobody knows whether the order was placed"),
        _("The store did not answer, and the order cannot be found. Look in the vendor's store and say what is there."),
        "outcome-unknown",
    ),
    Reason.LINE_WITHOUT_VARIANT: Phrase(
        _("The vendor's store took a line without its product"),
        _("It is gone there, so no stock was lowered. Ask the vendor to ship it all the same; link the product anew."),
        "edited-orders",
    ),
    Reason.ITEMS_EDITED: Phrase(
        _("Items were changed after the order was sent"),
        _("Lines of an order that the vendor already has were edited. Tell the vendor, or change its order there."),
        "edited-orders",
    ),
    Reason.REFUNDED: Phrase(
        _("Money was given back on an order that the vendor has"),
        _("No store carries a refund to the vendor's order. Agree with the vendor what is shipped, returned and paid."),
        "refunds",
    ),
    Reason.EDIT_REFUSED: Phrase(
        _("The vendor's store refused an edit"),
        _("The order's new details could not be carried over. Change them in the vendor's store."),
        "refused-by-the-store",
    ),
    Reason.CANCEL_REFUSED: Phrase(
        _("The vendor's store refused the cancellation"),
        _("The merchant cancelled, but the vendor's order stands. Agree with the vendor what happens to it."),
        "cancelled-orders",
    ),
    Reason.CANCELLED_BY_VENDOR: Phrase(
        _("The vendor cancelled its order"),
        _("The vendor's order is cancelled while the merchant's stands. Refund the buyer, or find another vendor."),
        "cancelled-orders",
    ),
    Reason.VENDOR_ORDER_GONE: Phrase(
        _("The vendor's order was deleted"),
        _("The order is no longer in the vendor's store. Ask the vendor whether it will ship."),
        "cancelled-orders",
    ),
    Reason.FULFILLMENT_REFUSED: Phrase(
        _("The merchant's store refused a parcel"),
        _("The vendor shipped, but the parcel could not be written on the merchant's order."),
        "tracking-not-back",
    ),
    Reason.FULFILLMENT_UNKNOWN: Phrase(
        _("Nobody knows whether a parcel was written"),
        _("The merchant's store did not answer, and the parcel cannot be told from others. Look at its order."),
        "tracking-not-back",
    ),
    Reason.NEEDS_REAUTHORISATION: Phrase(
        _("The store must be authorised again"),
        _("The store no longer accepts our access, or grants too little of it. Connect it again; what waits goes on."),
        "store-not-connected",
    ),
    Reason.STORE_UNREACHABLE: Phrase(
        _("The store does not answer"),
        _("It is tried again and again by itself. What waits goes out when the store is back."),
        "store-not-connected",
    ),
    Reason.STORE_UNINSTALLED: Phrase(
        _("The app was removed from the store"),
        _("Nothing can be sent to the store until it is connected again."),
        "store-not-connected",
    ),
    Reason.LISTING_REFUSED: Phrase(
        _("The merchant's store refused products of a vendor"),
        _("The store said no to a product. Mend what it names at the vendor or in the rules, then try again."),
        "listings",
    ),
    Reason.LISTING_DELETED: Phrase(
        _("Products were deleted in the merchant's store"),
        _("Somebody deleted them there, so they are no longer offered. Choose them again to list them anew."),
        "listings",
    ),
    Reason.LISTING_CONFLICT: Phrase(
        _("The vendor and you changed the same fields"),
        _("Yours stays until you choose. It closes by itself when both are the same again."),
        "conflicts",
    ),
    Reason.NEW_VARIANTS_LIMITED: Phrase(
        _("The platform's daily limit of new variants is reached"),
        _("Your store takes no more new ones for now. They are made by themselves later; all else goes on meanwhile."),
        "listings",
    ),
    Reason.STOCK_LEASE_EXPIRED: Phrase(
        _("The vendor's goods are off sale: its stock is too old"),
        _("Its store has not told its stock for too long. The goods are offered again once it answers and was read."),
        "leases",
    ),
    Reason.STOCK_ELSEWHERE: Phrase(
        _("Vendors' goods are in stock at other locations of yours, too"),
        _("Your store sells those units as well, and the vendor gets the orders. Set them to none at those locations."),
        "stock",
    ),
    Reason.STOCK_REFUSED: Phrase(
        _("The store refused a stock figure"),
        _("The store said no to the stock of a product. Mend what it names; the figure is written at the next change."),
        "stock",
    ),
    Reason.LOCATION_GONE: Phrase(
        _("A location of your store is gone"),
        _(
            "No stock is written where it was to be kept; your store sells on old figures. Choose another location"
            " under Inventory sync, or open that one again and look at the listings again."
        ),
        "stock",
    ),
    Reason.ADJUSTMENT_UNKNOWN: Phrase(
        _("Nobody knows whether the vendor's stock was lowered"),
        _("Goods were shipped by hand, and the vendor's store did not say whether it counts them. Compare its stock."),
        "stock",
    ),
    Reason.UNSUPPORTED: Phrase(
        _("The platform cannot do this"),
        _("The store's platform has no way to be told this. It has to be done there by hand."),
        "refused-by-the-store",
    ),
    Reason.TOTAL_DIFFERS: Phrase(
        _("The vendor's store counts another total"),
        _("The order was placed, but its total there differs from what the buyer paid. Compare both; tell the vendor."),
        "edited-orders",
    ),
    Reason.PRIVACY_REQUEST: Phrase(
        _("A platform asks about a buyer's data"),
        _("A buyer wants to see what is kept, or to be forgotten. An owner answers it under Privacy, within 30 days."),
        "privacy",
    ),
    Reason.UNEXPECTED_ERROR: Phrase(
        _("An unexpected error"),
        _("This is a fault of the program. It is tried again later; the log has the details."),
        "refused-by-the-store",
    ),
    Reason.RATE_LIMITED: Phrase(
        _("The store asks for patience"),
        _("The store takes only so many calls. The rest follows in a moment."),
    ),
    Reason.UNAVAILABLE: Phrase(
        _("The store did not answer just now"),
        _("Nothing was done there. It is tried again by itself."),
        "store-not-connected",
    ),
    Reason.LOOKING_UP: Phrase(
        _("Being looked up"),
        _("A call got no clear answer. Before anything is repeated, the store is asked whether it was done."),
        "outcome-unknown",
    ),
    Reason.CANCELLING: Phrase(
        _("Being cancelled"),
        _("The store was asked to cancel and is still at it."),
        "cancelled-orders",
    ),
    Reason.ROUTING_PENDING: Phrase(
        _("The merchant's store is not ready for parcels yet"),
        _("The store has not yet decided where the order ships from. The parcel is written as soon as it has."),
        "tracking-not-back",
    ),
}
