"""How a person connects a Vendure store: with an API key, or as an administrator.

Not here: the protocol itself (auth.py).
"""

from datetime import datetime
from typing import Any

from crossdock.connector.connecting import Answer, Begun, Field, How, Way
from crossdock.connector.contract import Role
from crossdock.connector.http import Http
from crossdock.platforms.vendure import auth
from crossdock.platforms.vendure.catalog import PERMISSIONS

ROLE = (
    "Make a role that is allowed what is named above, in the one channel whose goods are to be sold (Settings, Roles), "
)
KEY = Way(
    "key",
    "With an API key",
    How.KEYS,
    ROLE
    + "then an API key with that role, made while that channel is chosen. The key is shown once. Keys want Vendure "
    "3.6 or newer, with 'api-key' among its authOptions.tokenMethod.",
    "Make a new API key with a role that is allowed all of this, in one channel only.",
    (
        Field("api_key", "API key", "has a colon in its middle", secret=True, longest=300),
        Field("channel", "Channel token", "shown under Settings, Channels; the only channel has one too"),
    ),
)
LOGIN = Way(
    "login",
    "As an administrator",
    How.KEYS,
    ROLE + "then an administrator of its own for Crossdock with that role (Settings, Administrators). The password is "
    "used once and is not kept; what is kept is a session.",
    "Look up the administrator's e-mail address and password, and that its role is allowed all of this.",
    (
        Field("identifier", "E-mail address of the administrator"),
        Field("password", "Password", secret=True),
    ),
)


class VendureConnecting:
    """See `crossdock.connector.connecting.Connecting`."""

    ways = (KEY, LOGIN)
    address = "shop.example, where /admin-api is"
    decides = False

    def scopes(self, role: Role) -> tuple[str, ...]:
        return PERMISSIONS

    def begin(self, begun: Begun) -> str:
        return ""

    async def finish(self, begun: Begun, answer: Answer, http: Http, *, now: datetime) -> dict[str, Any]:
        if begun.way == KEY.name:
            key, channel = (begun.values[name].strip() for name in ("api_key", "channel"))
            return await auth.with_key(http, begun.base_url, key=key, channel=channel)
        return await auth.log_in(
            http, begun.base_url, name=begun.values["identifier"].strip(), password=begun.values["password"]
        )


CONNECTING = VendureConnecting()
