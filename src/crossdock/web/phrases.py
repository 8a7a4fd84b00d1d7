"""Every code as a sentence: reasons, rules, releases, states, history, checks. The only place with human language.

Not here: when a code applies (core, sync, operations). Placeholders are filled by `say`; one that is missing reads "?".
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crossdock.core.reasons import Reason, Release, Rule
from crossdock.web.phrase import CheckPhrase, Phrase, RulePhrase, Words, say
from crossdock.web.phrases_checks import CHECKS
from crossdock.web.phrases_history import ACTIVITIES, ROLES
from crossdock.web.phrases_rules import FIELDS

__all__ = [
    "ACTIVITIES",
    "CHECKS",
    "CheckPhrase",
    "Phrase",
    "activity",
    "fact",
    "reason",
    "refusal",
    "say",
]


def reason(code: str) -> Phrase:
    """The phrase of a reason; one from a newer version reads as itself."""
    return REASONS.get(code) or Phrase(code.replace("_", " ").capitalize() or "-", "")


def fact(rule: str, passed: bool, seen: Mapping[str, Any]) -> str:
    """One line of a trace as a sentence."""
    phrase = RULES.get(rule)
    if phrase is None:
        return rule.replace("_", " ")
    if "limit" in seen and seen["limit"] is None:
        return str(NO_LIMIT[rule])
    if rule == Rule.STORE_CONNECTED and passed and not seen.get("state"):
        return str(NO_STORE)
    return say(phrase.passed if passed else phrase.failed, seen)


def activity(what: str, data: Mapping[str, Any], said_otherwise: Mapping[str, Words] | None = None) -> str:
    """One entry of the history as a sentence; `said_otherwise` to some readers (phrases_vendor.py)."""
    words = (said_otherwise or {}).get(what) or ACTIVITIES.get(what)
    return say(words or what.replace("_", " ").replace(".", ": "), {**data, **_named(data)})


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    """Roles, and fields of listings by their names ("price:44" is the price of a variant), each once."""
    role = data.get("role")
    if role in ROLES:
        return {"role": str(ROLES[role])}
    fields = data.get("fields")
    if not isinstance(fields, list):
        return {}
    titles = (FIELDS.get(str(name).partition(":")[0], name) for name in fields)
    return {"fields": list(dict.fromkeys(map(str, titles)))}


def refusal(code: str) -> str:
    """Why an operation was refused."""
    return str(REFUSALS.get(code, code.replace("_", " ")))


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

RULES: dict[str, RulePhrase] = {
    Rule.CONNECTING: RulePhrase(
        _("Are vendors' stores joined?"), _("Vendors' stores are joined."), _("The add-on that joins stores is off.")
    ),
    Rule.ADD_ON: RulePhrase(
        _("Is the order push add-on active?"), _("The order push add-on is active."), _("The order push add-on is off.")
    ),
    Rule.ORDER_SYNC: RulePhrase(_("Is order sync enabled?"), _("Order sync is on."), _("Order sync is off.")),
    Rule.VENDOR: RulePhrase(
        _("Is the vendor active?"), _("The vendor is active."), _("The vendor is no longer active.")
    ),
    Rule.VENDOR_STORE: RulePhrase(
        _("Has the vendor a store?"), _("The vendor has a store."), _("The vendor has not connected a store.")
    ),
    Rule.STORE_CONNECTED: RulePhrase(
        _("Is the vendor's store connected?"),
        _("The vendor's store is connected."),
        _("The vendor's store is not connected (it is: {state})."),
    ),
    Rule.NOT_CANCELLED: RulePhrase(
        _("Does the order stand?"), _("The order is not cancelled."), _("The order was cancelled.")
    ),
    Rule.PAID: RulePhrase(
        _("Is it paid, if that is required?"),
        _("Payment is no obstacle (status: {status})."),
        _("Only paid orders are pushed, and this one is not paid (status: {status})."),
    ),
    Rule.LINKED: RulePhrase(
        _("Are its lines linked, if that is required?"),
        _("Lines are no obstacle (linked: {linked}, not linked: {unlinked})."),
        _("Only linked lines are pushed, and {unlinked} of these are not linked."),
    ),
    Rule.CATALOGUE_READ: RulePhrase(
        _("Is the vendor's catalogue read, if lines must be looked up?"),
        _("The catalogue is no obstacle (not linked: {unlinked})."),
        _("The vendor's catalogue is still being read, and {unlinked} of these lines must be looked up in it."),
    ),
    Rule.MINIMUM_VALUE: RulePhrase(
        _("Is it worth enough?"),
        _("The value {value} reaches the minimum of {limit}, or a person let it pass."),
        _("The value {value} is below the minimum of {limit}."),
    ),
    Rule.MAXIMUM_VALUE: RulePhrase(
        _("Is it not worth too much?"),
        _("The value {value} is within the maximum of {limit}, or a person let it pass."),
        _("The value {value} is above the maximum of {limit}."),
    ),
    Rule.MINIMUM_QUANTITY: RulePhrase(
        _("Is it enough pieces?"),
        _("The quantity {value} reaches the minimum of {limit}, or a person let it pass."),
        _("The quantity {value} is below the minimum of {limit}."),
    ),
    Rule.MAXIMUM_QUANTITY: RulePhrase(
        _("Is it not too many pieces?"),
        _("The quantity {value} is within the maximum of {limit}, or a person let it pass."),
        _("The quantity {value} is above the maximum of {limit}."),
    ),
    Rule.NOT_HELD: RulePhrase(_("Does nobody hold it?"), _("Nobody holds it."), _("A person holds it.")),
}
NO_LIMIT: dict[str, Words] = {
    Rule.MINIMUM_VALUE: _("There is no minimum value."),
    Rule.MAXIMUM_VALUE: _("There is no maximum value."),
    Rule.MINIMUM_QUANTITY: _("There is no minimum quantity."),
    Rule.MAXIMUM_QUANTITY: _("There is no maximum quantity."),
}
NO_STORE = _("There is no store whose connection could matter.")

RELEASES: dict[str, Words] = {
    Release.SWITCH_ON_CONNECTING: _("Switch the add-on that joins vendors' stores on."),
    Release.SWITCH_ON_ADD_ON: _("Switch the order push add-on on."),
    Release.SWITCH_ON_ORDER_SYNC: _("Switch “Enable order sync” on."),
    Release.RESTORE_VENDOR: _("Make the vendor active again."),
    Release.CONNECT_STORE: _("The vendor connects a store."),
    Release.RECONNECT_STORE: _("The vendor's store is connected again."),
    Release.NOTHING: _("Nothing: a cancelled order is not pushed."),
    Release.ORDER_PAID: _("The order is paid, or “Push only if the order is paid” is switched off."),
    Release.LINK_LINES: _("Link the lines, or switch “Push orders for unsynced products” on."),
    Release.CATALOGUE_READ: _("The vendor's catalogue is read to its end, or the lines are linked."),
    Release.CHANGE_LIMIT: _("Change the limit."),
    Release.PERSON_RELEASES: _("Release the order."),
}

STATES: dict[str, Phrase] = {
    "held": Phrase(_("Waiting"), _("It has not been sent; a rule keeps it back.")),
    "ready": Phrase(_("Going out"), _("Every rule let it pass; it is sent next.")),
    "sending": Phrase(_("Being sent"), _("The vendor's store was called; its answer is not kept yet.")),
    "linked": Phrase(_("Pushed"), _("It is in the vendor's store.")),
    "closed": Phrase(_("Done"), _("Everything of it is shipped.")),
    "manual": Phrase(_("By hand"), _("Nothing is pushed; a person fulfils it.")),
    "cancelled": Phrase(_("Cancelled"), _("It is cancelled.")),
    "rejected": Phrase(_("Refused"), _("The vendor's store said no.")),
    "unknown": Phrase(_("Unknown"), _("Nobody knows whether it was placed; a person has to look.")),
}
PARCEL_STATES: dict[str, Words] = {
    "ready": _("to be written on the merchant's order"),
    "sending": _("being written on the merchant's order"),
    "linked": _("on the merchant's order"),
    "cancelled": _("cancelled"),
    "rejected": _("refused by the merchant's store"),
    "unknown": _("nobody knows whether it is on the merchant's order"),
}
STORE_STATES: dict[str, Words] = {
    "connected": _("Connected"),
    "needs_reauth": _("Must be authorised again"),
    "unreachable": _("Does not answer"),
    "paused": _("Paused"),
    "uninstalled": _("App removed"),
    "disconnected": _("Disconnected"),
}
PAYMENT: dict[str, Words] = {
    "pending": _("Unpaid"),
    "authorized": _("Authorised"),
    "partially_paid": _("Partly paid"),
    "paid": _("Paid"),
    "partially_refunded": _("Partly refunded"),
    "refunded": _("Refunded"),
    "voided": _("Voided"),
    "expired": _("Expired"),
    "unknown": _("Unknown"),
    "": _("Unknown"),
}

FOUND: dict[str, Words] = {
    "link": _("by a link (made by: {made_by})"),
    "sku_or_title": _("by SKU or exact title"),
    "": _("has no product there"),
}
CONTACTS: dict[str, Words] = {
    "buyer": _("The vendor's order carries the buyer's own name, e-mail and phone."),
    "merchant": _("The vendor's order carries the merchant's details, or an older state of the buyer's."),
    "unknown": _("Whose details the vendor's order carries can no longer be told: they were erased."),
}

REFUSALS: dict[str, Words] = {
    "not_in_that_state": _("The order has moved on meanwhile; this can no longer be done."),
    "number_taken": _("That order of the vendor's store belongs to another order."),
    "too_many": _("That is more than is left to ship, or nothing at all."),
    "bad_setting": _("That value cannot be."),
    "bad_token": _("A token cannot be like that."),
    "bad_webhook": _("Webhooks cannot go there, or of that."),
    "nothing_to_revert": _("These values were changed again since; nothing was put back."),
    "unknown_platform": _("There is no such platform."),
    "domain_refused": _("That is not a store's domain."),
    "store_taken": _("That store, or this vendor's place, is taken."),
    "oauth_refused": _("The store's answer could not be believed. Begin again."),
    "vendor_name_taken": _("A vendor of that name is there already."),
    "foreign_vendor": _("That vendor belongs to another marketplace."),
    "no_vendor_store": _("The vendor has not connected a store."),
    "no_merchant_store": _("The marketplace's own store is not connected."),
    "catalogue_not_read": _("A catalogue is still being read. Try again when it is done."),
    "nothing_to_confirm": _("Nothing was chosen to confirm."),
    "no_such_product": _("The store has no such product."),
    "mapped_otherwise": _("One of the two products is linked with another. Take that link back first."),
    "no_such_variant": _("A store has no such variant any more, or none was chosen."),
    "bad_cursor": _("That page of the list is not there. Begin at the first."),
    "bad_file": _("That file could not be read as a table of links."),
    "nothing_chosen": _("Nothing was chosen."),
    "listing_busy": _("The listing has moved on meanwhile; this cannot be done to it now."),
    "nothing_held": _("The brake holds nothing of this vendor."),
    "no_such_field": _("There is no such field to give back or take."),
    "slug_taken": _("That short name is taken."),
    "person_exists": _("Somebody has that user name or e-mail address already."),
    "already_there": _("That person belongs here already."),
    "last_owner": _("Somebody must be left who may do everything. Make another person owner first."),
    "wrong_role": _("There is no such role here."),
    "bad_detail": _("That value cannot be."),
    "bad_email": _("That is no e-mail address."),
    "invitation_open": _("That address was asked already. Send the invitation again, or withdraw it."),
    "invitation_gone": _("This invitation was used, withdrawn, or is older than a week. Ask for a new one."),
    "weak_password": _("Choose a longer or less common password."),
    "wrong_code": _("That is not the code that the console shows."),
    "set_up_already": _("This installation has been set up. Log in."),
    "noted_already": _("That was noted already."),
    "nothing_to_replay": _("What that line was about is not there any more."),
    "still_needed": _("A part of the order is not done yet, so its buyer's data is still needed."),
    "already_answered": _("It was answered before."),
    "no_such_key": _("Nothing is called that."),
    "store_refused_code": _("The store did not give access. Begin again."),
    "way_refused": _("A store cannot be connected in that way."),
    "field_missing": _("Something is missing or too long."),
}

NOT_SEEN = Phrase(
    _("The hub has not seen this order"),
    _("No webhook and no listing of the merchant's store has brought it. If it exists, the next listing finds it."),
    "not-in-the-vendors-store",
)
WHOLE_SHARE = Phrase(
    _("No vendor has a part in this order"),
    _("All its lines are the merchant's own, or no vendor was found for them."),
    "lines-not-linked",
)
