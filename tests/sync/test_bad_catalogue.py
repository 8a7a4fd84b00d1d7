"""Odd products of vendors, from their store to the listing: what can be carried is carried exactly, what cannot is told
with its field and a cure, and none holds up another.

Not here: odd stock (test_bad_catalogue_stock.py), what happens meanwhile (test_bad_catalogue_races.py).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from crossdock.core.listing_text import MOST_HTML
from crossdock.web.phrases_catalogue import FLAWS
from crossdock.web.phrases_flaws import cure
from tests.sync.listing_world import Shown, agrees, at_vendor, listing, offer, offering, twin
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


class Case(Struct, frozen=True):
    """One product of the vendor's; what of it has to be at the merchant (None = nothing is), and what is told."""

    product: Shown
    shown: Shown | None
    told: tuple[tuple[str, str], ...] = ()  # (code, field)
    not_offered: tuple[str, ...] = ()


def one(sku: str = "P", **more: Any) -> Shown:
    """A variant."""
    return {"sku": sku, "price": "5.00", "inventory": 3} | more


def goods(title: str = "Plain", *variants: Shown, **more: Any) -> Shown:
    return {"title": title, "variants": list(variants) or [one()]} | more


WORDS = {
    "as it should be": Case(goods("Cup", tags=["blue"]), {"title": "Cup", "tags": ["blue"]}),
    "a title too long": Case(goods("T" * 300), {"title": "T" * 255}, (("text_cut", "title"),)),
    "no title": Case(goods(""), None, (("title_missing", "title"),)),
    "a title of spaces": Case(goods(" \t "), None, (("title_missing", "title"),)),
    "from right to left, with emoji": Case(
        goods("قميص 👕 שלום", one(options=["أحمر 🔴"]), options=["اللون"], tags=["🎉 party", "عربي"]),
        {"title": "قميص 👕 שלום", "tags": ["عربي", "🎉 party"], "options": [{"name": "اللون", "values": ["أحمر 🔴"]}]},
    ),
    "a handle in another script": Case(goods("Handle", handle="ハンドル-ünï"), {"handle": "handle"}),
    "two hundred and fifty tags": Case(
        goods("250", tags=[f"t{number:03}" for number in range(250)]),
        {"tags": [f"t{number:03}" for number in range(250)]},
    ),
    "more tags than that": Case(
        goods("260", tags=[f"t{number:03}" for number in range(260)]),
        {"tags": [f"t{number:03}" for number in range(250)]},
        (("tags_cut", "tags"),),
    ),
    "a tag too long": Case(goods("Tag", tags=["x" * 300, "ok"]), {"tags": ["ok", "x" * 255]}, (("tags_cut", "tags"),)),
    "tags alike but for case": Case(goods("Tags", tags=["Wool", "wool "]), {"tags": ["Wool"]}),
    "scripts": Case(
        goods("Script", html='<p onclick="x()">Hi</p><script>x()</script><a href="javascript:x()">there</a>'),
        {"html": '<p>Hi</p><a rel="nofollow noopener">there</a>'},
    ),
    "a film in the description": Case(
        goods("Film", html='<p>See</p><iframe src="https://films.test/1"></iframe>'),
        {"html": "<p>See</p>"},
        (("html_parts", "description"),),
    ),
    "html nested too deeply": Case(
        goods("Deep", html="<div>" * 900 + "deep"), {"html": "deep"}, (("html_too_deep", "description"),)
    ),
    "NUL characters": Case(
        goods(
            "N\0ul", one("N\0-1", barcode="4\0", options=["S\0"]), html="<p>a\0b</p>", tags=["t\0ag"], options=["O\0"]
        ),
        {"title": "Nul", "html": "<p>ab</p>", "tags": ["tag"], "options": [{"name": "O", "values": ["S"]}]},
    ),
}
PRICES = {
    "for nothing": Case(
        goods("Free", one(price="0.00")), {"variants": [{"price": "0.00"}]}, (("price_free", "price"),)
    ),
    "below zero": Case(
        goods("Negative", one(price="-5.00")),
        None,
        (("price_missing", "price"), ("nothing_to_offer", "")),
        ("no_price",),
    ),
    "one of two below zero": Case(
        goods("One", one("P-1", price="-5.00", options=["a"]), one("P-2", options=["b"]), options=["S"]),
        {"variants": [{"sku": "P-2", "price": "5.00"}]},
        (("price_missing", "price"),),
        ("no_price",),
    ),
    "an odd scale": Case(goods("Scale", one(price="19.999")), {"variants": [{"price": "20.00"}]}),
    "a price before below it": Case(
        goods("Before", one(compare_at="4.00")), {"variants": [{"price": "5.00", "compare_at": None}]}
    ),
    "the same price before": Case(goods("Same", one(compare_at="5.00")), {"variants": [{"compare_at": None}]}),
    "a price before above it": Case(goods("Cut", one(compare_at="6")), {"variants": [{"compare_at": "6.00"}]}),
}
VARIANTS = {
    "a barcode with an apostrophe": Case(
        goods("Code", one(barcode="'4006381333931")), {"variants": [{"barcode": "'4006381333931"}]}
    ),
    "codes too long": Case(
        goods("Long codes", one("S" * 300, barcode="4" * 300)),
        {"variants": [{"sku": "", "barcode": "", "price": "5.00"}]},
        (("code_too_long", "sku"), ("code_too_long", "barcode")),
    ),
    "one SKU on two variants": Case(
        goods("Twice", one(options=["a"]), one(options=["b"]), options=["S"]),
        {"variants": [{"sku": "P", "options": ["a"]}, {"sku": "P", "options": ["b"]}]},
    ),
    "weights in four units": Case(
        goods(
            "Weights",
            one("1", options=["kg"], weight=1.25, weight_unit="KILOGRAMS"),
            one("2", options=["lb"], weight=0.1, weight_unit="POUNDS"),
            one("3", options=["oz"], weight=3, weight_unit="OUNCES"),
            one("4", options=["g"], weight=0.5),
            options=["Unit"],
        ),
        {"variants": [{"weight": 1250.0}, {"weight": 45.359}, {"weight": 85.049}, {"weight": 0.5}]},
    ),
    "stock that is not counted": Case(goods("Uncounted", one(tracked=False)), {"variants": [{"tracked": False}]}),
}
OPTIONS = {
    "names alike but for case": Case(
        goods("Alike", one("1", options=["S", "M"]), one("2", options=["S", "L"]), options=["Size", "size"]),
        {"options": [{"name": "Size", "values": ["S"]}, {"name": "size 2", "values": ["M", "L"]}]},
        (("options_renamed", "options"),),
    ),
    "a name that a store does not take": Case(
        goods("Slash", one(options=["S / slim"]), options=["Size / Cut"]),
        {"options": [{"name": "Size/Cut", "values": ["S / slim"]}]},
        (("options_renamed", "options"),),
    ),
    "no name": Case(
        goods("Nameless", one("1", options=["a"]), one("2", options=["b"]), options=["  "]),
        {"options": [{"name": "Option 1", "values": ["a", "b"]}]},
        (("options_renamed", "options"),),
    ),
    "a combination twice": Case(
        goods("Repeated", *(one(value + at, options=[value]) for value, at in ("S1", "S2", "M3")), options=["Size"]),
        {"variants": [{"sku": "S1"}, {"sku": "M3"}]},
        (("duplicate_options", "options"),),
        ("duplicate_options",),
    ),
    "values alike but for case": Case(
        goods("Case", one("1", options=["Red"]), one("2", options=["red"]), options=["Colour"]),
        {"variants": [{"sku": "1", "options": ["Red"]}]},
        (("duplicate_options", "options"),),
        ("duplicate_options",),
    ),
    "a value listed twice": Case(
        goods("Listed", one("1", options=["S"]), one("2", options=["M"]), options=[{"name": "A", "values": [*"SS"]}]),
        {"options": [{"name": "A", "values": ["S", "M"]}]},
    ),
    "a value too long": Case(
        goods("Values", one("1", options=["v" * 300]), options=["O"]),
        {"options": [{"name": "O", "values": ["v" * 255]}]},
        (("text_cut", "options"),),
    ),
    "a value missing": Case(
        goods("Blank", one("1", options=[" "]), one("2", options=["b"]), options=["A"]),
        {"variants": [{"sku": "2"}]},
        (),
        ("value_missing",),
    ),
    "more options than there may be": Case(
        goods("Four", one("1", options=[*"1234"]), one("2", options=[*"1235"]), options=[*"ABCD"]),
        {"options": [{"name": "A", "values": ["1"]}, {"name": "B", "values": ["2"]},
                     {"name": "C, D", "values": ["3, 4", "3, 5"]}]},
        (("options_folded", "options"),),
    ),
    "the name that stands for no options, beside another": Case(
        goods("Standing", one("1", options=["Default Title", "b"]), options=["Title", "Size"]),
        {"variants": [{"options": ["Default Title", "b"]}]},
    ),
}  # fmt: skip
PICTURES = {
    "three hundred": Case(
        goods("300", media=[f"https://cdn.test/{number}.jpg" for number in range(300)]),
        {"media": 250},
        (("media_cut", "media"),),
    ),
    "addresses that are none": Case(
        goods("Addresses", media=["ftp://cdn.test/a.jpg", "nonsense", "https://cdn.test/b.jpg"]),
        {"media": 1},
        (("media_missing", "media"),),
    ),
    "none": Case(goods("None"), {"media": 0}),
}


@pytest.mark.parametrize(
    "cases",
    [WORDS | PRICES, VARIANTS | OPTIONS, PICTURES],
    ids=["words and prices", "variants and options", "pictures"],
)
def test_what_can_be_carried_is_and_what_cannot_is_told(database: str, cases: dict[str, Case]) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        ids = {name: await sold(world, case.product) for name, case in cases.items()}
        await world.quiet()
        await world.sweep()  # a delivery does not tell weights
        await offer(world)
        found = {name: await described(world, ids[name], case.shown) for name, case in cases.items()}
        assert found == {name: expected(case) for name, case in cases.items()}
        assert await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL") == []
        await agrees(world)

    play(database, scenario)


async def sold(world: World, product: Shown) -> str:
    """The vendor has a product more."""
    made = await world.control("add_product", store="vendor1", product={"vendor": "Vendor 1"} | product)
    return str(made["id"])


async def described(world: World, product: str, like: Shown | None) -> Shown:
    row = await listing(world, product)
    there = await twin(world, product)
    told = [(each["code"], each.get("field", "")) for each in row["problems"]]
    for problem in row["problems"]:
        assert str(FLAWS[problem["code"]])
        assert "?" not in cure(problem["code"], problem.get("seen")), problem
    return {
        "state": row["state"],
        "told": told,
        "not_offered": [each["why"] for each in row["not_offered"]],
        "shown": None if there is None else part(there, like or {}),
    }


def expected(case: Case) -> Shown:
    state = "wanted" if case.shown is None else "live"
    return {"state": state, "told": [*case.told], "not_offered": [*case.not_offered], "shown": case.shown}


def part(of: Shown, like: Shown) -> Shown:
    """Only what `like` names of a product and its variants; of pictures how many there are."""
    found = {name: of[name] for name in like if name not in ("variants", "media")}
    if "media" in like:
        found["media"] = len(of["media"])
    if "variants" in like:
        names = [list(each) for each in like["variants"]] + [["sku"]] * len(of["variants"])
        found["variants"] = [{name: each[name] for name in names[at]} for at, each in enumerate(of["variants"])]
    return found


def test_what_was_wrong_is_listed_once_it_is_put_right(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        nameless, unpriced = await sold(world, goods("")), await sold(world, goods("Chair", one(price="-1.00")))
        pictured = await sold(world, goods("Lamp", media=["nonsense"]))
        await world.quiet()
        await offer(world)
        assert [(await listing(world, each))["state"] for each in (nameless, unpriced)] == ["wanted", "wanted"]
        await at_vendor(world, "edit_product", product_id=nameless, set={"title": "Bench"})
        variant = next(row["variants"][0]["id"] for row in await products(world) if row["id"] == unpriced)
        await at_vendor(world, "edit_variant", variant_id=variant, set={"price": "9.00"})
        await at_vendor(world, "edit_product", product_id=pictured, set={"media": ["https://cdn.test/lamp.jpg"]})
        for product, title in ((nameless, "Bench"), (unpriced, "Chair"), (pictured, "Lamp")):
            row = await listing(world, product)
            assert (row["state"], row["problems"], row["not_offered"]) == ("live", [], []), title
            assert (await twin(world, product) or {})["title"] == title
        await agrees(world)

    play(database, scenario)


async def products(world: World) -> list[Shown]:
    return list((await world.dump("vendor1"))["products"])


@pytest.mark.parametrize("megabytes", [1, 16])
def test_a_description_of_megabytes_is_cut_and_costs_no_more_than_its_reading(database: str, megabytes: int) -> None:
    """A delivery of sixteen is refused for its size; the next listing of changes brings it."""

    async def scenario(world: World) -> None:
        await offering(world)
        product = await sold(world, goods("Huge", html="<p>" + "word " * (200_000 * megabytes)))
        beside = await sold(world, goods("Beside"))
        await world.quiet()
        await world.sweep()
        await offer(world)
        row, there = await listing(world, product), await twin(world, product)
        assert (row["state"], [each["code"] for each in row["problems"]]) == ("live", ["html_cut"])
        assert there is not None
        assert MOST_HTML - 10 < len(there["html"]) < MOST_HTML + 10
        assert await twin(world, beside) is not None
        await agrees(world)

    play(database, scenario)


def test_more_variants_than_there_may_be(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        rows = [one(f"N{n}", options=[f"a{n // 128}", f"b{n // 8 % 16}", f"c{n % 8}"]) for n in range(2056)]
        product = await sold(world, goods("Many", *rows, options=["A", "B", "C"]))
        await world.quiet()
        await offer(world)
        row, there = await listing(world, product), await twin(world, product)
        assert there is not None
        assert [each["sku"] for each in there["variants"]] == [f"N{n}" for n in range(2048)]
        assert [each["why"] for each in row["not_offered"]] == ["too_many_variants"] * 8
        assert [(each["code"], each["seen"]) for each in row["problems"]] == [
            ("too_many_variants", {"over": 8, "most": 2048})
        ]

    play(database, scenario)
