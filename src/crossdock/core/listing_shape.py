"""Options: a vendor's made fit to be had by a merchant, and one product's read in the terms of another's.

Options are renamed, reordered, split ("Red M" to Red and M) and merged; pairs of variants that are the same thing show
how. Not here: which variants are made or removed (listing_variants.py).
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from crossdock.core.catalog import Product, Variant
from crossdock.core.listing_problems import Flaw, NotOffered, Problem, Why
from crossdock.core.listing_text import line, same

Row = tuple[str, ...]


class Limits(Struct, frozen=True):
    """What one product of the merchant's platform may have (connector/capabilities.py; None = any number)."""

    most_variants: int | None = None
    most_options: int | None = None


class Shape(Struct, frozen=True):
    """Option names, and the values of each variant by its id."""

    names: Row
    rows: dict[str, Row]


def key(row: Row) -> Row:
    """What rows are compared by."""
    return tuple(same(value) for value in row)


def vendor_shape(
    vendor: Product, limits: Limits, linked: frozenset[str]
) -> tuple[Shape, list[Problem], list[NotOffered]]:
    """The vendor's options as a merchant can have them: three where it has three, values cut, each combination once.
    Of two alike the linked one stays, else the first."""
    problems: list[Problem] = []
    refused: list[NotOffered] = []
    names = _names(vendor, problems)
    rows: dict[str, Row] = {}
    seen: dict[Row, str] = {}
    for variant in sorted(vendor.variants, key=lambda one: one.id not in linked):
        row = tuple(line(value, "options")[0] for value in variant.options)
        if len(row) != len(names) or not all(row):
            refused.append(NotOffered(variant.id, Why.VALUE_MISSING))
        elif (twin := seen.setdefault(key(row), variant.id)) != variant.id:
            refused.append(NotOffered(variant.id, Why.DUPLICATE_OPTIONS))
            problems.append(
                Problem(Flaw.DUPLICATE_OPTIONS, "options", {"options": list(row), "of": [twin, variant.id]})
            )
        else:
            rows[variant.id] = row
    shape = Shape(names, {variant.id: rows[variant.id] for variant in vendor.variants if variant.id in rows})
    if limits.most_options is not None and len(names) > limits.most_options:
        problems.append(Problem(Flaw.OPTIONS_FOLDED, "options", {"options": list(names), "most": limits.most_options}))
        shape = _folded(shape, limits.most_options)
    return shape, problems, refused


def _names(vendor: Product, problems: list[Problem]) -> Row:
    names: list[str] = []
    for number, option in enumerate(vendor.options, 1):
        # Shopify refuses " / " in a name: it stands between values (FACTS section 6)
        name, cut = line(option.name.replace(" / ", "/"), "options")
        problems.extend(cut)
        name = name or f"Option {number}"
        name = name if same(name) not in map(same, names) else f"{name} {number}"
        if not cut and same(name) != same(option.name):
            problems.append(Problem(Flaw.OPTIONS_RENAMED, "options", {"name": option.name, "now": name}))
        names.append(name)
    problems.extend(
        problem for option in vendor.options for value in option.values for problem in line(value, "options")[1]
    )
    return tuple(names)


def _folded(shape: Shape, most: int) -> Shape:
    """The last options told as one: nothing is left out, and every variant stays apart."""
    head = most - 1
    joined = {one: (*row[:head], line(", ".join(row[head:]), "options")[0]) for one, row in shape.rows.items()}
    return Shape((*shape.names[:head], line(", ".join(shape.names[head:]), "options")[0]), joined)


def options_of(names: Row, rows: Sequence[Row]) -> tuple[tuple[str, Row], ...]:
    """Names with all their values, in the order in which rows have them."""
    return tuple(
        (name, tuple(dict.fromkeys(row[at] for row in rows if len(row) == len(names)))) for at, name in enumerate(names)
    )


def names_of(product: Product) -> Row:
    return tuple(option.name for option in product.options)


def rows_of(variants: Sequence[Variant]) -> dict[str, Row]:
    return {variant.id: variant.options for variant in variants}


Translation = Callable[[Row], Row | None]
_Part = Callable[[Row], str | None]
_MARKS = (" / ", " | ", ", ", " - ", "/", "-", "_", " ")


def translation(pairs: Sequence[tuple[Row, Row]], old_names: Row, new_names: Row) -> Translation | None:
    """How rows of the old options read in the new ones, learnt from pairs of rows that are the same variant; None when
    there is no telling. A row with a value never seen may still be untranslatable: then its answer is None."""
    if not pairs:
        return _by_name(old_names, new_names)
    if any(len(old) != len(old_names) or len(new) != len(new_names) for old, new in pairs):
        return None
    parts: list[_Part] = []
    used: set[int] = set()
    for at in range(len(new_names)):
        part = _part(pairs, at, old_names, new_names, used)
        if part is None:
            return None
        parts.append(part)
    return lambda row: _whole(row, parts)


def _whole(row: Row, parts: Sequence[_Part]) -> Row | None:
    values = tuple(part(row) for part in parts)
    said = tuple(value for value in values if value)
    return said if len(said) == len(values) else None


def _by_name(old_names: Row, new_names: Row) -> Translation | None:
    """Without a pair only equal names say anything."""
    old, new = key(old_names), key(new_names)
    if sorted(old) != sorted(new) or not new:
        return None
    order = [old.index(name) for name in new]
    return lambda row: tuple(row[at] for at in order)


def _part(pairs: Sequence[tuple[Row, Row]], at: int, old_names: Row, new_names: Row, used: set[int]) -> _Part | None:
    """How one new value comes of an old row: literal evidence first, then what is only consistent."""
    wanted = [new[at] for _, new in pairs]
    olds = [old for old, _ in pairs]
    if (place := _same_at(olds, wanted, old_names, new_names[at], used)) is not None:
        used.add(place)
        return _at(place)
    if (part := _split(olds, wanted) or _joined(olds, wanted)) is not None:
        return part
    if len(old_names) == len(new_names) and (place := _renamed_at(olds, wanted, at, used)) is not None:
        used.add(place)
        return _mapped(olds, wanted, place, keep=True)
    if len(set(map(same, wanted))) == 1:
        return lambda row: wanted[0]
    for place in range(len(old_names)):
        if _follows(olds, wanted, place):
            return _mapped(olds, wanted, place, keep=False)
    return None


def _at(place: int) -> _Part:
    return lambda row: row[place]


def _same_at(olds: Sequence[Row], wanted: Sequence[str], old_names: Row, name: str, used: set[int]) -> int | None:
    """The old option whose values are these already; by its name where several are."""
    fits = [
        place
        for place in range(len(old_names))
        if place not in used and all(same(old[place]) == same(value) for old, value in zip(olds, wanted, strict=True))
    ]
    return min(fits, key=lambda place: same(old_names[place]) != same(name), default=None)


def _split(olds: Sequence[Row], wanted: Sequence[str]) -> _Part | None:
    """A piece of one old value ("Red M")."""
    for place in range(len(olds[0])):
        for mark in _MARKS:
            for take in (_first, _rest, _before_last, _last):
                if all(same(take(old[place], mark)) == same(value) for old, value in zip(olds, wanted, strict=True)):
                    return lambda row, place=place, mark=mark, take=take: take(row[place], mark) or None  # type: ignore[misc]
    return None


def _first(value: str, mark: str) -> str:
    return value.split(mark, 1)[0] if mark in value else ""


def _rest(value: str, mark: str) -> str:
    return value.split(mark, 1)[1] if mark in value else ""


def _before_last(value: str, mark: str) -> str:
    return value.rsplit(mark, 1)[0] if mark in value else ""


def _last(value: str, mark: str) -> str:
    return value.rsplit(mark, 1)[1] if mark in value else ""


def _joined(olds: Sequence[Row], wanted: Sequence[str]) -> _Part | None:
    """All old values in a row."""
    if len(olds[0]) < 2:
        return None
    for mark in _MARKS:
        for step in (1, -1):
            if all(same(mark.join(old[::step])) == same(value) for old, value in zip(olds, wanted, strict=True)):
                return lambda row, mark=mark, step=step: mark.join(row[::step])  # type: ignore[misc]
    return None


def _follows(olds: Sequence[Row], wanted: Sequence[str], place: int) -> bool:
    """Whether each old value there goes with one new value."""
    seen: dict[str, str] = {}
    return all(
        seen.setdefault(same(old[place]), same(value)) == same(value) for old, value in zip(olds, wanted, strict=True)
    )


def _renamed_at(olds: Sequence[Row], wanted: Sequence[str], at: int, used: set[int]) -> int | None:
    """The old option whose values these are by other names, one for one."""
    places = [place for place in range(len(olds[0])) if place not in used and _follows(olds, wanted, place)]
    apart = [place for place in places if len({same(old[place]) for old in olds}) == len(set(map(same, wanted)))]
    return min(apart, key=lambda place: place != at, default=None)


def _mapped(olds: Sequence[Row], wanted: Sequence[str], place: int, *, keep: bool) -> _Part:
    """By the values seen; one never seen stays as it is, or cannot be said."""
    table = {same(old[place]): value for old, value in zip(olds, wanted, strict=True)}
    return lambda row: table.get(same(row[place]), row[place] if keep else None)
