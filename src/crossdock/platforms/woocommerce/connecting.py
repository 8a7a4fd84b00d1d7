"""How a person connects a WooCommerce shop: by consent, after which the shop posts keys to us, or by pasting keys.

Not here: how a request carries the keys (auth.py).
"""

from datetime import datetime
from typing import Any

from crossdock.connector.connecting import Answer, Begun, Field, How, NotBelieved, Way
from crossdock.connector.contract import Role
from crossdock.connector.http import Http
from crossdock.platforms.woocommerce import auth

APP = "Crossdock"
PERMISSIONS = "Log in as an administrator or shop manager, and allow reading and writing."

CONSENT = Way(
    "consent",
    "By consent in the shop",
    How.CONSENT,
    "The shop asks its owner, makes keys and sends them here; nothing is copied. " + PERMISSIONS,
    "Begin again, or make keys by hand under WooCommerce, Settings, Advanced, REST API.",
)
KEYS = Way(
    "keys",
    "With keys",
    How.KEYS,
    "In the shop's admin under WooCommerce, Settings, Advanced, REST API: add a key with the permissions Read/Write, "
    "then give both parts here. They are shown once.",
    "Make a new key with the permissions Read/Write under WooCommerce, Settings, Advanced, REST API.",
    (
        Field("consumer_key", "Consumer key", "begins with ck_"),
        Field("client_secret", "Consumer secret", "begins with cs_", secret=True),
    ),
)


class WooCommerceConnecting:
    """See `crossdock.connector.connecting.Connecting`."""

    ways = (CONSENT, KEYS)
    address = "shop.example or example.org/shop"
    decides = False

    def scopes(self, role: Role) -> tuple[str, ...]:
        return (auth.READ_WRITE,)  # there is nothing narrower that may write (FACTS, authentication)

    def begin(self, begun: Begun) -> str:
        if begun.way == KEYS.name:
            return ""
        return auth.authorize_url(
            begun.base_url, app_name=APP, state=begun.state, return_url=begun.back, callback_url=begun.post
        )

    async def finish(self, begun: Begun, answer: Answer, http: Http, *, now: datetime) -> dict[str, Any]:
        if begun.way == KEYS.name:
            return {name: begun.values[name].strip() for name in ("consumer_key", "client_secret")}
        if answer.query.get("success") == "0":
            raise NotBelieved("the shop's owner did not approve")
        try:
            return auth.parse_callback(answer.posted, state=begun.state)
        except auth.CallbackRefused as error:
            raise NotBelieved(str(error)) from error


CONNECTING = WooCommerceConnecting()
