"""Shopify's decorated ids: gids outside, plain numbers inside. Nothing beyond this folder sees a gid.

Not here: our own reference of an order (drafts.py).
"""


def gid(kind: str, number: str) -> str:
    """The gid of an object, e.g. gid("Order", "1") = "gid://shopify/Order/1"."""
    return f"gid://shopify/{kind}/{number}"


def number(of: str) -> str:
    """The plain id in a gid. Some carry query parts: .../InventoryLevel/1?inventory_item_id=2 (FACTS section 2)."""
    return of.rpartition("/")[2].partition("?")[0]
