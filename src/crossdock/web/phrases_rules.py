"""Rules of products, variants and stock in words: names, what choices do. Not here: the rules (operations)."""

from django.utils.translation import gettext_lazy as _

from crossdock.web.phrase import Phrase, Words

SETTING_TABS: dict[str, Words] = {
    "product": _("Product sync"),
    "variant": _("Variant sync"),
    "inventory": _("Inventory sync"),
    "frequency": _("Sync frequency"),
}
RULE_TITLES: dict[str, Phrase] = {
    "product_sync": Phrase(_("Enable product sync"), ""),
    "auto_approve": Phrase(_("Approve vendors' products by themselves"), ""),
    "auto_variants": Phrase(_("Add and remove variants by themselves"), ""),
    "inventory_sync": Phrase(_("Enable inventory sync"), ""),
    "new_status": Phrase(_("New listings begin as"), _("A draft is seen by nobody until you publish it.")),
    "on_delete": Phrase(
        _("When a vendor deletes a product"),
        _("Your own product is deleted, becomes a draft, or is kept with nothing left to sell."),
    ),
    "conflicts": Phrase(
        _("When the vendor and you changed the same field"),
        _("Titles, texts, prices, codes and weights. What only you changed stays yours."),
    ),
    "price_factor": Phrase(_("Price factor"), _("The vendor's price times this. 1 leaves it as it is.")),
    "price_amount": Phrase(_("Price amount"), _("Added after the factor, in your store's currency. May be negative.")),
    "price_rounding": Phrase(_("Price rounding"), _("Done last.")),
    "stock_buffer": Phrase(_("Safety buffer"), _("So many units of each variant are never offered.")),
    "poll_minutes": Phrase(
        _("Look at stores every"),
        _("What a store tells of by itself comes at once. A look finds what it did not tell of."),
    ),
    "lease_hours": Phrase(
        _("Stock lease, hours"),
        _("A vendor's store that was not heard of for so long is taken off sale until it answers again."),
    ),
}
SWITCH_WORDS: dict[str, tuple[Words, Words]] = {
    "product_sync": (
        _("Chosen products are made in your store, and follow the vendor by the fields below."),
        _("Nothing of your products is changed. Links, stock and orders go on."),
    ),
    "auto_approve": (
        _("What a vendor chooses is listed at once. What was proposed before still waits for you."),
        _("What a vendor chooses waits under Listings until you approve it."),
    ),
    "auto_variants": (
        _("A variant that the vendor adds or removes is added to or removed from your listing."),
        _("Nothing is unlinked. A new variant is shown as not offered, and one that is gone has nothing to sell."),
    ),
    "inventory_sync": (
        _("Your stock follows the vendor's, less what you have sold and the vendor has not yet taken."),
        _("Your stock figures are your own; the hub writes none."),
    ),
}
RULE_CHOICES: dict[str, dict[str, Words]] = {
    "new_status": {
        "active": _("Active"),
        "draft": _("Draft"),
        "as_vendor": _("As the vendor's"),
    },
    "on_delete": {
        "delete": _("Delete it"),
        "draft": _("Make it a draft"),
        "keep": _("Keep it"),
    },
    "conflicts": {
        "merchant": _("Yours stays"),
        "vendor": _("The vendor's is written"),
        "ask": _("Ask under Needs attention"),
    },
    "price_rounding": {
        "none": _("None"),
        "whole": _("To whole amounts"),
        "whole_up": _("Up to whole amounts"),
        "whole_down": _("Down to whole amounts"),
        "step_5": _("To steps of 0.05"),
        "step_10": _("To steps of 0.10"),
        "step_50": _("To steps of 0.50"),
        "end_99": _("To an ending of .99"),
        "end_95": _("To an ending of .95"),
        "end_90": _("To an ending of .90"),
        "end_50": _("To an ending of .50"),
    },
}
WAYS: dict[str, Words] = {
    "always": _("At creation and later"),
    "create": _("At creation only"),
    "update": _("Later only"),
    "never": _("Never"),
}
# What a plan writes beside fields (operations/listing_writes.py).
WRITES: dict[str, Words] = {
    "made": _("Made in your store"),
    "added": _("Variant added"),
    "removed": _("Variant removed"),
    "ended": _("Becomes a draft"),
    "deleted": _("Deleted from your store"),
    "tracked": _("Stock is counted"),
    "oversell": _("Sold on without stock"),
    "stock": _("Stock"),
}
FIELDS: dict[str, Words] = {
    "title": _("Title"),
    "description": _("Description"),
    "product_type": _("Product type"),
    "vendor_name": _("Vendor's name"),
    "status": _("Status"),
    "tags": _("Tags"),
    "media": _("Pictures"),
    "price": _("Price"),
    "compare_at": _("Compare-at price"),
    "barcode": _("Barcode"),
    "sku": _("SKU"),
    "weight": _("Weight"),
    "options": _("Options"),
}

# Order sync: what each switch is called, and what it does when it is on and when it is off.
ORDER_SWITCHES: dict[str, tuple[Words, Words, Words]] = {
    "order_sync": (
        _("Enable order sync"),
        _("Orders are pushed to connected vendor stores as soon as the rules below let them."),
        _("Nothing is pushed. Vendors see their orders here and fulfil by hand, or you do it for them."),
    ),
    "paid_only": (
        _("Push only if the order is paid"),
        _("An unpaid order waits, and goes out the moment it is paid or marked as paid."),
        _("Unpaid orders go out too, with their true payment status."),
    ),
    "push_unsynced": (
        _("Push orders for unsynced products"),
        _("Lines without a link are found by SKU, then by exact title, or go as they are."),
        _("Only linked lines are pushed. The rest waits until linked, and the order shows what is missing."),
    ),
    "override_customer": (
        _("Override customer info with merchant details"),
        _("Vendors get your name, e-mail and phone instead of the buyer's. The address still goes."),
        _("Vendors get the buyer's own name, e-mail and phone."),
    ),
    "tell_refunds": (
        _("Tell vendors of refunds"),
        _(
            "When you give money back on an order that a vendor has, you and the vendor are told, "
            "and agree on the rest."
        ),
        _("A refund is shown on the order. Vendors are not told; you tell them if it concerns them."),
    ),
}
CONTACT: dict[str, Words] = {
    "merchant_name": _("Name"),
    "merchant_email": _("E-mail"),
    "merchant_phone": _("Phone"),
}
LIMITS: dict[str, Words] = {
    "minimum_value": _("Minimum order value"),
    "maximum_value": _("Maximum order value"),
    "minimum_quantity": _("Minimum quantity"),
    "maximum_quantity": _("Maximum quantity"),
}
ORDER_RULES: dict[str, Words] = {**{code: words[0] for code, words in ORDER_SWITCHES.items()}, **CONTACT, **LIMITS}

# What if?: how an order goes (operations/whatif.py).
ORDER_WAYS: dict[str, Words] = {
    "at_once": _("goes out at once"),
    "once_paid": _("goes out once it is paid"),
    "waits": _("waits"),
    "by_hand": _("is made by hand"),
}

# Multi-Vendor Settings: an icon, the page (and what its address has besides), what it is called, what it is for.
SETTING_TILES: list[tuple[str, str, tuple[str, ...], Words, Words]] = [
    (
        "arrow-right-left",
        "order_sync",
        (),
        _("Order sync"),
        _("Which orders go to vendors, when, and with whose details."),
    ),
    (
        "tags",
        "catalogue_settings",
        ("product",),
        _("Product sync"),
        _("What of a vendor's product follows, prices, deletions."),
    ),
    ("layers", "catalogue_settings", ("variant",), _("Variant sync"), _("Variants that vendors add or take away.")),
    (
        "boxes",
        "catalogue_settings",
        ("inventory",),
        _("Inventory sync"),
        _("Stock, its buffer, and how long figures are trusted."),
    ),
    (
        "clock",
        "catalogue_settings",
        ("frequency",),
        _("Sync frequency"),
        _("How often stores are looked at, the last look and the next one."),
    ),
    ("blocks", "add_ons", (), _("Add-ons"), _("What is joined and pushed at all, and what each still needs.")),
    (
        "history",
        "settings_history",
        (),
        _("History"),
        _("Every change of these settings, and putting it back."),
    ),
    (
        "key-round",
        "tokens",
        (),
        _("API tokens"),
        _("Programs of yours that do what these pages do."),
    ),
    (
        "shield-check",
        "privacy",
        (),
        _("Privacy"),
        _("Buyers' data: show it, forget it, and how long it is kept."),
    ),
    ("users", "people", (), _("People"), _("Who may see and change this marketplace, and invitations.")),
]
