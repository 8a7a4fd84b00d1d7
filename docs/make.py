"""Writes the generated parts of the docs, between their marks; `--check` says which are out of date instead.

Not here: texts that people write.
"""

import importlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

from crossdock import environment
from crossdock.connector.capabilities import Ability
from crossdock.connector.contract import Platform
from crossdock.connector.registry import ROOM, platforms
from crossdock.connector.testing import RULES as CONTRACT
from crossdock.connector.testing import SUBJECTS, quality

DOCS = Path(__file__).parent

# What the matrix calls each capability; all of them, in this order.
ABILITIES = {
    "merchant_role": "the merchant's own store may be there",
    "vendor_role": "a vendor's store may be there",
    "create_order": "orders are placed in the vendor's store",
    "custom_lines": "lines without a product there go along",
    "find_order_by_reference": "an order is found again by our reference",
    "mark_paid": "an order is marked paid later",
    "cancel_order": "an order is cancelled",
    "edit_email": "edited afterwards: e-mail",
    "edit_phone": "edited afterwards: phone",
    "edit_note": "edited afterwards: note",
    "edit_tags": "edited afterwards: tags",
    "edit_attributes": "edited afterwards: details",
    "edit_metafields": "edited afterwards: metafields",
    "edit_shipping_address": "edited afterwards: shipping address",
    "edit_marketing_consent": "edited afterwards: marketing consent",
    "edit_lines": "edited afterwards: items",
    "carry_refunds": "a refund is carried over",
    "read_fulfillments": "the vendor's parcels are read",
    "write_fulfillments": "parcels are written on the merchant's order",
    "partial_fulfillment": "an order is shipped in parts",
    "edit_tracking": "a parcel's tracking is changed",
    "cancel_fulfillment": "a parcel is taken back",
    "webhooks": "the store tells us at once",
    "write_listings": "products are made and changed in the merchant's store",
    "read_catalogue": "a vendor's catalogue is read",
    "stock_compare_and_set": "stock is set only if it is what we think",
    "stock_delta": "stock is changed by a difference",
    "idempotent_levels": "a stock write sent twice counts once",
    "locations": "stock at several places",
    "barcodes": "variants have barcodes",
}
FIGURES = {
    "settle_seconds": "seconds until a write of unknown outcome is settled",
    "most_order_lines": "most lines of an order",
    "most_variants": "most variants of a product",
    "most_options": "most options of a product",
}


def variables() -> str:
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for one in environment.VARIABLES:
        default = one.default if " " in one.default else f"`{one.default}`"
        rows.append(f"| `{one.name}` | {default} | {one.words}{' Secret.' if one.secret else ''} |")
    return "\n".join(rows)


def matrix() -> str:
    """What each platform can do: a table, and below it the reasons in the platforms' own words."""
    kinds = list(platforms().values())
    rows = [f"| | {' | '.join(one.title for one in kinds)} |", f"| --- |{' --- |' * len(kinds)}"]
    for name, words in ABILITIES.items():
        cells = [getattr(one.capabilities, name).can.value for one in kinds]
        rows.append(f"| {words} | {' | '.join(cells)} |")
    for name, words in FIGURES.items():
        cells = [_figure(getattr(one.capabilities, name)) for one in kinds]
        rows.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(["", *rows, *(line for one in kinds for line in _reasons(one)), ""])


def _reasons(platform: Platform) -> list[str]:
    rows = ["", f"## {platform.title}", "", "| | | why |", "| --- | --- | --- |"]
    for name, words in ABILITIES.items():
        ability: Ability = getattr(platform.capabilities, name)
        if ability.why:
            rows.append(f"| {words} | {ability.can.value} | {ability.why} |")
    return rows


def _figure(value: float | None) -> str:
    return "any number" if value is None else f"{value:g}"


def contract() -> str:
    """The rules of the contract suite, by subject."""
    lines: list[str] = []
    for subject in SUBJECTS.split():
        lines += ["", f"## {subject.capitalize()}", "", "| rule | what it says | needs |", "| --- | --- | --- |"]
        for rule in CONTRACT.values():
            if rule.subject == subject:
                asked = [f"{rule.role}_role"] if rule.role else []
                needs = ", ".join(f"`{name}`" for name in (*asked, *rule.needs))
                lines.append(f"| `{rule.name}` | {rule.words} | {needs} |")
    return "\n".join([*lines, ""])


def qualities() -> str:
    """How far each connector is."""
    answers = {one.title: quality.read(_folder(one.name)).rules for one in platforms().values()}
    rows = [f"| | {' | '.join(answers)} |", f"| --- |{' --- |' * len(answers)}"]
    for name, words in quality.RULES.items():
        cells = [rules[name].status if name in rules else "-" for rules in answers.values()]
        rows.append(f"| `{name}`: {words} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _folder(name: str) -> Path:
    return Path(str(importlib.import_module(f"{ROOM}.{name}.platform").__file__)).parent


# mark -> (file, what is written there)
PARTS: dict[str, tuple[Path, Callable[[], str]]] = {
    "variables": (DOCS / "operate" / "settings.md", variables),
    "matrix": (DOCS / "platforms" / "matrix.md", matrix),
    "qualities": (DOCS / "platforms" / "matrix.md", qualities),
    "contract": (DOCS / "platforms" / "contract.md", contract),
}


def main(check: bool) -> int:
    stale = []
    for mark, (file, write) in PARTS.items():
        before = file.read_text(encoding="utf-8")
        after = _between(before, mark, write())
        if after != before:
            stale.append(f"{file.relative_to(DOCS.parent)}: {mark}")
            if not check:
                file.write_text(after, encoding="utf-8")
    if check and stale:
        sys.stderr.write("Out of date, run `make docs`:\n" + "\n".join(stale) + "\n")
        return 1
    return 0


def _between(text: str, mark: str, part: str) -> str:
    start, end = f"<!-- made by docs/make.py: {mark} -->", "<!-- end -->"
    pattern = re.compile(re.escape(start) + r"\n.*?" + re.escape(end), re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise SystemExit(f"{mark}: its marks are not there once")
    return pattern.sub(lambda _: f"{start}\n{part}\n{end}", text)


if __name__ == "__main__":
    raise SystemExit(main(check="--check" in sys.argv[1:]))
