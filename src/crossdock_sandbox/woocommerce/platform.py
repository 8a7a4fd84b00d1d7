"""WooCommerce as the house knows it. Not for anything it does."""

from crossdock_sandbox.platforms import Platform
from crossdock_sandbox.woocommerce import control_catalogue, control_orders, control_shops, dump, front, host

OPS = {**control_shops.OPS, **control_catalogue.OPS, **control_orders.OPS}
PLATFORM = Platform(
    name="woocommerce",
    answer=front.answer,
    create=control_shops.create,
    dump=dump.store,
    ops={name: host.there(act) for name, act in OPS.items()},
    at=front.by_host,
    # maintenance: 503 while WordPress updates itself; database: 500 in HTML; rate_limit: the host's 429 with a pause of
    # `seconds`; blocked: 200 and a page in place of an answer; fatal_after: all done, and an HTML 500; notice: words
    # of PHP before the JSON
    faults={"call": frozenset(("maintenance", "database", "rate_limit", "blocked", "fatal_after", "notice"))},
)
