"""What our orders want a store to have: a promotion with a coupon that lets them in.

Made once, when the store is connected, and looked after. Vendure sends no webhooks, so that nothing is subscribed to.
Not here: how it is used (placing.py).
"""

import secrets
from typing import Any

from crossdock.connector.contract import Subscriptions
from crossdock.connector.errors import Rejected
from crossdock.platforms.vendure import documents, wire, words
from crossdock.platforms.vendure.client import Api

CALL = "ensurePromotion"
SECRET_BYTES = 16  # a shopper who knew the coupon would pay nothing
# Operations that Vendure comes with. Nothing is left to pay: neither for goods nor for shipping.
ACTIONS = [
    {"code": "order_percentage_discount", "arguments": [{"name": "discount", "value": "100"}]},
    {"code": "free_shipping", "arguments": []},
]


async def ensure(api: Api, address: str) -> Subscriptions:
    there = (await _read(api)).promotions.items
    if coupon(there):
        return Subscriptions(address)
    await fit(api, there)
    return Subscriptions(address, changed=("coupon",))


async def fit(api: Api, there: list[wire.Promotion]) -> str:
    """Make the promotion, or put it in force again; its coupon."""
    if there:
        change = {"id": there[0].id, "enabled": True, "couponCode": there[0].coupon_code or _new_coupon()}
        await _done(api, documents.CHANGE_PROMOTION, change)
    else:
        told = [{"languageCode": "en", "name": words.PROMOTION, "description": ""}]
        made = {"enabled": True, "couponCode": _new_coupon(), "conditions": [], "actions": ACTIONS}
        await _done(api, documents.MAKE_PROMOTION, {**made, "translations": told})
    if found := coupon((await _read(api)).promotions.items):
        return found
    raise Rejected("the store does not show the promotion that was made for our orders", code="promotion", call=CALL)


async def remove(api: Api) -> None:
    """It is put out of force, not deleted: that would want one more permission."""
    for one in (await _read(api)).promotions.items:
        if one.enabled:
            await _done(api, documents.CHANGE_PROMOTION, {"id": one.id, "enabled": False})


def coupon(there: list[wire.Promotion]) -> str:
    """What lets an order in; "" while nothing does."""
    return (
        next((one.coupon_code for one in there if one.enabled and (one.coupon_code or "").startswith(words.COUPON)), "")
        or ""
    )


def _new_coupon() -> str:
    return words.COUPON + secrets.token_hex(SECRET_BYTES).upper()


async def _read(api: Api) -> wire.Promotions:
    return await api.read(CALL, documents.READ_PROMOTION, wire.Promotions, promotion=words.PROMOTION)


async def _done(api: Api, document: str, given: dict[str, Any]) -> None:
    for step in (await api.write(CALL, document, dict[str, wire.Step], input=given)).values():
        if step.error_code:
            raise Rejected(step.message, code=step.error_code, call=CALL)
