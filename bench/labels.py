"""Labelled pairs of catalogues: a real (or made-up) one as the vendor's, a disturbed copy of it as the merchant's, and
which variants are the same thing. From a seed.

Not here: measuring (matching.py).
"""

import csv
import gzip
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from msgspec import Struct, structs

from crossdock.core.catalog import Option, Product, Variant

AT = datetime(2026, 11, 1, tzinfo=UTC)
COLOURS = "zwart wit grijs rood blauw groen black white grey red blue green".split()
FILLERS = "premium nieuw original classic luxe sale".split()


class Labelled(Struct, frozen=True):
    """`truth` are (vendor's variant, merchant's variant); `how` names what was done to the merchant's variant."""

    vendor: tuple[Product, ...]
    merchant: tuple[Product, ...]
    truth: frozenset[tuple[str, str]]
    how: dict[str, str]


def catalogue(folder: Path) -> list[Product]:
    """All products of the real catalogues there (exports of Shopify's kind), their ids made distinct."""
    found: list[Product] = []
    for number, path in enumerate(sorted(folder.glob("*.csv.gz"))):
        found += _read_shopify(path, f"c{number}p")
    return found


def maker(products: Iterable[Product]) -> str:
    """Whose name most of them carry."""
    return Counter(each.vendor_name for each in products).most_common(1)[0][0]


def _read_shopify(path: Path, mark: str) -> list[Product]:
    rows: dict[str, list[dict[str, str]]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not {"Handle", "Title", "Variant SKU"} <= set(reader.fieldnames or ()):
            return []  # another platform's, or no catalogue
        for row in reader:
            rows.setdefault(row["Handle"], []).append(row)
    return [_product(f"{mark}{number}", group) for number, group in enumerate(rows.values())]


def _product(product_id: str, rows: list[dict[str, str]]) -> Product:
    head = rows[0]
    names = [head.get(f"Option{place} Name") or "" for place in (1, 2, 3)]
    names = [name for name in names if name]
    variants = []
    for number, row in enumerate(rows):
        values = tuple(row.get(f"Option{place} Value") or "" for place in range(1, len(names) + 1))
        if number and not any(values):
            continue  # a picture's row
        variants.append(
            Variant(
                id=f"{product_id}-{number}",
                product_id=product_id,
                options=values,
                sku=row.get("Variant SKU") or "",
                barcode=row.get("Variant Barcode") or "",
                price=_price(row.get("Variant Price") or ""),
            )
        )
    options = tuple(
        Option(name, tuple(dict.fromkeys(variant.options[place] for variant in variants)))
        for place, name in enumerate(names)
    )
    return Product(
        id=product_id, title=head["Title"], updated_at=AT, vendor_name=head.get("Vendor") or "", options=options,
        variants=tuple(variants),
    )  # fmt: skip


def _price(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def made_up(products: int, seed: int) -> list[Product]:
    """A catalogue of our own, with options: clothes in colours and sizes, goods in millilitres and packs."""
    rng = random.Random(seed)
    found = []
    for number in range(products):
        kind, title = rng.choice(KINDS), f"{rng.choice(STYLES)} {rng.choice(STUFFS)}"
        made = _made_up(f"own{number}", f"{title} {rng.choice(NAMES)} {kind}", number, rng)
        found.append(made)
    return found


STYLES = "Slim Loose Nordic Vintage Alpine Coastal Urban Rustic Little Grand Silent Royal".split()
STUFFS = "Linen Wool Cotton Oak Steel Ceramic Bamboo Leather Glass Velvet".split()
NAMES = "Birka Sigtuna Visby Lund Kalmar Ystad Umeå Gävle Falun Borås Skövde Motala Åre Vara".split()
KINDS = "Shirt Jacket Chair Lamp Bowl Bag Soap Candle Rug Scarf".split()
_OPTIONS = (
    (("Size", ("S", "M", "L", "XL")), ("Colour", ("Black", "White", "Red"))),
    (("Volume", ("250 ml", "500 ml", "1 l")),),
    (("Pack", ("1 pcs", "2 x 500 ml", "6-pack")),),
    (),
)


def _made_up(product_id: str, title: str, number: int, rng: random.Random) -> Product:
    chosen = rng.choice(_OPTIONS)
    combinations: list[tuple[str, ...]] = [()]
    for _, values in chosen:
        combinations = [(*before, value) for before in combinations for value in values]
    price = Decimal(rng.randint(500, 20000)) / 100
    variants = tuple(
        Variant(
            id=f"{product_id}-{place}", product_id=product_id, options=values, price=price,
            sku=f"{title[:2].upper()}{number:04d}-{place}", barcode=barcode(number * 100 + place),
        )
        for place, values in enumerate(combinations)
    )  # fmt: skip
    options = tuple(Option(name, values) for name, values in chosen)
    return Product(id=product_id, title=title, updated_at=AT, vendor_name="Own", options=options, variants=variants)


def barcode(number: int) -> str:
    """A valid EAN-13."""
    body = f"73{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def label(products: Sequence[Product], seed: int) -> Labelled:
    """The catalogue beside a disturbed copy: each product is disturbed in one or two ways, some are at one side only,
    and some of the merchant's have a near-duplicate."""
    rng = random.Random(seed)
    vendor: list[Product] = []
    merchant: list[Product] = []
    truth: list[tuple[str, str]] = []
    how: dict[str, str] = {}
    for product in products:
        name, copies, kept = _disturbed(product, rng)
        vendor.append(product)
        merchant += copies
        if kept is not None:
            truth += [(variant.id, f"m-{variant.id}") for variant in product.variants]
        how |= {variant.id: name for copy in copies for variant in copy.variants}
    rng.shuffle(merchant)
    return Labelled(tuple(vendor), tuple(merchant), frozenset(truth), how)


def _disturbed(product: Product, rng: random.Random) -> tuple[str, list[Product], Product | None]:
    """What was done, the merchant's products it makes, and which of them is the same thing (None: none is)."""
    copy = _copy(product)
    name = rng.choice(tuple(_WAYS))
    if name == "removed":
        return name, [], None
    if name == "only near-duplicate":
        return name, [_near_duplicate(copy, rng, steal=False)], None
    if name == "only near-duplicate with the same SKU":
        return name, [_near_duplicate(copy, rng, steal=True)], None
    if name == "only a copy with all its numbers":
        return name, [_copied(copy, rng)], None
    if name == "same SKU on something else":
        return name, [_stranger(copy, rng)], None
    for way in _WAYS[name]:
        copy = way(copy, rng)
    extra = [_near_duplicate(copy, rng, steal=False)] if rng.random() < 0.15 else []
    return name, [copy, *extra], copy


def _copy(product: Product) -> Product:
    variants = tuple(
        structs.replace(variant, id=f"m-{variant.id}", product_id=f"m-{product.id}") for variant in product.variants
    )
    return structs.replace(product, id=f"m-{product.id}", variants=variants)


Way = Callable[[Product, random.Random], Product]


def _on_variants(change: Callable[[Variant, random.Random], Variant]) -> Way:
    def way(product: Product, rng: random.Random) -> Product:
        return structs.replace(product, variants=tuple(change(each, rng) for each in product.variants))

    return way


def edit_title(product: Product, rng: random.Random) -> Product:
    """One of: a word dropped (never a figure), one added, a slip, another order, capitals."""
    words = product.title.split(" ")
    plain = [place for place, word in enumerate(words) if len(word) > 3 and not re.search(r"\d", word)]
    kind = rng.randrange(5)
    if kind == 0 and len(plain) > 2:
        words.pop(rng.choice(plain))
    elif kind == 1:
        words.insert(0, rng.choice(FILLERS).title())
    elif kind == 2 and plain:
        place = rng.choice(plain)
        at = rng.randrange(2, len(words[place]))
        words[place] = words[place][:at] + words[place][at] + words[place][at:]
    elif kind == 3 and " - " in product.title:
        parts = product.title.split(" - ")
        rng.shuffle(parts)
        words = " - ".join(parts).split(" ")
    else:
        words = [word.upper() for word in words]
    return structs.replace(product, title=" ".join(words))


def rename_options(product: Product, rng: random.Random) -> Product:
    """Other names, another order; the values stay."""
    order = list(range(len(product.options)))
    rng.shuffle(order)
    options = tuple(structs.replace(product.options[place], name=f"Option {place + 1}") for place in order)
    variants = tuple(
        structs.replace(each, options=tuple(each.options[place].upper() for place in order))
        for each in product.variants
    )
    return structs.replace(product, options=options, variants=variants)


def _drop_sku(variant: Variant, rng: random.Random) -> Variant:
    return structs.replace(variant, sku="")


def _repeat_sku(variant: Variant, rng: random.Random) -> Variant:
    return structs.replace(variant, sku=rng.choice(("1", "default", "SKU-REPEATED", "0000")))


def _own_sku(variant: Variant, rng: random.Random) -> Variant:
    return structs.replace(variant, sku=f"MP-{rng.randrange(10**6):06d}")


def _spell_sku(variant: Variant, rng: random.Random) -> Variant:
    return structs.replace(variant, sku=f" {variant.sku.lower()}") if variant.sku else variant


def _drop_barcode(variant: Variant, rng: random.Random) -> Variant:
    return structs.replace(variant, barcode="")


def _spell_barcode(variant: Variant, rng: random.Random) -> Variant:
    digits = variant.barcode.strip("'")
    spelt = rng.choice((f"'{digits}", f"0{digits}", f" {digits[:4]} {digits[4:]}", f"{digits}.0"))
    return structs.replace(variant, barcode=spelt if digits else "")


def _break_barcode(variant: Variant, rng: random.Random) -> Variant:
    """A digit wrong: no number at all, so it must count for nothing."""
    digits = variant.barcode.strip("'")
    return structs.replace(variant, barcode=digits[:-1] + str((int(digits[-1]) + 1) % 10) if digits.isdigit() else "")


def _near_duplicate(product: Product, rng: random.Random, *, steal: bool) -> Product:
    """Something else that looks much alike: another figure, colour, or one more word; `steal`: with its SKUs."""
    title = _other_title(product.title, rng)
    mark = f"{product.id}-near"
    variants = tuple(
        structs.replace(
            each, id=f"{each.id}-near", product_id=mark, barcode="",
            sku=each.sku if steal else rng.choice(("", f"{each.sku}X")),
        )
        for each in product.variants
    )  # fmt: skip
    return structs.replace(product, id=mark, title=title, variants=variants)


def _copied(product: Product, rng: random.Random) -> Product:
    """Made from it at the merchant's by copying, SKU and barcode included, then given another figure or colour."""
    title = next(
        (each for each in (_other_title(product.title, rng) for _ in range(20)) if not _new_words(product.title, each)),
        f"{product.title} 2 x",
    )
    return structs.replace(product, title=title)


def _new_words(before: str, after: str) -> set[str]:
    plain = set(re.findall(r"[^\W\d_]+", after.lower())) - set(re.findall(r"[^\W\d_]+", before.lower()))
    return plain - set(COLOURS)


def _other_title(title: str, rng: random.Random) -> str:
    numbers = list(re.finditer(r"\d+", title))
    if numbers and rng.random() < 0.6:
        one = rng.choice(numbers)
        return f"{title[: one.start()]}{int(one[0]) + rng.choice((1, 2, 5, 10)):0{len(one[0])}d}{title[one.end() :]}"
    for colour in COLOURS:
        if found := re.search(rf"\b{colour}\b", title, re.IGNORECASE):
            place = COLOURS.index(colour) % 6  # the two languages side by side
            other = rng.choice([each for at, each in enumerate(COLOURS) if at % 6 != place])
            return title[: found.start()] + other + title[found.end() :]
    words = title.split()
    words[rng.randrange(len(words))] = rng.choice(("Vervanging", "Refill", "Holder", "Mini"))
    return " ".join(words)


def _stranger(product: Product, rng: random.Random) -> Product:
    """Another article that happens to have the same SKU: shops count theirs alike."""
    title = product.title
    while set(title.split()) & set(product.title.split()):
        title = f"{rng.choice(STYLES)} {rng.choice(STUFFS)} {rng.choice(NAMES)} {rng.choice(KINDS)}"
    return structs.replace(_near_duplicate(product, rng, steal=True), title=title)


_WAYS: dict[str, tuple[Way, ...]] = {
    "as it is": (),
    "title edited": (edit_title,),
    "title edited, barcode dropped": (edit_title, _on_variants(_drop_barcode)),
    "SKU dropped": (_on_variants(_drop_sku),),
    "SKU and barcode dropped": (_on_variants(_drop_sku), _on_variants(_drop_barcode)),
    "title edited, SKU and barcode dropped": (edit_title, _on_variants(_drop_sku), _on_variants(_drop_barcode)),
    "SKU repeated": (_on_variants(_repeat_sku),),
    "SKU repeated, barcode dropped": (_on_variants(_repeat_sku), _on_variants(_drop_barcode)),
    "own SKU, title edited": (_on_variants(_own_sku), edit_title),
    "SKU spelt otherwise, barcode dropped": (_on_variants(_spell_sku), _on_variants(_drop_barcode)),
    "options renamed": (rename_options,),
    "options renamed, SKU and barcode dropped": (
        rename_options, _on_variants(_drop_sku), _on_variants(_drop_barcode),
    ),
    "barcode spelt otherwise, SKU dropped": (_on_variants(_spell_barcode), _on_variants(_drop_sku)),
    "barcode broken": (_on_variants(_break_barcode),),
    "removed": (),
    "only near-duplicate": (),
    "only near-duplicate with the same SKU": (),
    "only a copy with all its numbers": (),
    "same SKU on something else": (),
}  # fmt: skip


def many(products: Iterable[Product], times: int) -> list[Product]:
    """The catalogue over and over, each copy with a word, numbers and ids of its own: for sheer size."""
    found: list[Product] = []
    for product in products:
        for copy in range(times):
            variants = tuple(
                structs.replace(
                    each, id=f"{each.id}~{copy}", product_id=f"{product.id}~{copy}",
                    sku=f"{each.sku}-{copy}" if each.sku else "", barcode=barcode(len(found) * 100 + place),
                )
                for place, each in enumerate(product.variants)
            )  # fmt: skip
            word = NAMES[copy % len(NAMES)] + STYLES[copy // len(NAMES) % len(STYLES)].lower()
            found.append(
                structs.replace(
                    product, id=f"{product.id}~{copy}", title=f"{product.title} {word} {copy}", variants=variants
                )
            )
    return found
