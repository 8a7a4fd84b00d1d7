"""How a person connects a Shopify store: by an app of the store's owner, whose consent gives the token.

Not here: the protocol itself (auth.py), or what is asked for (scopes.py).
"""

from datetime import datetime
from typing import Any

from crossdock.connector.connecting import Answer, Begun, Field, How, NotBelieved, Way
from crossdock.connector.contract import Role
from crossdock.connector.http import Http
from crossdock.platforms.shopify import auth, scopes

CLIENT_ID = Field("client_id", "Client ID")
CLIENT_SECRET = Field("client_secret", "Client secret", secret=True)

OAUTH = Way(
    "app",
    "With an app of the store",
    How.OAUTH,
    "Make an app for the store in Shopify's Dev Dashboard with the redirect address {back}, then give its client ID "
    "and secret here. The store's owner is asked for consent.",
    "Look up the client ID and secret in the Dev Dashboard, and that the app is installed with the scopes named above.",
    (CLIENT_ID, CLIENT_SECRET),
)
OWN_APP = Way(
    "own",
    "With an app of the store's own organisation",
    How.KEYS,
    "Make an app in the Dev Dashboard of the organisation that owns the store, with the scopes named above, and "
    "install it in the store. Its client ID and secret are enough; nobody is asked.",
    "The app must be of the store's own organisation, and installed in the store with the scopes named above.",
    (CLIENT_ID, CLIENT_SECRET),
)


class ShopifyConnecting:
    """See `crossdock.connector.connecting.Connecting`."""

    ways = (OAUTH, OWN_APP)
    address = "your-store.myshopify.com"
    decides = False

    def scopes(self, role: Role) -> tuple[str, ...]:
        return scopes.WANTED[role]

    def begin(self, begun: Begun) -> str:
        if begun.way == OWN_APP.name:
            return ""
        return auth.authorize_url(
            begun.base_url,
            client_id=begun.values["client_id"],
            scopes=self.scopes(begun.role),
            redirect_uri=begun.back,
            state=begun.state,
        )

    async def finish(self, begun: Begun, answer: Answer, http: Http, *, now: datetime) -> dict[str, Any]:
        id, secret = begun.values["client_id"], begun.values["client_secret"]
        if begun.way == OWN_APP.name:
            return await auth.client_credentials(http, begun.base_url, client_id=id, client_secret=secret, now=now)
        try:
            shop, code = auth.verify_callback(answer.query, secret=secret, state=begun.state)
        except auth.CallbackRefused as error:
            raise NotBelieved(str(error)) from error
        if shop != begun.domain:
            raise NotBelieved("another store answered")
        return await auth.exchange_code(http, begun.base_url, client_id=id, client_secret=secret, code=code, now=now)


CONNECTING = ShopifyConnecting()
