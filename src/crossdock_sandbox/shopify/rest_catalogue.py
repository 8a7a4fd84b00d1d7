"""Products, variants, stock and the shop itself in REST's shape. Not for orders (`rest_shapes.py`)."""

import zlib
from datetime import datetime
from typing import Any

from crossdock_sandbox.shopify.places import country_name
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state_catalogue import Level, Media, Product, Variant

Json = dict[str, Any]
TOLD = 100  # variants that a product's webhook has in full (FACTS section 6)


def when(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def app_id(shop: Shop) -> int:
    """A stable number for the app, from its client id."""
    return 1_000_000 + zlib.crc32(shop.app.client_id.encode()) % 900_000_000


def level(it: Level) -> Json:
    item = it.variant.item_id
    return {
        "inventory_item_id": item,
        "location_id": it.location.id,
        "available": it.available,
        "updated_at": when(it.updated_at),
        "admin_graphql_api_id": f"gid://shopify/InventoryLevel/{it.id}?inventory_item_id={item}",
    }


def variant(it: Variant, position: int = 0) -> Json:
    names: list[str | None] = [one.name for one in it.values]
    first, second, third = [*names, None, None][:3]
    return {
        "id": it.id,
        "admin_graphql_api_id": f"gid://shopify/ProductVariant/{it.id}",
        "barcode": it.barcode or None,
        "compare_at_price": None if it.compare_at is None else str(it.compare_at),
        "created_at": when(it.created_at),
        "inventory_item_id": it.item_id,
        "inventory_policy": it.policy.lower(),
        "inventory_quantity": it.available,
        "old_inventory_quantity": it.available,
        "image_id": it.media.id if it.media else None,
        "option1": first,
        "option2": second,
        "option3": third,
        "position": position or it.product.variants.index(it) + 1,
        "price": str(it.price),
        "product_id": it.product.id,
        "sku": it.sku or None,
        "taxable": it.taxable,
        "title": it.title,
        "updated_at": when(it.updated_at),
    }


def variants_told(thing: Any) -> frozenset[int]:
    """The variants whose stock the body of a webhook of `thing` tells."""
    if isinstance(thing, Level):
        return frozenset((thing.variant.id,))
    return frozenset(one.id for one in thing.variants[:TOLD]) if isinstance(thing, Product) else frozenset()


def _image(it: Product, media: Media, position: int) -> Json:
    return {
        "id": media.id,
        "admin_graphql_api_id": f"gid://shopify/MediaImage/{media.id}",
        "alt": media.alt or None,
        "created_at": when(media.created_at),
        "height": 1024,
        "position": position,
        "product_id": it.id,
        "src": media.url,
        "updated_at": when(media.updated_at),
        "variant_ids": [one.id for one in it.variants if one.media is media],
        "width": 1024,
    }


def _media(media: Media, position: int) -> Json:
    shown = {"width": 1024, "height": 1024, "src": media.url, "status": media.status} if media.url else None
    return {
        "id": media.id,
        "admin_graphql_api_id": f"gid://shopify/MediaImage/{media.id}",
        "alt": media.alt or None,
        "media_content_type": "IMAGE",
        "position": position,
        "preview_image": shown,
        "status": media.status,
    }


def product(it: Product) -> Json:
    """Full variants for the first hundred, ids for all (FACTS section 6)."""
    images = [_image(it, one, position) for position, one in enumerate(it.media, 1) if one.status == "READY"]
    used = {value.id for one in it.variants for value in one.values}
    return {
        "id": it.id,
        "admin_graphql_api_id": f"gid://shopify/Product/{it.id}",
        "body_html": it.html or None,
        "created_at": when(it.created_at),
        "handle": it.handle,
        "has_variants_that_requires_components": False,
        "image": images[0] if images else None,
        "images": images,
        "media": [_media(one, position) for position, one in enumerate(it.media, 1)],
        "options": [
            {"name": one.name, "id": one.id, "product_id": it.id, "position": position,
             "values": [value.name for value in one.values if value.id in used]}
            for position, one in enumerate(it.options, 1)
        ],
        "product_type": it.product_type,
        "published_at": when(it.created_at),
        "published_scope": "web",
        "status": it.status.lower(),
        "tags": ", ".join(it.tags),
        "template_suffix": None,
        "title": it.title,
        "updated_at": when(it.updated_at),
        "variants": [variant(one, position) for position, one in enumerate(it.variants[:TOLD], 1)],
        "variant_gids": [
            {"admin_graphql_api_id": f"gid://shopify/ProductVariant/{one.id}", "updated_at": when(one.updated_at)}
            for one in it.variants
        ],
        "vendor": it.vendor,
        "category": None,
    }  # fmt: skip


def shop_shape(shop: Shop) -> Json:
    return {
        "id": shop.id,
        "name": shop.title,
        "email": shop.email,
        "domain": shop.domain,
        "myshopify_domain": shop.domain,
        "country": shop.country,
        "country_code": shop.country,
        "country_name": country_name(shop.country),
        "currency": shop.currency,
        "created_at": when(shop.created_at),
        "updated_at": when(shop.created_at),
        "customer_email": shop.email,
        "timezone": "(GMT+00:00) UTC",
        "iana_timezone": "Etc/UTC",
        "shop_owner": shop.title,
        "plan_name": {"basic": "basic", "dev": "partner_test"}.get(shop.plan, "shopify_plus"),
        "plan_display_name": {"basic": "Basic", "dev": "Developer Preview"}.get(shop.plan, "Shopify Plus"),
        "taxes_included": False,
        "primary_location_id": shop.location.id,
    }
