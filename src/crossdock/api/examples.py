"""One example of each main resource, as the OpenAPI document shows it. A test holds each against its schema.

Not here: the schemas (each resource's file).
"""

from typing import Any, Final

AT: Final = "2026-11-22T09:30:00Z"
EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "ListedVendorOrder": {
        "id": 71, "order_id": 40, "order_name": "#1001", "reference": "cd-1-40-2-1", "marketplace": "harbour",
        "vendor": "Oak & Iron", "state": "held", "reason": "not_paid", "total": "64.00", "currency": "EUR",
        "quantity": 2, "remote_name": "", "created_at": AT, "linked_at": None,
    },
    "VendorTold": {
        "id": 2, "name": "Oak & Iron", "email": "shop@oak.example", "active": True, "created_at": AT,
        "braked_at": None, "store_id": 5, "store_state": "connected",
    },
    "NewVendor": {"name": "Oak & Iron", "email": "shop@oak.example"},
    "StockFigure": {
        "link_id": 9, "listing_id": 12, "vendor": "Oak & Iron", "title": "Oak stool, oiled", "sku": "OAK-1",
        "vendor_variant_id": "501", "merchant_variant_id": "7501", "vendor_available": 8, "pending": 1,
        "unexplained": 0, "buffer": 2, "target": 5, "expected": 5, "why": "", "settled": True, "written_at": AT,
        "read_at": AT,
    },
    "ListedProduct": {
        "product_id": "501", "vendor_id": 2, "vendor": "Oak & Iron", "title": "Oak stool, oiled", "status": "active",
        "gone": False, "variants": 2, "listing_id": 12, "listing_state": "live",
    },
    "NewParcel": {
        "lines": [{"line_id": "1", "quantity": 1}], "company": "PostNord", "numbers": ["UJ123456785SE"], "after": None,
    },
    "Item": {
        "id": 3, "reason": "edit_refused", "opened_at": AT, "closed_at": None, "closed_by": "", "store_id": 5,
        "order_id": 40, "vendor_order_id": 71, "data": {},
    },
    "LogLine": {
        "id": 1200, "store_id": 5, "at": AT, "came": False, "call": "create_order", "method": "POST",
        "path": "/orders", "status": 200, "outcome": "done", "words": "", "took": 120, "kind": "vendor_order",
        "ref": 71, "remote_id": "", "sent_size": 1400, "got_size": 600,
    },
    "Asked": {
        "id": 4, "store_id": 1, "asks": "erase", "order_ids": ["5001"], "received_at": AT, "done_at": None,
    },
    "Deed": {"id": 90, "at": AT, "who": "olga", "what": "privacy.erased", "data": {"orders": 2}},
    "Erased": {"erased": 2, "later": 1},
}  # fmt: skip


def show(schemas: dict[str, Any]) -> None:
    """Put each example to its schema."""
    for name, example in EXAMPLES.items():
        schemas[name]["example"] = example
