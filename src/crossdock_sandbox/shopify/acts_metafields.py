"""Metafields of orders and products: merged by name, and unique where a definition says so.

Not for definitions themselves (`mutations_app.py`).
"""

from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import Order
from crossdock_sandbox.shopify.state_catalogue import Metafield, Product

Owner = Order | Product


def check(shop: Shop, kind: str, owner_id: int, given: list[Metafield], base: list[str]) -> None:
    """Raises Refused. A value of an id-type definition belongs to one owner (FACTS section 6)."""
    for place, field in enumerate(given):
        definition = shop.definitions.get((kind, field.namespace, field.key))
        if definition is None:
            if not field.type:
                raise Refused("Type can't be blank", [*base, str(place), "type"], "INVALID")
            continue
        field.type = field.type or definition.type
        if field.type != definition.type:
            raise Refused(f"Type must be consistent with the definition's type '{definition.type}'.",
                          [*base, str(place), "type"], "INVALID")  # fmt: skip
        if definition.unique and definition.values.get(field.value, owner_id) != owner_id:
            raise Refused("Value must be unique amongst all values of the metafield definition.",
                          [*base, str(place), "value"], "INVALID")  # fmt: skip


def merge(shop: Shop, owner: Owner, given: list[Metafield], base: list[str], kind: str = "ORDER") -> None:
    """Set these, keep the others."""
    check(shop, kind, owner.id, given, base)
    for field in given:
        definition = shop.definitions.get((kind, field.namespace, field.key))
        old = next((one for one in owner.metafields if (one.namespace, one.key) == (field.namespace, field.key)), None)
        if old is None:
            owner.metafields.append(field)
        else:
            if definition is not None and definition.unique:
                definition.values.pop(old.value, None)
            old.value, old.updated_at = field.value, field.updated_at
        if definition is not None and definition.unique:
            definition.values[field.value] = owner.id


def remove(shop: Shop, owner: Owner, field: Metafield, kind: str) -> None:
    owner.metafields.remove(field)
    definition = shop.definitions.get((kind, field.namespace, field.key))
    if definition is not None and definition.values.get(field.value) == owner.id:
        del definition.values[field.value]
