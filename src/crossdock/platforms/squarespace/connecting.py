"""How a person connects a Squarespace site: by OAuth, or with an API key, which tells of nothing by itself.

Not here: the protocol itself (auth.py).
"""

from datetime import datetime
from typing import Any

from crossdock.connector.connecting import Answer, Begun, Field, How, NotBelieved, Way
from crossdock.connector.contract import Role
from crossdock.connector.http import Http
from crossdock.platforms.squarespace import auth
from crossdock.platforms.squarespace.client import LOGIN

OAUTH = Way(
    "oauth",
    "With a Squarespace extension (OAuth)",
    How.OAUTH,
    "Give the client ID and secret that Squarespace gave your extension; its redirect address is {back}. Webhooks tell "
    "of orders, and orders are not limited to a hundred an hour.",
    "Look up the client ID and secret of the extension, and that its redirect address is the one named above.",
    (Field("client_id", "Client ID"), Field("client_secret", "Client secret", secret=True)),
)
KEY = Way(
    "key",
    "With an API key",
    How.KEYS,
    "In the site's settings under Advanced, Developer API Keys: make a key with Orders (read and write), Inventory "
    "(read and write) and Products (read only). It is shown once. With a key there are no webhooks, and a hundred "
    "orders an hour at most.",
    "Make a new key under Advanced, Developer API Keys with Orders and Inventory (read and write) and Products (read).",
    (Field("api_key", "API key", secret=True),),
)


class SquarespaceConnecting:
    """See `crossdock.connector.connecting.Connecting`."""

    ways = (OAUTH, KEY)
    address = "your-site.squarespace.com"
    decides = True

    def scopes(self, role: Role) -> tuple[str, ...]:
        return auth.SCOPES

    def begin(self, begun: Begun) -> str:
        if begun.way == KEY.name:
            return ""
        return auth.authorize_url(
            client_id=begun.values["client_id"], redirect_uri=begun.back, state=begun.state, base_url=_login(begun)
        )

    async def finish(self, begun: Begun, answer: Answer, http: Http, *, now: datetime) -> dict[str, Any]:
        if begun.way == KEY.name:
            return {"mode": "key", "access_token": begun.values["api_key"].strip()}
        try:
            code = auth.verify_callback(answer.query, state=begun.state)
        except auth.CallbackRefused as error:
            raise NotBelieved(str(error)) from error
        return await auth.exchange_code(
            http,
            client_id=begun.values["client_id"],
            client_secret=begun.values["client_secret"],
            code=code,
            redirect_uri=begun.back,
            now=now,
            base_url=_login(begun),
        )


def _login(begun: Begun) -> str:
    """One address for all sites; another base address than the site's own is a test's."""
    return LOGIN if begun.base_url == f"https://{begun.domain}" else begun.base_url


CONNECTING = SquarespaceConnecting()
