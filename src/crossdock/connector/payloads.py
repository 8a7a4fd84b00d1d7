"""What people may read of a request or an answer: fields that are listed here, everything else is blanked.

A list of what is shown, not of what is hidden: a field that a platform adds tomorrow stays dark until somebody looks
at it. Not here: where payloads are kept (sync/calls.py).
"""

import re
from typing import Any, Final

import msgspec

BLANK: Final = "…"
LARGEST: Final = 32 * 1024  # bytes of a body that are looked at; larger ones are catalogues, which nobody reads here
MOST_ITEMS: Final = 20  # of a list
MOST_TEXT: Final = 300
KEPT: Final = 8 * 1024  # characters of what is shown

# Names are compared in small letters, without separators: line_items and lineItems are one.
SHOWN: Final = frozenset(
    """
    id gid legacyresourceid adminid orderid productid variantid variationid parentid inventoryitemid locationid
    lineitemid fulfillmentid fulfillmentorderid parcelid orderlineid ordernumber number sku barcode quantity
    currentquantity totalquantity stockquantity stockonhand stockallocated available onhand delta unlimited price
    amount total subtotal totaltax totalprice currency currencycode status state financialstatus fulfillmentstatus
    displayfinancialstatus displayfulfillmentstatus type kind topic event code errorcode field message errors
    usererrors createdat updatedat processedat cancelledat closedat shippedat datecreated datemodified
    datecreatedgmt datemodifiedgmt createdon modifiedon paid setpaid ispaid test taxable requiresshipping
    hasnextpage endcursor total totalitems count throttlestatus maximumavailable currentlyavailable restorerate
    requestedquerycost actualquerycost typename operationname shipnotify shouldsendnotification notifycustomer
    trackingcompany carriername carrier service reason createdvia handle inventorypolicy inventoryquantity tracked
    managestock instock stockstatus
    """.split()
)

# Whatever is below these is about a person or opens a door, whatever its fields are called.
DARK: Final = re.compile(
    r"address|customer|billing|buyer|recipient|email|phone|note|secret|token|password|metadata|metafield|"
    r"customattribute|clientdetails|payment|browserip|^shipping$|^headers$"
)
_SEPARATORS: Final = re.compile(r"[^a-z0-9]")
_PERSONAL: Final = re.compile(r"[^\s@]+@[^\s@]+|\+?\d[\d\s().-]{6,}\d")
_WORDS: Final = frozenset({"message", "reason"})  # a store's own sentence: it may repeat what it was told


def shown(body: bytes) -> str:
    """JSON of `body` as people may read it; "" for what is no JSON, or is too large."""
    if not body or len(body) > LARGEST:
        return ""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    if not isinstance(found, dict | list):
        return ""
    return msgspec.json.encode(_shown(found, "")).decode()[:KEPT]


def scrubbed(words: str) -> str:
    """A sentence without addresses and long numbers in it."""
    return _PERSONAL.sub(BLANK, words)[:MOST_TEXT]


def _shown(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {str(key)[:60]: _entry(str(key), each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each, name) for each in value[:MOST_ITEMS]] + ([BLANK] if len(value) > MOST_ITEMS else [])
    if value is None or isinstance(value, bool):
        return value
    if name not in SHOWN:
        return BLANK
    if name in _WORDS and isinstance(value, str):
        return scrubbed(value)
    return value[:MOST_TEXT] if isinstance(value, str) else value


def _entry(key: str, value: Any) -> Any:
    name = _SEPARATORS.sub("", key.lower())
    if DARK.search(name) and value is not None:
        return BLANK
    return _shown(value, name)
