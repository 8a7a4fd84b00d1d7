"""Squarespace in the sandbox: PLATFORM, as `crossdock_sandbox/platforms.py` wants it.

Not for any behaviour: that is in the files named here.
"""

from crossdock_sandbox.platforms import Platform
from crossdock_sandbox.squarespace import control_orders, control_products, control_sites, dump, front

PLATFORM = Platform(
    name="squarespace",
    answer=front.answer,
    create=control_sites.create,
    dump=dump.store,
    ops={**control_sites.OPS, **control_products.OPS, **control_orders.OPS},
    at=front.at,
    # throttle: the site cools down from now on; in_flight: the work is done a little later, and 409 said of it now
    faults={"call": frozenset(("throttle", "in_flight"))},
)
