"""The history's codes as sentences (phrases.py hands them out). Not here: when one is written (operations, sync)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crossdock.operations.what import What
from crossdock.sync.what import What as Done
from crossdock.web.phrase import Counted, Words

ROLES: dict[str, Words] = {
    "owner": _("owner"),
    "staff": _("staff"),
    "read_only": _("read-only"),
    "vendor_owner": _("a vendor's owner"),
    "vendor_staff": _("a vendor's staff"),
}
ACTIVITIES: dict[str, Words] = {
    Done.ORDER_PAID: _("The order was paid."),
    Done.ORDER_EDITED: _("The order was edited in the merchant's store."),
    Done.ORDER_CANCELLED: _("The merchant's order was cancelled."),
    Done.VENDOR_ORDER_HELD: _("The vendor's part waits."),
    Done.VENDOR_ORDER_READY: _("Every rule let the vendor's part pass; it goes out."),
    Done.VENDOR_ORDER_MANUAL: _("The vendor's part is made by hand."),
    Done.VENDOR_ORDER_NOT_SENT: _("The vendor's part was cancelled before it was sent."),
    Done.VENDOR_ORDER_LINKED: _("The order was placed in the vendor's store."),
    Done.VENDOR_ORDER_FOUND: _("A call had got no answer; the order was found in the vendor's store."),
    Done.VENDOR_ORDER_ABSENT: _("A call had got no answer; the order is not in the vendor's store and is sent again."),
    Done.VENDOR_ORDER_REJECTED: _("The vendor's store refused the order."),
    Done.VENDOR_ORDER_UNKNOWN: _("Nobody knows whether the order was placed; a person has to look."),
    Done.VENDOR_ORDER_UPDATED: _("The vendor's order was brought up to date."),
    Done.VENDOR_ORDER_PAID: _("The vendor's order was marked as paid."),
    Done.VENDOR_ORDER_CANCELLED: _("The vendor's order was cancelled."),
    Done.VENDOR_ORDER_CLOSED: _("Everything of the vendor's order is shipped."),
    Done.CANCELLED_BY_VENDOR: _("The vendor cancelled its order."),
    Done.EDIT_REFUSED: _("The vendor's store refused an edit."),
    Done.CANCEL_REFUSED: _("The vendor's store refused the cancellation."),
    Done.PARCEL_LINKED: _("A parcel was written on the merchant's order."),
    Done.PARCEL_FOUND: _("A call had got no answer; the parcel was found on the merchant's order."),
    Done.PARCEL_TRACKING: _("A parcel's tracking was brought up to date."),
    Done.PARCEL_CANCELLED: _("A parcel was cancelled on the merchant's order."),
    Done.PARCEL_REJECTED: _("The merchant's store refused a parcel."),
    Done.PARCEL_UNKNOWN: _("Nobody knows whether a parcel was written; a person has to look."),
    Done.STORE_CONNECTED: _("The store is connected."),
    Done.STORE_NEEDS_REAUTH: _("The store must be authorised again."),
    Done.STORE_UNREACHABLE: _("The store does not answer."),
    Done.STORE_UNINSTALLED: _("The app was removed from the store."),
    Done.STORE_SUBSCRIBED: _("The store tells us of its changes now."),
    Done.STOCK_OFF_SALE: _("The vendor's goods were taken off sale: its stock was too old."),
    Done.STOCK_BACK: _("The vendor's goods are on sale again."),
    Done.STOCK_ADJUSTED: _("The vendor's stock was changed by {delta}: {reference} was fulfilled by hand."),
    Done.STOCK_ADJUSTMENT_REFUSED: _("The vendor's store refused a change of its stock: {words}"),
    Done.LISTING_MADE: Counted(
        ngettext_lazy(
            "“{product}” was listed in the merchant's store ({variants} variant).",
            "“{product}” was listed in the merchant's store ({variants} variants).",
        ),
        "variants",
    ),
    Done.LISTING_ENDED: _("A product is no longer offered."),
    Done.LISTING_REFUSED: _("The merchant's store refused a product: {words}"),
    Done.LISTING_DRIFT: _(
        "{product} was not as it should be in the merchant's store. Edited by hand, and the merchant's from now on:"
        " {edited}. Put right: {written}."
    ),
    Done.LISTING_DELETED: _("A product was deleted in the merchant's store and is no longer offered."),
    Done.CATALOGUE_READ: _("The store's catalogue was read."),
    What.MARKETPLACE_CREATED: _("The marketplace was made."),
    What.PERSON_ADDED: _("{username} was added as {role}."),
    What.PERSON_INVITED: _("{email} was invited as {role}."),
    What.INVITATION_SENT_AGAIN: _("The invitation of {email} was sent again."),
    What.INVITATION_WITHDRAWN: _("The invitation of {email} was withdrawn."),
    What.INVITATION_ACCEPTED: _("{email} accepted the invitation as {role}."),
    What.ROLE_CHANGED: _("{username} is {role} now."),
    What.PERSON_REMOVED: _("{username} was removed."),
    What.VENDORS_ADDED: _("Vendors were added ({count}): {names}"),
    What.VENDOR_CHANGED: _("{vendor} was switched {active}."),
    What.STORES_CONNECTED: _("Stores were connected ({count}): {domains}"),
    What.STORE_PAUSED: _("The store was paused."),
    What.STORE_RESUMED: _("The store was resumed."),
    What.STORE_DISCONNECTED: _("The store was disconnected and its credentials forgotten."),
    What.STORE_REAUTHORISED: _("The store was authorised again."),
    What.VARIANTS_LINKED: _("Products were linked ({count})."),
    What.VARIANTS_UNLINKED: _("Links were taken back ({count})."),
    What.LINKS_SUGGESTED: Counted(
        ngettext_lazy(
            "{count} link with products of {vendor} was suggested, {sure} sure.",
            "{count} links with products of {vendor} were suggested, {sure} of them sure.",
        ),
        "count",
    ),
    What.LINKS_REFUSED: _("Suggested links were refused ({count})."),
    What.LINKS_UNREFUSED: _("Refused links may be suggested again ({count})."),
    What.LINKS_IMPORTED: _("A file of links was read: {linked} linked, {same} as they were, {wrong} rows wrong."),
    What.PRODUCTS_CHOSEN: Counted(
        ngettext_lazy("{count} product of {vendor} was chosen.", "{count} products of {vendor} were chosen."), "count"
    ),
    What.LISTINGS_APPROVED: _("Proposals were approved ({count})."),
    What.LISTINGS_REFUSED: _("Proposals were refused ({count})."),
    What.LISTING_REMOVED: _("A listing was removed (the merchant's product: {how})."),
    What.LISTING_RETRIED: _("A listing was tried again."),
    What.VARIANTS_OFFERED: _("Variants that were not offered were asked for ({count})."),
    What.FIELDS_GIVEN_BACK: _("Fields follow the vendor again: {fields}"),
    What.FIELDS_TAKEN: _("Fields are the merchant's from now on: {fields}"),
    What.BRAKE_RELEASED: _("The brake on {vendor} was released."),
    What.CATALOGUE_ASKED: _("The catalogue was asked for again."),
    What.DRIFT_REPAIRED: _("What differed was marked to be repaired ({count})."),
    What.ORDER_HELD: _("{reference} was held."),
    What.ORDER_RELEASED: _("{reference} was released."),
    What.ORDER_MARKED_PAID: _("The order was counted as paid by hand."),
    What.ORDER_MARK_TAKEN_BACK: _("That the order counts as paid was taken back."),
    What.ORDER_RETRIED: _("The order was tried again (refusals lifted: {refusals_lifted})."),
    What.UNKNOWN_RESOLVED: _("{reference}: a person looked; the order's number in the vendor's store: {remote_id}"),
    What.FULFILLED_BY_HAND: Counted(
        ngettext_lazy(
            "{quantity} piece of {reference} was fulfilled by hand.",
            "{quantity} pieces of {reference} were fulfilled by hand.",
        ),
        "quantity",
    ),
    What.PARCEL_WITHDRAWN: _("{reference}: the parcel {parcel}, made by hand, was taken back."),
    What.ATTENTION_CLOSED: _("An entry that needed attention was closed."),
    What.ORDER_POLICY_CHANGED: _("Order rules were changed: {before} → {after}"),
    What.CATALOGUE_POLICY_CHANGED: _("Product rules were changed: {before} → {after}"),
    What.ADD_ON_SWITCHED: _("The add-on {add_on} was switched {on} (only for: {vendor})."),
    What.BUYER_ERASED: _("The buyer's data was erased."),
    What.PRIVACY_ANSWERED: _("A platform's request was answered (orders erased: {orders}, later: {later})."),
    What.PRIVACY_EXPORTED: Counted(
        ngettext_lazy(
            "A buyer's data was exported ({orders} order).", "A buyer's data was exported ({orders} orders)."
        ),
        "orders",
    ),
    What.PRIVACY_ERASED: Counted(
        ngettext_lazy(
            "A person had the buyer of {orders} order forgotten.",
            "A person had the buyers of {orders} orders forgotten.",
        ),
        "orders",
    ),
    What.PRIVACY_ERASE_LATER: Counted(
        ngettext_lazy(
            "The buyer of {orders} order is forgotten once it is done.",
            "The buyers of {orders} orders are forgotten once those are done.",
        ),
        "orders",
    ),
    What.PRIVACY_RETENTION: _("How long buyers' data is kept was changed: {before} → {after} days (0 = kept)."),
    What.CALL_REPLAYED: _("What “{call}” was about was looked at again, from the log."),
    What.NOTICES_CHANGED: _("What people are told of was changed: {before} → {after}"),
    What.WEBHOOK_ADDED: _("Webhooks go to {host} from now on."),
    What.WEBHOOK_CHANGED: _("The webhooks to {host} were changed."),
    What.WEBHOOK_ROTATED: _("The webhooks to {host} have a new secret."),
    What.WEBHOOK_REMOVED: _("No more webhooks go to {host}."),
    What.WEBHOOK_REPLAYED: _("A webhook to {host} was sent again."),
    What.TOKEN_MADE: _("The API token {name} ({prefix}…) was made."),
    What.TOKEN_REVOKED: _("The API token {name} ({prefix}…) was revoked."),
    Done.BUYERS_FORGOTTEN: Counted(
        ngettext_lazy(
            "The buyer of {orders} order was forgotten, as asked or as the rule wants it.",
            "The buyers of {orders} orders were forgotten, as asked or as the rule wants it.",
        ),
        "orders",
    ),
    Done.WEBHOOK_DISABLED: _("{host} took no webhooks for days; they were switched off."),
}
