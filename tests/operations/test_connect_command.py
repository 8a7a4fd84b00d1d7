"""`crossdock connect`, as somebody types it: what it tells, what it asks, what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crossdock.cli import app
from crossdock.connector import registry
from crossdock.models import Marketplace, Store
from tests.operations import rows


def run(*words: str, code: int = 0, typed: str = "") -> str:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["connect", *words], input=typed)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def place(db: None) -> Marketplace:
    made = rows.marketplace()
    rows.vendor(made)
    return made


def test_it_tells_which_platforms_there_are_and_what_one_can(place: Marketplace) -> None:
    told = {each["platform"]: each for each in json.loads(run("--vendor", "x", "--json"))}
    assert {"shopify", "woocommerce", "squarespace"} <= set(told)
    assert told["squarespace"]["ways"][1] == {"way": "key", "title": "With an API key", "fields": ["api_key"]}
    said = run("squarespace", "--vendor", "Oak & Iron")
    assert "the vendor does it under Orders" in said
    assert "website.inventory" in said
    assert "--way" not in run("squarespace")  # not for the merchant's own store
    assert "there are: " in run("moonshop", code=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("woocommerce", "ftp://x", "--way", "keys", "--value", "consumer_key=a", "--value", "client_secret=b"),
            "domain:",
        ),
        (("woocommerce", "shop.example", "--way", "telepathy"), "way:"),
        (("woocommerce", "shop.example", "--value", "consumer_key"), "name=value"),
        (("woocommerce", "shop.example", "--value", "client_secret=@/nowhere"), "no file"),
        (("woocommerce", "shop.example", "--vendor", "Nobody"), "no vendor"),
        (("woocommerce", "shop.example", "--marketplace", "odd"), "No marketplace"),
        (("squarespace", "shop.example", "--way", "key"), "fulfilled as a whole"),
        (("moonshop", "shop.example"), "not a platform"),
    ],
)
def test_what_is_wrong_is_named(place: Marketplace, words: tuple[str, ...], said: str) -> None:
    assert said in run(*words, code=2)
    assert not Store.objects.exists()


def test_a_platform_without_any_way_says_so(place: Marketplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.connecting("woocommerce"), "ways", (), raising=False)
    assert "is written yet" in run("woocommerce", "shop.example", code=2)


def test_secrets_are_asked_for_and_not_shown(place: Marketplace, tmp_path: Path, settings: Any) -> None:
    settings.CROSSDOCK_ALLOW_PRIVATE = False
    words = ("woocommerce", "127.0.0.1:9", "--way", "keys", "--vendor", "oak & iron")
    asked = run(*words, code=2, typed="ck_typed\ncs_hidden\n")
    assert "Consumer key" in asked
    assert "cs_hidden" not in asked
    assert "private or local" in asked
    (tmp_path / "secret").write_text("cs_filed\n")
    told = run(*words, "--value", "consumer_key=ck", "--value", f"client_secret=@{tmp_path / 'secret'}", code=2)
    assert "cs_filed" not in told
    assert "private or local" in told


def test_consent_is_given_in_the_browser_and_its_address_pasted(place: Marketplace) -> None:
    said = run(
        "shopify", "oak", "--value", "client_id=a", "--value", "client_secret=b", code=2, typed="https://x/?code=1\n"
    )
    assert "https://oak.myshopify.com/admin/oauth/authorize?" in said
    assert "the state is not the one we gave" in said
