"""What a platform can and cannot do, as a person about to connect a store of it reads it.

Not here: what it can (platforms), or why not (the platform's own words).
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossdock.connector.capabilities import Ability, Can, Capabilities
from crossdock.connector.contract import Role
from crossdock.operations.words import in_words

Words = str | Promise

# Those that matter in each role, in the order in which they are read.
ABILITIES: dict[Role, dict[str, Words]] = {
    Role.VENDOR: {
        "create_order": _("Orders are placed in the store"),
        "custom_lines": _("Items that the store does not have go along as lines of their own"),
        "find_order_by_reference": _("An order whose outcome is unknown is found again"),
        "mark_paid": _("Orders are marked as paid later"),
        "cancel_order": _("Orders are cancelled with the customer's order"),
        "edit_email": _("A changed e-mail address is carried over"),
        "edit_phone": _("A changed phone number is carried over"),
        "edit_note": _("A changed note is carried over"),
        "edit_tags": _("Changed tags are carried over"),
        "edit_attributes": _("Changed details are carried over"),
        "edit_metafields": _("Changed metafields are carried over"),
        "edit_shipping_address": _("A changed shipping address is carried over"),
        "edit_marketing_consent": _("A changed marketing consent is carried over"),
        "edit_lines": _("Changed items are carried over"),
        "carry_refunds": _("Refunds are carried over"),
        "read_fulfillments": _("Parcels and tracking numbers are read"),
        "partial_fulfillment": _("Orders may be shipped in parts"),
        "webhooks": _("The store tells of changes at once"),
        "read_catalogue": _("Products and stock are read"),
        "barcodes": _("Barcodes of variants are read"),
        "stock_delta": _("Stock is lowered for orders fulfilled by hand"),
        "locations": _("Stock of several locations"),
    },
    Role.MERCHANT: {
        "write_listings": _("Vendors' products are made and changed in the store"),
        "read_catalogue": _("Products and stock are read"),
        "stock_compare_and_set": _("Stock is set only when it is what we think it is"),
        "idempotent_levels": _("A stock change sent twice counts once"),
        "locations": _("Stock of several locations"),
        "write_fulfillments": _("Vendors' parcels are written on the customer's order"),
        "partial_fulfillment": _("Orders may be shipped in parts"),
        "edit_tracking": _("Tracking of a parcel is changed"),
        "cancel_fulfillment": _("A parcel is taken back"),
        "webhooks": _("The store tells of changes at once"),
    },
}
# The role itself, and what the engine alone asks after.
ELSEWHERE = frozenset({"merchant_role", "vendor_role"})


class Shown(NamedTuple):
    words: Words
    can: str
    why: str


def abilities(capabilities: Capabilities, role: Role) -> list[Shown]:
    """What a store of this role can, cannot and can in part; what it cannot comes first."""
    order = (Can.NO, Can.PARTLY, Can.YES)
    found: list[tuple[Words, Ability]] = [
        (words, getattr(capabilities, name)) for name, words in ABILITIES[role].items()
    ]
    shown = [Shown(words, ability.can.value, in_words(ability.why)) for words, ability in found]
    return sorted(shown, key=lambda each: order.index(Can(each.can)))
