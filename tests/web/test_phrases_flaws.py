"""Every problem of a listing says what to do about it, with what was seen."""

from crossdock.core.listing_problems import MOST_ALIKE, Flaw, Problem, gathered
from crossdock.web.phrases_flaws import CURES, cure


def test_every_flaw_has_a_cure() -> None:
    assert set(map(str, Flaw)) == set(map(str, CURES))


def test_what_was_seen_is_told() -> None:
    said = cure("text_cut", {"length": 300, "most": 255})
    assert said == "It has 300 letters, 255 are taken. Ask the vendor for a shorter one, or write your own."
    assert cure("duplicate_options", {"options": ["S", "Red"], "of": ["1", "2"]}).startswith(
        "S, Red, of the variants 1"
    )
    assert cure("moon_is_full", {}) == ""


def test_many_alike_are_counted() -> None:
    problems = [Problem(Flaw.PRICE_MISSING, "price", {"variant": str(number)}) for number in range(2000)]
    told = gathered([*problems, *problems, Problem(Flaw.KEPT)])
    assert len(told) == MOST_ALIKE + 1
    assert told[MOST_ALIKE - 1].seen == {"variant": "4", "more": 1995}
    assert cure(told[4].code, told[4].seen).endswith("And 1995 more like it.")
