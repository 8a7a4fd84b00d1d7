"""The name by which a vendor order says which order of the merchant's it is for. Not here: anything else."""

import re

REFERENCE = re.compile(r"cd-\d+-(?P<order>\d+)-\d+-\d+")


def order_of(reference: str | None) -> str:
    """The merchant's order; "" for an order that is not the marketplace's."""
    found = REFERENCE.fullmatch(reference or "")
    return found["order"] if found else ""
