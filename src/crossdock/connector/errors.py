"""The seven errors a connector may raise, each named for what the engine does next. Anything else is a bug.

Words in them come from the store or from us, never credentials, addresses or e-mails.
"""


class ConnectorError(Exception):
    """What all seven share: where it happened. `call` is the operation's name, e.g. "orderCreate"."""

    def __init__(self, words: str, *, call: str = "", status: int = 0, request_id: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.call = call
        self.status = status
        self.request_id = request_id


NEW_VARIANTS = "new_variants"  # RateLimited.only: making variants, in products new or old


class RateLimited(ConnectorError):
    """Slow down: nothing was done. The engine pauses the store for `retry_after` seconds; where `only` names a kind of
    work, just that waits (Shopify's daily limit of new variants must not stop orders)."""

    def __init__(
        self,
        words: str,
        *,
        retry_after: float,
        only: str = "",
        call: str = "",
        status: int = 0,
        request_id: str = "",
    ) -> None:
        super().__init__(words, call=call, status=status, request_id=request_id)
        self.retry_after = retry_after
        self.only = only


class Unavailable(ConnectorError):
    """The store cannot answer and **nothing was done** (refused connection, 5xx on a read): back off."""


class AuthFailed(ConnectorError):
    """Token revoked, scope missing, app uninstalled: park the store's keys, ask once for re-authorisation."""


class Rejected(ConnectorError):
    """The store refuses this data, for good: hold the key, show the store's words. `code` is the store's, "" if
    none."""

    def __init__(self, words: str, *, code: str = "", call: str = "", status: int = 0, request_id: str = "") -> None:
        super().__init__(words, call=call, status=status, request_id=request_id)
        self.code = code


class Gone(ConnectorError):
    """The object is no longer there: a result, not a failure."""


class OutcomeUnknown(ConnectorError):
    """A write left and no clear answer came: it may or may not be done. Never retried blindly."""


class Unsupported(ConnectorError):
    """The platform cannot be told this accurately. `instead` says what is done in its place."""

    def __init__(self, words: str, *, instead: str = "", call: str = "") -> None:
        super().__init__(words, call=call)
        self.instead = instead
