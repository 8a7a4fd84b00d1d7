""" "Why?": each rule of a trace as a question and its answers, and what would release what a rule keeps back.

Not here: the rules (core).
"""

from django.utils.translation import gettext_lazy as _

from crossdock.core.reasons import Release, Remark, Rule
from crossdock.web.phrase import RulePhrase, Words

REMARKS: dict[str, Words] = {
    Remark.MARKED_PAID: _("It counts as paid: {by} marked it as paid by hand."),
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
