"""How the shop, the app in it, people, addresses and metafields read in GraphQL: one table per type."""

import json
import zlib
from typing import Any

from crossdock_sandbox.shopify import listings
from crossdock_sandbox.shopify.graph import gid, page, when
from crossdock_sandbox.shopify.rest_catalogue import app_id
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.show import Table, metafield, metafields, numbered, or_none
from crossdock_sandbox.shopify.state_catalogue import Metafield

ADDRESS: Table = {
    "id": lambda o, _a, _c: gid("MailingAddress", o.id) + "?model_name=Address",
    **{name: or_none(attribute) for name, attribute in (
        ("address1", "address1"), ("address2", "address2"), ("city", "city"), ("company", "company"),
        ("country", "country"), ("countryCode", "country_code"), ("countryCodeV2", "country_code"),
        ("firstName", "first_name"), ("lastName", "last_name"), ("name", "name"), ("phone", "phone"),
        ("province", "province"), ("provinceCode", "province_code"), ("zip", "zip"))},
    "coordinatesValidated": lambda _o, _a, _c: False,
    "formatted": lambda o, _a, _c: [part for part in (o.name, o.address1, o.address2, f"{o.city} {o.zip}".strip(),
                                                      o.country)
                                    if part],
    "formattedArea": lambda o, _a, _c: ", ".join(part for part in (o.city, o.province_code, o.country) if part) or None,
    "latitude": lambda _o, _a, _c: None,
    "longitude": lambda _o, _a, _c: None,
    "timeZone": lambda _o, _a, _c: None,
    "email": lambda _o, _a, _c: None,
}  # fmt: skip
CUSTOMER: Table = {
    **numbered("Customer"),
    "defaultAddress": lambda o, _a, _c: o.address,
    "defaultEmailAddress": lambda o, _a, _c: {"emailAddress": o.email} if o.email else None,
    "defaultPhoneNumber": lambda o, _a, _c: {"phoneNumber": o.phone} if o.phone else None,
    "displayName": lambda o, _a, _c: f"{o.first_name} {o.last_name}".strip() or o.email,
    "email": or_none("email"),
    "firstName": or_none("first_name"),
    "lastName": or_none("last_name"),
    "locale": lambda _o, _a, _c: "en",
    "note": or_none("note"),
    "numberOfOrders": lambda o, _a, _c: str(o.orders),
    "phone": or_none("phone"),
    "state": lambda _o, _a, _c: "DISABLED",
    "taxExempt": lambda _o, _a, _c: False,
    "verifiedEmail": lambda _o, _a, _c: True,
}

METAFIELD: Table = {
    **numbered("Metafield"),
    "compareDigest": lambda o, _a, _c: f"{zlib.crc32(o.value.encode()):08x}",
    "definition": lambda o, _a, c: c.shop.definitions.get((o.owner_type, o.namespace, o.key)),
    "jsonValue": lambda o, _a, _c: _json_value(o),
    "ownerType": lambda o, _a, _c: o.owner_type,
}


def _json_value(one: Metafield) -> Any:
    if one.type.startswith("number_integer"):
        return int(one.value)
    return json.loads(one.value) if one.type == "json" or one.type.startswith("list.") else one.value


DEFINITION: Table = {
    "id": lambda o, _a, _c: gid("MetafieldDefinition", o.id),
    "access": lambda _o, _a, _c: {"admin": "PUBLIC_READ_WRITE", "storefront": "NONE"},
    "capabilities": lambda o, _a, _c: {
        "adminFilterable": {"eligible": True, "enabled": False},
        "uniqueValues": {"eligible": True, "enabled": o.unique},
    },
    "metafieldsCount": lambda o, _a, _c: len(o.values),
    "ownerType": lambda o, _a, _c: o.owner_type,
    "pinnedPosition": lambda _o, _a, _c: None,
    "type": lambda o, _a, _c: {"category": "ID" if o.type == "id" else "TEXT", "name": o.type},
    "validationStatus": lambda _o, _a, _c: "ALL_VALID",
}


def version(handle: str) -> dict[str, Any]:
    return {"displayName": handle, "handle": handle, "supported": True}


class HttpEndpoint:
    gql = "WebhookHttpEndpoint"

    def __init__(self, url: str) -> None:
        self.url = url


SUBSCRIPTION: Table = {
    **numbered("WebhookSubscription"),
    "apiVersion": lambda o, _a, _c: version(o.api_version),
    "callbackUrl": lambda o, _a, _c: o.uri,
    "endpoint": lambda o, _a, _c: HttpEndpoint(o.uri),
    "includeFields": lambda o, _a, _c: o.include_fields,
    "metafieldNamespaces": lambda o, _a, _c: o.metafield_namespaces,
}


def _shop_address(shop: Shop) -> dict[str, Any]:
    names = (
        "address1",
        "address2",
        "city",
        "company",
        "firstName",
        "lastName",
        "phone",
        "province",
        "provinceCode",
        "zip",
    )
    return {**dict.fromkeys(names), "id": gid("ShopAddress", shop.id), "name": shop.title, "country": shop.country,
            "countryCodeV2": shop.country, "coordinatesValidated": False}  # fmt: skip


SHOP: Table = {
    "id": lambda o, _a, _c: gid("Shop", o.id),
    "name": lambda o, _a, _c: o.title,
    "billingAddress": lambda o, _a, _c: _shop_address(o),
    "shopAddress": lambda o, _a, _c: _shop_address(o),
    "contactEmail": lambda o, _a, _c: o.email,
    "createdAt": lambda o, _a, _c: when(o.created_at),
    "updatedAt": lambda o, _a, _c: when(o.created_at),
    "currencyCode": lambda o, _a, _c: o.currency,
    "enabledPresentmentCurrencies": lambda o, _a, _c: [o.currency],
    "fulfillmentOrders": lambda o, a, _c: page(
        [one for one in o.fulfillment_orders.values() if a.get("includeClosed") or one.status != "CLOSED"], a,
        lambda one: one.id,
    ),
    "ianaTimezone": lambda _o, _a, _c: "Etc/UTC",
    "locations": lambda o, a, _c: page(o.locations, a, lambda one: one.id),
    "metafield": metafield,
    "metafields": metafields,
    "myshopifyDomain": lambda o, _a, _c: o.domain,
    "orders": lambda _o, a, c: listings.orders(c, a),
    "plan": lambda o, _a, _c: {
        "displayName": {"basic": "Basic", "dev": "Developer Preview"}.get(o.plan, "Shopify Plus"),
        "publicDisplayName": {"basic": "Basic", "dev": "Development"}.get(o.plan, "Plus"),
        "partnerDevelopment": o.plan == "dev", "shopifyPlus": o.plan in ("plus", "rehearsal"),
    },
    "primaryDomain": lambda o, _a, _c: {"host": o.domain, "id": gid("Domain", o.id), "sslEnabled": True,
                                        "url": f"https://{o.domain}"},
    "products": lambda _o, a, c: listings.products(c, a),
    "productVariants": lambda _o, a, c: listings.variants(c, a),
    "resourceLimits": lambda o, _a, _c: {
        "locationLimit": 200, "maxProductOptions": 3, "maxProductVariants": 2048, "redirectLimitReached": False,
        "skuResourceLimits": {"available": 0, "quantityAvailable": 0, "quantityLimit": None, "quantityUsed": 0},
    },
    "shopOwnerName": lambda o, _a, _c: o.title,
    "taxShipping": lambda _o, _a, _c: False,
    "taxesIncluded": lambda _o, _a, _c: False,
    "timezoneAbbreviation": lambda _o, _a, _c: "UTC",
    "timezoneOffset": lambda _o, _a, _c: "+0000",
    "timezoneOffsetMinutes": lambda _o, _a, _c: 0,
    "unitSystem": lambda _o, _a, _c: "METRIC_SYSTEM",
    "url": lambda o, _a, _c: f"https://{o.domain}",
    "weightUnit": lambda _o, _a, _c: "KILOGRAMS",
}  # fmt: skip


def scopes(shop: Shop) -> list[dict[str, str]]:
    return [{"handle": one, "description": one.replace("_", " ").capitalize()} for one in shop.app.scopes]


INSTALLATION: Table = {
    "id": lambda o, _a, _c: gid("AppInstallation", o.id),
    "accessScopes": lambda o, _a, _c: scopes(o),
    "app": lambda o, _a, _c: o,
    "launchUrl": lambda o, _a, _c: f"https://{o.domain}/admin/apps/{o.app.client_id}",
    "uninstallUrl": lambda _o, _a, _c: None,
}
APP: Table = {
    "id": lambda o, _a, _c: gid("App", app_id(o)),
    "apiKey": lambda o, _a, _c: o.app.client_id,
    "description": lambda _o, _a, _c: None,
    "developerName": lambda _o, _a, _c: "Crossdock",
    "embedded": lambda _o, _a, _c: False,
    "handle": lambda _o, _a, _c: "crossdock",
    "title": lambda _o, _a, _c: "Crossdock",
    "webhookApiVersion": lambda _o, _a, _c: "2026-10",
}
