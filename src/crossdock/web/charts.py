"""Charts as SVG on the server, by leather. They carry no style: app.css gives them the page's own colours.

Not here: figures (operations).
"""

import re
from collections.abc import Sequence
from itertools import product

import leather
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 720, 190
MOST_STEPS = 4
OPENING = re.compile(r"^<svg [^>]*>")
LONG_NUMBER = re.compile(r"(\d\.\d{1,2})\d+")
leather.theme.margin = 0.012  # leather keeps its measures as values of a module


def columns(counts: Sequence[int], labels: Sequence[str], *, every: int, words: str) -> SafeString:
    """A column for each count; every so many has its label under it. `words` tell those who do not see it. Nothing
    where there is nothing to show."""
    if not any(counts):
        return SafeString("")
    chart, ticks = leather.Chart(), steps(max(counts))
    chart.add_y_scale(0, ticks[-1])
    chart.add_y_axis(ticks=ticks)
    chart.add_x_axis(tick_formatter=lambda _value, place, _count: labels[place] if place % every == 0 else "")
    chart.add_columns([(str(place), count) for place, count in enumerate(counts)])
    opening = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{conditional_escape(words)}">'
    drawn = OPENING.sub(lambda _found: opening, chart.to_svg(width=WIDTH, height=HEIGHT))
    return mark_safe(LONG_NUMBER.sub(r"\1", drawn))  # noqa: S308  ElementTree escapes, and `words` are escaped above


def steps(most: int) -> list[int]:
    """Round figures from 0 to `most` or just above it."""
    sizes = (unit * 10**power for power, unit in product(range(12), (1, 2, 5)))
    step = next(size for size in sizes if size * MOST_STEPS >= most)
    return list(range(0, most + step, step))[: -(-most // step) + 1]
