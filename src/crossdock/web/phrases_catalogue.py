"""Listings and stock in words: states, problems, why a figure is what it is. Not here: when a code applies (core)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crossdock.core.drift import Cause
from crossdock.core.listing_problems import Flaw
from crossdock.core.listing_problems import Why as NotThere
from crossdock.core.stock import StockRule, Why
from crossdock.web.phrase import Phrase, RulePhrase, Words, say

LISTING_STATES: dict[str, Words] = {
    "proposed": _("To approve"),
    "refused": _("Refused by you"),
    "wanted": _("Coming"),
    "sending": _("Being made"),
    "live": _("Live"),
    "ended": _("Ended"),
    "rejected": _("Refused by your store"),
}
LISTING_REASONS: dict[str, Words] = {
    "removed_by_person": _("Removed by you"),
    "vendor_deleted": _("Deleted or archived by the vendor"),
    "merchant_deleted": _("Deleted in your store"),
}
PRODUCT_STATUSES: dict[str, Words] = {
    "active": _("Active"),
    "draft": _("Draft"),
    "archived": _("Archived"),
}
STOCK_WHY: dict[str, Phrase] = {
    "": Phrase(_("As the vendor's"), _("What the vendor has, less what is sold and not yet taken, less the buffer.")),
    Why.INVENTORY_SYNC_OFF: Phrase(_("Inventory sync is off"), _("The hub writes no stock; the figure is your own.")),
    Why.UNTRACKED: Phrase(
        _("Not counted"), _("The vendor does not count this variant's stock, so neither does yours.")
    ),
    Why.VENDOR_UNKNOWN: Phrase(
        _("The vendor's figure is not known yet"), _("It is written as soon as the vendor's store has told it.")
    ),
    Why.LINK_ENDED: Phrase(_("No longer offered"), _("The link has ended; only open orders still use it.")),
    Why.VARIANT_GONE: Phrase(_("Gone from the vendor's store"), _("The vendor has deleted or archived it.")),
    Why.MERCHANT_GONE: Phrase(
        _("Gone from your store"), _("The variant is no longer in your store; there is nothing to write a figure to.")
    ),
    Why.OFF_SALE: Phrase(
        _("Off sale"), _("The vendor's store has not answered for longer than its lease. It is given back by itself.")
    ),
    Why.VENDOR_EMPTY: Phrase(_("Sold out at the vendor"), _("The vendor's own figure leaves nothing to offer.")),
    Why.SOLD_OUT: Phrase(_("Sold out"), _("Nothing is left after what is sold, and the buffer.")),
    Why.LOCATION_GONE: Phrase(
        _("The location is gone"),
        _("Your store has no such location any more, so no figure is written. Choose another under Inventory sync."),
    ),
    Why.MOVING: Phrase(_("Moving"), _("It is offered at another of your locations from now on.")),
}
STOCK_RULES: dict[str, RulePhrase] = {
    StockRule.INVENTORY_SYNC: RulePhrase(
        _("Is inventory sync on?"), _("Inventory sync is on."), _("Inventory sync is off: nothing is written.")
    ),
    StockRule.LINKED: RulePhrase(
        _("Is the variant linked?"), _("The variant is linked."), _("The link has ended: nothing is offered.")
    ),
    StockRule.THERE: RulePhrase(
        _("Is it in the vendor's store?"), _("It is in the vendor's store."), _("It is gone from the vendor's store.")
    ),
    StockRule.ON_SALE: RulePhrase(
        _("Is the vendor's store heard of?"),
        _("The vendor's store was heard of within its lease."),
        _("The vendor's store was not heard of for longer than its lease: nothing is offered until it answers."),
    ),
    StockRule.TRACKED: RulePhrase(
        _("Does the vendor count its stock?"),
        _("The vendor counts its stock."),
        _("The vendor does not count its stock: no figure is kept."),
    ),
    StockRule.FIGURE: RulePhrase(
        _("Is the vendor's figure known?"),
        _("The vendor's figure is known."),
        _("The vendor's figure is not known yet."),
    ),
    StockRule.OFFER: RulePhrase(
        _("Is anything left to offer?"),
        _("{vendor} at the vendor − {pending} sold and not yet taken − {unexplained} missing without an order"
          " − {buffer} buffer = {target} to offer."),
        _("{vendor} at the vendor − {pending} sold and not yet taken − {unexplained} missing without an order"
          " − {buffer} buffer leaves nothing to offer."),
    ),
}  # fmt: skip

FLAWS: dict[str, Words] = {
    Flaw.NO_VARIANTS: _("The vendor's product has no variants."),
    Flaw.TITLE_MISSING: _("The vendor's product has no title."),
    Flaw.CURRENCY_DIFFERS: _("The vendor sells in another currency. Set a price factor for this vendor."),
    Flaw.NOTHING_TO_OFFER: _("None of its variants can be offered; each says why."),
    Flaw.TEXT_CUT: _("A text is longer than your store takes and was cut."),
    Flaw.HTML_CUT: _("The description is longer than your store takes and was cut."),
    Flaw.HTML_TOO_DEEP: _("The description is nested too deeply; it was taken over as plain text."),
    Flaw.HTML_PARTS: _("Films, frames or forms of the description were left out."),
    Flaw.TAGS_CUT: _("There are more tags than your store takes; the rest was left out."),
    Flaw.MEDIA_CUT: _("There are more pictures than your store takes; the rest was left out."),
    Flaw.MEDIA_MISSING: _("A picture could not be fetched from the vendor."),
    Flaw.MEDIA_KIND: _("Films and models are not carried over, only pictures."),
    Flaw.OPTIONS_FOLDED: _("There are more options than your store takes; the last ones were joined into one."),
    Flaw.OPTIONS_RENAMED: _("An option was named otherwise, because your store does not take its name."),
    Flaw.OPTIONS_KEPT: _("Your options stay: what must stay does not fit the vendor's new ones."),
    Flaw.DUPLICATE_OPTIONS: _("Several variants have the same options; one of each was listed."),
    Flaw.TOO_MANY_VARIANTS: _("There are more variants than your store takes; the rest was left out."),
    Flaw.PRICE_MISSING: _("A variant has no price at the vendor."),
    Flaw.PRICE_ZERO: _("The price rule leaves nothing of a price; it was not written."),
    Flaw.PRICE_FREE: _("A variant costs nothing at the vendor, so it costs nothing in your store."),
    Flaw.CODE_TOO_LONG: _("An SKU or barcode is longer than your store takes and was left out."),
    Flaw.PRICE_TO_SET: _("Prices are yours to set; it was made as a draft."),
    Flaw.BOTH_CHANGED: _("The vendor and you changed the same field."),
    Flaw.KEPT: _("The vendor deleted it; it was kept, with nothing left to sell."),
    Flaw.OWN_VARIANTS: _("The vendor deleted it; it stays, because variants of others are on it."),
    Flaw.OPEN_ORDERS: _("The vendor deleted it; it is a draft until its open orders are done."),
    Flaw.MAPPED: _("The vendor deleted it; it is a draft, because the product was yours before."),
}
NOT_OFFERED: dict[str, Words] = {
    NotThere.NOT_AUTOMATIC: _("Variants are not added by themselves."),
    NotThere.DUPLICATE_OPTIONS: _("Another variant has the same options."),
    NotThere.VALUE_MISSING: _("It lacks a value of an option."),
    NotThere.TOO_MANY_VARIANTS: _("Your store takes no more variants on one product."),
    NotThere.OPTIONS_DIFFER: _("Your options are others. Make the variant in your store, then link it."),
    NotThere.PLACE_TAKEN: _("You have a variant of your own with these options. Link it."),
    NotThere.DAILY_LIMIT: _("Your store takes no more new variants today. It is added as soon as it does."),
    NotThere.NO_PRICE: _("It has no price at the vendor."),
    NotThere.REMOVED_BY_MERCHANT: _("You removed it from your store."),
    NotThere.UNLINKED: _("You unlinked it."),
}
DRIFT_KINDS: dict[str, Words] = {
    "product": _("Product"),
    "level": _("Stock"),
    "order": _("Order"),
    "vendor_order": _("Vendor's order"),
    "fulfillment": _("Parcels"),
}
DRIFT_WHY: dict[str, Words] = {
    Cause.EDITED_BY_HAND: _("Edited by hand in your store; it stays so until you give it back."),
    Cause.CHANGED_AT_MERCHANT: _("Changed in your store, or by an order that was not heard of; it is read again."),
    Cause.ON_ITS_WAY: _("On its way: it is looked at."),
    Cause.EVENT_LOST: _("A change was missed; it is looked at now."),
    Cause.HELD_BY_BRAKE: _("Held by the brake until you say that it is meant."),
    Cause.NEEDS_PERSON: _("It waits for a person; see Needs attention."),
    Cause.CANCELLED_BY_VENDOR: _("The vendor cancelled its order."),
    Cause.NOT_FETCHED: _("Your store could not fetch this picture from the vendor."),
    Cause.DELETED_AT_MERCHANT: _("The product was deleted from your store."),
}


def problem(code: str) -> Words:
    """A listing's problem; one from a newer version reads as itself."""
    return FLAWS.get(code, code.replace("_", " "))


def stock_why(code: str) -> Phrase:
    return STOCK_WHY.get(code) or Phrase(code.replace("_", " ").capitalize(), "")


def stock_fact(rule: str, passed: bool, seen: Mapping[str, Any]) -> str:
    """One line of a level's trace as a sentence."""
    phrase = STOCK_RULES.get(rule)
    return say(phrase.passed if passed else phrase.failed, seen) if phrase else rule.replace("_", " ")
