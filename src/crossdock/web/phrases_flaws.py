"""What was seen of a listing's problem, and what to do about it: the sentence after the one of phrases_catalogue.FLAWS.

Not here: when a problem is one (core/listing_problems.py).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crossdock.core.listing_problems import Flaw
from crossdock.web.phrase import Words, say

CURES: dict[str, Words] = {
    Flaw.NO_VARIANTS: _("It is made once the vendor gives it a variant with a price."),
    Flaw.TITLE_MISSING: _("It is made once the vendor gives it a title."),
    Flaw.CURRENCY_DIFFERS: _("The vendor sells in {vendor}, your store in {merchant}."),
    Flaw.NOTHING_TO_OFFER: _("See the variants below; the vendor puts them right in its store."),
    Flaw.TEXT_CUT: _("It has {length} letters, {most} are taken. Ask the vendor for a shorter one, or write your own."),
    Flaw.HTML_CUT: _("It has {length} letters, {most} are taken. Ask the vendor for a shorter one, or write your own."),
    Flaw.HTML_TOO_DEEP: _("More than {most} levels. Ask the vendor to clean it, or write your own."),
    Flaw.HTML_PARTS: _("Left out: {parts}. Add them by hand in your store if you want them."),
    Flaw.TAGS_CUT: _("It has {count} tags; {most} of at most 255 letters are taken. Ask the vendor to remove some."),
    Flaw.MEDIA_CUT: _("It has {count} pictures, the first {most} are taken. Ask the vendor to remove some."),
    Flaw.MEDIA_MISSING: _("{count} missing: {which}. The vendor uploads it again, or you add your own."),
    Flaw.MEDIA_KIND: _("{count} left out: {kinds}. Add them by hand in your store if you want them."),
    Flaw.OPTIONS_FOLDED: _("{options}: {most} are taken. Every variant is there; the vendor may merge options itself."),
    Flaw.OPTIONS_RENAMED: _("“{name}” is now “{now}”. The vendor may rename it, or you do in your store."),
    Flaw.OPTIONS_KEPT: _("Remove the variants that are yours alone, or give the options back to the vendor."),
    Flaw.DUPLICATE_OPTIONS: _("{options}, of the variants {of}. The vendor gives one of them another value."),
    Flaw.TOO_MANY_VARIANTS: _("{over} of them; {most} are taken. The vendor may split the product in two."),
    Flaw.PRICE_MISSING: _("Variant {variant}. It is offered once the vendor gives it a price of zero or more."),
    Flaw.PRICE_ZERO: _("Variant {variant}. Change the price rule, or the vendor its price."),
    Flaw.PRICE_FREE: _("Variant {variant}. If that is not meant, the vendor sets a price, or you do in your store."),
    Flaw.CODE_TOO_LONG: _("Variant {variant}: {length} letters, {most} are taken. The vendor shortens it."),
    Flaw.PRICE_TO_SET: _("Set them in your store, then put the product on sale."),
    Flaw.BOTH_CHANGED: _("Yours stays until you choose below whose it is to be."),
    Flaw.KEPT: _("Delete it in your store when you no longer want it."),
    Flaw.OWN_VARIANTS: _("Nothing is to be done; the vendor's variants are no longer sold."),
    Flaw.OPEN_ORDERS: _("Delete it in your store once they are done."),
    Flaw.MAPPED: _("Delete it in your store, or put it on sale as your own."),
}
MORE: Words = _("And {more} more like it.")


def cure(code: str, seen: Mapping[str, Any] | None = None) -> str:
    """What was seen, and what to do; "" for a code of a newer version."""
    words = CURES.get(code)
    if words is None:
        return ""
    said = say(words, seen)
    more = (seen or {}).get("more")
    return f"{said} {say(MORE, {'more': more})}" if more else said
