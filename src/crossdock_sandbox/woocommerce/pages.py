"""HTML that a shop answers with: its front page, what WordPress says when it is down, what hosts say on their own.

Not for the consent pages (`consent.py`).
"""

from html import escape

from crossdock_sandbox.woocommerce.shop import Shop

HTML = {"Content-Type": "text/html; charset=UTF-8"}
NEVER = {
    "Expires": "Wed, 11 Jan 1984 05:00:00 GMT",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
}
PAUSE = 30  # seconds that a host asks for
# PHP says so in front of whatever it answers, where its owner lets it.
NOTICE = (
    b"<br />\n<b>Deprecated</b>:  Creation of dynamic property Shipping::$zone is deprecated in <b>/a.php</b><br />\n"
)
Answer = tuple[int, dict[str, str], bytes]


def page(status: int, title: str, words: str, headers: dict[str, str] | None = None) -> Answer:
    text = (
        "<!DOCTYPE html>\n<html dir='ltr'>\n<head>\n\t"
        '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />\n\t'
        f'<title>{escape(title)}</title>\n</head>\n<body id="error-page">\n\t{words}\n</body>\n</html>\n'
    )
    return status, {**HTML, **(headers or {})}, text.encode()


def front(shop: Shop, root: str) -> Answer:
    """With the address of the API, in a header and in the page."""
    link = f'<{root}>; rel="https://api.w.org/"'
    words = f"<link rel='https://api.w.org/' href='{escape(root)}' /><h1>{escape(shop.title)}</h1>"
    return page(200, shop.title, words, {"Link": link})


def missing(shop: Shop) -> Answer:
    return page(404, f"Page not found - {shop.title}", "<h1>Page not found</h1>", NEVER)


def maintenance() -> Answer:
    words = "<h1>Briefly unavailable for scheduled maintenance.</h1> Check back in a minute."
    return page(503, "Maintenance", f'<div class="wp-die-message">{words}</div>', {"Retry-After": "600", **NEVER})


def database() -> Answer:
    words = '<div class="wp-die-message"><h1>Error establishing a database connection</h1></div>'
    return page(500, "Database Error", words, NEVER)


def gateway() -> Answer:
    """The host's web server, when PHP does not answer."""
    return page(502, "502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>")


def fatal() -> Answer:
    """A plugin died of the order that was just kept (WordPress's own words)."""
    words = '<div class="wp-die-message"><p>There has been a critical error on this website.</p></div>'
    return page(500, "WordPress &rsaquo; Error", words, NEVER)


def checking() -> Answer:
    """A host's guard that takes a program for a robot, with a status that means well."""
    return page(200, "One moment, please...", "<h1>Please wait while your request is being verified...</h1>")


def too_many(seconds: int = PAUSE) -> Answer:
    """The host's own limit; WooCommerce has none for this API (FACTS, Lists)."""
    return page(429, "429 Too Many Requests", "<center><h1>429 Too Many Requests</h1></center>",
                {"Retry-After": str(seconds)})  # fmt: skip
