"""Inputs read into state: addresses, money, taxes, metafields, lines. Not for what is done with them."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.shopify.graph import Context, decimal, number_of
from crossdock_sandbox.shopify.money import NOTHING, Bag, Currencies
from crossdock_sandbox.shopify.places import country_code, country_name, province_name
from crossdock_sandbox.shopify.show import namespace
from crossdock_sandbox.shopify.state import Address, Line, ShippingLine, TaxLine
from crossdock_sandbox.shopify.state_catalogue import GRAMS, Metafield, Variant

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]


def address(world: "Sandbox", given: Json | None) -> Address | None:
    """MailingAddressInput; codes win over the deprecated names."""
    if given is None:
        return None
    code = given.get("countryCode") or country_code(given.get("country") or "")
    province = given.get("provinceCode") or ""
    return Address(
        world.id(), given.get("firstName") or "", given.get("lastName") or "", given.get("company") or "",
        given.get("address1") or "", given.get("address2") or "", given.get("city") or "",
        province_name(code, province) if province else given.get("province") or "", province,
        country_name(code) if code else given.get("country") or "", code, given.get("zip") or "",
        given.get("phone") or "",
    )  # fmt: skip


def bag(given: Json | None, currencies: Currencies) -> Bag:
    """MoneyBagInput. Without presentment money the shop's amount is converted at the order's rate."""
    if given is None:
        return NOTHING
    shop_amount = decimal(given["shopMoney"]["amount"])
    presentment = given.get("presentmentMoney")
    if presentment is None:
        return currencies.bag(shop_amount)
    return Bag(shop_amount, decimal(presentment["amount"]))


def tax(given: Json, currencies: Currencies, base: Bag) -> TaxLine:
    """OrderCreateTaxLineInput; without a price the rate speaks."""
    rate = decimal(given["rate"])
    price = bag(given["priceSet"], currencies) if given.get("priceSet") else currencies.rounded(base.times(rate))
    return TaxLine(given["title"], rate, price, bool(given.get("channelLiable")))


def metafield(ctx: Context, given: Json, owner_type: str = "ORDER") -> Metafield:
    now = ctx.world.now()
    return Metafield(
        ctx.world.id(), namespace(ctx.shop, given.get("namespace")), given.get("key") or "", given.get("type") or "",
        given.get("value") or "", now, now, owner_type,
    )  # fmt: skip


def line(ctx: Context, given: Json, currencies: Currencies) -> tuple[Line | None, Variant | None]:
    """OrderCreateLineItemInput as a line, or None when it can be none: no known variant and no title."""
    variant = None
    if given.get("variantId"):
        variant = ctx.shop.variants.get(number_of(given["variantId"], "ProductVariant"))
    if variant is None and not given.get("title"):
        return None, None
    quantity = int(given["quantity"])
    price = bag(given.get("priceSet"), currencies)
    if given.get("priceSet") is None and variant is not None:
        price = currencies.bag(variant.price)
    made = (
        catalogue_line(ctx.world, variant, quantity, price)
        if variant
        else Line(ctx.world.id(), "", quantity, quantity, price)
    )
    _overrides(made, given, variant is None)
    made.taxes = [tax(one, currencies, price.times(quantity)) for one in given.get("taxLines") or ()]
    made.properties = [(one["name"], one["value"]) for one in given.get("properties") or ()]
    return made, variant


def _overrides(made: Line, given: Json, custom: bool) -> None:
    if custom:
        made.requires_shipping = bool(given.get("requiresShipping"))
        made.title = given["title"]
    elif given.get("title"):
        made.title = given["title"]
    made.variant_title = given.get("variantTitle") or made.variant_title
    made.sku = given.get("sku") or made.sku
    made.vendor = given.get("vendor") or made.vendor
    made.gift_card = bool(given.get("giftCard"))
    if given.get("taxable") is not None:
        made.taxable = bool(given["taxable"])
    if given.get("weight"):
        made.grams = float(given["weight"]["value"]) * GRAMS[given["weight"]["unit"]]


def catalogue_line(world: "Sandbox", variant: Variant, quantity: int, price: Bag) -> Line:
    product = variant.product
    return Line(
        world.id(), product.title, quantity, quantity, price, variant, product.id,
        "" if variant.title == "Default Title" else variant.title, variant.sku, product.vendor,
        requires_shipping=variant.requires_shipping, taxable=variant.taxable, grams=variant.weight,
    )  # fmt: skip


def shipping_line(ctx: Context, given: Json, currencies: Currencies) -> ShippingLine:
    price = bag(given["priceSet"], currencies)
    made = ShippingLine(ctx.world.id(), given["title"], price, given.get("code"), given.get("source"))
    made.taxes = [tax(one, currencies, price) for one in given.get("taxLines") or ()]
    return made


def rate_of(given: Json, shop_currency: str, pres_currency: str) -> Decimal:
    """The order's rate, from the first amount that is given in both currencies."""
    if shop_currency == pres_currency:
        return Decimal(1)
    bags = [one.get("priceSet") for one in given.get("lineItems") or ()]
    bags += [one.get("priceSet") for one in given.get("shippingLines") or ()]
    bags += [one.get("amountSet") for one in given.get("transactions") or ()]
    for one in bags:
        if one and one.get("presentmentMoney") and decimal(one["shopMoney"]["amount"]):
            return decimal(one["presentmentMoney"]["amount"]) / decimal(one["shopMoney"]["amount"])
    return Decimal(1)
