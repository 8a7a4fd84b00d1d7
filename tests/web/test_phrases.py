"""Every code has its sentence, and every sentence that names a page of the guide names one that is there."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from crossdock.core.catalog import ProductStatus
from crossdock.core.drift import Cause
from crossdock.core.drift import Kind as DriftKind
from crossdock.core.listing_policy import Field, NewStatus, OnDelete
from crossdock.core.listing_price import Rounding
from crossdock.core.listing_problems import Flaw
from crossdock.core.listing_problems import Why as NotThere
from crossdock.core.matching_score import MatchReason
from crossdock.core.reasons import Reason, Release, Remark, Rule
from crossdock.core.stock import StockRule
from crossdock.core.stock import Why as StockWhy
from crossdock.models import Listing, Parcel, Store, VendorOrder
from crossdock.operations import doctor, record
from crossdock.operations.add_ons import Need
from crossdock.operations.catalogue_values import WAYS
from crossdock.operations.contents import Contact
from crossdock.operations.linking_csv import RowProblem
from crossdock.operations.what import What
from crossdock.operations.whatif import Way
from crossdock.sync.what import What as Done
from crossdock.web import phrases, phrases_add_ons, phrases_catalogue, phrases_matching, phrases_rules

SOURCE = Path(phrases.__file__).parents[1]
GUIDE = Path(__file__).parents[2] / "docs" / "guide"


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (list(Reason), phrases.REASONS),
        (list(Rule), phrases.RULES),
        (list(Remark), phrases.REMARKS),
        (list(Release), phrases.RELEASES),
        ([*What, *Done], phrases.ACTIVITIES),
        (VendorOrder.State.values, phrases.STATES),
        (Parcel.State.values, phrases.PARCEL_STATES),
        (Store.State.values, phrases.STORE_STATES),
        (list(Contact), phrases.CONTACTS),
        (Listing.State.values, phrases_catalogue.LISTING_STATES),
        (list(ProductStatus), phrases_catalogue.PRODUCT_STATUSES),
        (["", *StockWhy], phrases_catalogue.STOCK_WHY),
        (list(StockRule), phrases_catalogue.STOCK_RULES),
        (list(Flaw), phrases_catalogue.FLAWS),
        (list(NotThere), phrases_catalogue.NOT_OFFERED),
        (list(DriftKind), phrases_catalogue.DRIFT_KINDS),
        (list(Cause), phrases_catalogue.DRIFT_WHY),
        (list(MatchReason), phrases_matching.MATCHES),
        (list(RowProblem), phrases_matching.ROW_PROBLEMS),
        (list(Field), phrases_rules.FIELDS),
        (list(WAYS), phrases_rules.WAYS),
        (list(Rounding), phrases_rules.RULE_CHOICES["price_rounding"]),
        (list(NewStatus), phrases_rules.RULE_CHOICES["new_status"]),
        (list(OnDelete), phrases_rules.RULE_CHOICES["on_delete"]),
        (list(Way), phrases_rules.ORDER_WAYS),
        (list(Need), phrases_add_ons.NEEDS),
    ],
)
def test_every_code_has_words_and_no_words_are_left_over(codes: list[str], words: dict[str, object]) -> None:
    assert set(map(str, codes)) == set(map(str, words))


def test_every_check_of_the_doctor_has_words() -> None:
    text = Path(doctor.__file__).read_text()
    assert set(re.findall(r'Check\("(\w+)"', text)) == set(phrases.CHECKS)


def test_every_refusal_has_words() -> None:
    known = {each.code for each in _all_kinds(record.Refused)}
    assert known - set(phrases.REFUSALS) == set()


def _all_kinds(kind: type[record.Refused]) -> set[type[record.Refused]]:
    from crossdock import operations

    for module in pkgutil.iter_modules(operations.__path__, f"{operations.__name__}."):
        importlib.import_module(module.name)
    return {found for each in kind.__subclasses__() for found in {each, *_all_kinds(each)}}


def test_activities_are_written_with_codes_that_have_words() -> None:
    """No activity is written with a bare string that nobody translates."""
    for file in (SOURCE / "sync").rglob("*.py"):
        for code in re.findall(r'Note\([^()]*?"([a-z_]+\.[a-z_]+)"', file.read_text()):
            assert code in phrases.ACTIVITIES, f"{file.name}: {code}"


@pytest.mark.parametrize("code", list(phrases.REASONS))
def test_the_guide_has_the_page_that_a_reason_names(code: str) -> None:
    page = phrases.REASONS[code].guide
    assert not page or (GUIDE / f"{page}.md").is_file()


@pytest.mark.parametrize("rule", list(Rule))
def test_a_fact_reads_well_with_nothing_seen(rule: str) -> None:
    for passed in (True, False):
        assert "{" not in phrases.fact(rule, passed, {})


def test_what_was_seen_is_told() -> None:
    said = phrases.fact("maximum_value", False, {"value": "120.00", "limit": "100"})
    assert said == "The value 120.00 is above the maximum of 100."
    assert phrases.fact("maximum_value", True, {"limit": None}) == "There is no maximum value."


def test_codes_of_a_newer_version_read_as_themselves() -> None:
    assert phrases.reason("moon_is_full").title == "Moon is full"
    assert phrases.activity("moon.rose", {}) == "moon: rose"
