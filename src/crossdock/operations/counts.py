"""How many there are, as far as a person wants to know it: beyond MOST_COUNTED it is "more than that", since counting
two hundred thousand rows takes longer than all else on a page. Not here: what is counted."""

MOST_COUNTED = 10_000


def told(number: int) -> str:
    """In a form for any language."""
    return str(number) if number <= MOST_COUNTED else f"{MOST_COUNTED}+"
