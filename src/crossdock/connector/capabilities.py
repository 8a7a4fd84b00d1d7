"""What a platform can do, declared: yes, no, or partly with the reason. Skips, screens and docs follow from it.

Not here: how it is done (platforms/).
"""

from enum import StrEnum

from msgspec import Struct


class Can(StrEnum):
    YES = "yes"
    NO = "no"
    PARTLY = "partly"


class Ability(Struct, frozen=True):
    can: Can
    why: str = ""


YES = Ability(Can.YES)


def no(why: str) -> Ability:
    return Ability(Can.NO, why)


def partly(why: str) -> Ability:
    return Ability(Can.PARTLY, why)


class Capabilities(Struct, frozen=True, kw_only=True):
    """One field for each thing the engine may want of a store. `settle_seconds` is how long after a write whose
    outcome is unknown the platform may still carry it out or fail to show it to `find_order`. `most_order_lines`: what
    one order made by an app may hold (None = any number); a vendor's further lines go out as further orders.
    `most_variants`, `most_options`: what one product may have."""

    merchant_role: Ability
    vendor_role: Ability
    create_order: Ability
    custom_lines: Ability
    find_order_by_reference: Ability
    mark_paid: Ability
    cancel_order: Ability
    edit_email: Ability
    edit_phone: Ability
    edit_note: Ability
    edit_tags: Ability
    edit_attributes: Ability
    edit_metafields: Ability
    edit_shipping_address: Ability
    edit_marketing_consent: Ability
    edit_lines: Ability
    carry_refunds: Ability
    read_fulfillments: Ability
    write_fulfillments: Ability
    partial_fulfillment: Ability
    edit_tracking: Ability
    cancel_fulfillment: Ability
    webhooks: Ability
    write_listings: Ability
    read_catalogue: Ability
    stock_compare_and_set: Ability
    stock_delta: Ability
    idempotent_levels: Ability
    locations: Ability
    barcodes: Ability = YES
    settle_seconds: float
    most_order_lines: int | None = None
    most_variants: int | None = None
    most_options: int | None = None
