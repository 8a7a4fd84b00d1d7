"""Suggested pairs and files of links in words. Not here: finding pairs (core/matching*.py), or reading files."""

from django.utils.translation import gettext_lazy as _

from crossdock.core.matching_score import Because, MatchReason
from crossdock.web.phrase import Words, say

MATCHES: dict[str, Words] = {
    MatchReason.SAME_GTIN: _("The same barcode ({fact})"),
    MatchReason.GTIN_DIFFERS: _("Different barcodes"),
    MatchReason.GTIN_REPEATED: _("The barcode is on several variants"),
    MatchReason.GTIN_INTERNAL: _("The barcode is a shop's own"),
    MatchReason.SAME_SKU: _("The same SKU ({fact})"),
    MatchReason.SKU_ALIKE: _("Nearly the same SKU ({fact})"),
    MatchReason.SKU_REPEATED: _("The SKU is on several variants"),
    MatchReason.SKU_DIFFERS: _("Different SKUs"),
    MatchReason.TITLE_SIMILAR: _("Similar titles ({fact} %)"),
    MatchReason.WORDS_DIFFER: _("Different words: {fact}"),
    MatchReason.COLOURS_DIFFER: _("Different colours: {fact}"),
    MatchReason.FIGURES_EQUAL: _("The same figures in the titles"),
    MatchReason.FIGURES_PART: _("Figures in one title only"),
    MatchReason.FIGURES_DIFFER: _("Different figures: {fact}"),
    MatchReason.OPTIONS_EQUAL: _("The same options"),
    MatchReason.OPTIONS_RENAMED: _("The same options under other names"),
    MatchReason.OPTIONS_PART: _("Options of one side only"),
    MatchReason.OPTIONS_DIFFER: _("Different options: {fact}"),
    MatchReason.VENDOR_NAME: _("The vendor's name is on it"),
    MatchReason.PRICE_FAR: _("Prices far apart"),
    MatchReason.OTHERS_ALIKE: _("Others are as alike"),
    MatchReason.OTHER_PRODUCT: _("Its other variants belong to another product"),
}
MADE_BY: dict[str, Words] = {
    "listing": _("offered by you"),
    "match": _("a suggested pair"),
    "mapped": _("linked by hand"),
    "import": _("from a file"),
}
ROW_PROBLEMS: dict[str, Words] = {
    "empty": _("Nothing stands in a column that is needed. Fill it in."),
    "unreadable": _("A quote does not end. Mend the quotes in these lines."),
    "width": _("There are more cells than the head has. Quote cells that hold the separator."),
    "unknown_vendor": _("No vendor is called that. Write its name as under Vendors."),
    "vendor_without_store": _("The vendor has not connected a store."),
    "rounded": _("A spreadsheet made a number of this id. Format the column as text and export again."),
    "unknown_variant": _("No such variant is known. Check the id, or read the catalogue again."),
    "gone_variant": _("The variant is no longer in its store."),
    "ambiguous_sku": _("Several variants have this SKU. Write the variant's id."),
    "other_product": _("The variant belongs to another product. Mend the product or the variant."),
    "repeated": _("This variant of yours stood in an earlier row. Keep one of them."),
    "linked_otherwise": _("It is linked otherwise. Unlink it first, or import with replacing."),
    "being_made": _("Its product is being made in your store this moment. Import the row again later."),
}


def because(reason: Because) -> str:
    """One reason for a pair, as words."""
    return say(MATCHES.get(reason.code, reason.code), {"fact": reason.fact})
