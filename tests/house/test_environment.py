"""The installation's settings: what is read, what is refused and in which words, and that each is documented."""

import re
from pathlib import Path

import pytest

from crossdock import environment, environment_mail
from crossdock.environment import BadSetting

ROOT = Path(__file__).parents[2]
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_a_file_stands_for_a_value(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(" postgresql://a/b \n")
    assert environment.read("DATABASE_URL", {"DATABASE_URL_FILE": str(secret)}) == "postgresql://a/b"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"DATABASE_URL": "x", "DATABASE_URL_FILE": "y"}, "DATABASE_URL: both"),
        ({"DATABASE_URL_FILE": "/no/such/file"}, "DATABASE_URL_FILE: /no/such/file cannot be read"),
    ],
)
def test_two_sources_or_none_are_refused(values: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        environment.read("DATABASE_URL", values)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://a/b", "not a PostgreSQL address"),
        ("DATABASE_URL", "localhost", "not a PostgreSQL address"),
        ("CROSSDOCK_KEYS", "short", "CROSSDOCK_KEYS: a key"),
        ("CROSSDOCK_KEYS", "c2hvcnQ=", "5 bytes, not 32"),
        ("CROSSDOCK_KEYS", f"{KEY},{KEY}", "the same one twice"),
        ("CROSSDOCK_KEYS", ",", "no key"),
        ("CROSSDOCK_SECRET_KEY", "short", "too few"),
        ("CROSSDOCK_URL", "hub.example.com", "not an address"),
        ("CROSSDOCK_URL", "ftp://hub.example.com", "not an address"),
        ("CROSSDOCK_URL", "https://hub.example.com/path", "not an address"),
        ("CROSSDOCK_PORT", "web", "not a port"),
        ("CROSSDOCK_PORT", "70000", "not a port"),
        ("CROSSDOCK_ALLOW_PRIVATE", "yes", "Use one of: 0, 1"),
        ("CROSSDOCK_ALLOW_NETWORKS", "lan", "does not appear to be"),
        ("CROSSDOCK_ALLOW_NETWORKS", "10.0.0.1/8", "host bits"),
        ("CROSSDOCK_LOG", "loud", "Use one of: debug"),
        ("CROSSDOCK_LOG", "info xml", "Use one of: , json"),
        ("CROSSDOCK_HEARTBEAT", "soon", "not 0.1 to 600"),
        ("CROSSDOCK_HEARTBEAT", "nan", "not 0.1 to 600"),
        ("CROSSDOCK_HEARTBEAT", "0", "not 0.1 to 600"),
        ("CROSSDOCK_SMTP_HOST", "smtp://mail.example.com", "not a host"),
        ("CROSSDOCK_SMTP_PORT", "0", "not 1 to 65535"),
        ("CROSSDOCK_SMTP_TLS", "ssl", "Use one of: starttls"),
        ("CROSSDOCK_MAIL_FROM", "Shop", "no mail address"),
        ("CROSSDOCK_MAIL_FROM", "a@b.example\nBcc: c@d.example", "no mail address"),
        ("CROSSDOCK_MAIL_GATHER", "soon", "not 0 to 86400"),
        ("CROSSDOCK_MAIL_RATE", "0", "not 1 to 100000"),
    ],
)
def test_an_odd_value_is_refused_by_name(name: str, value: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=words) as refused:
        read_all(tmp_path, {name: value})
    assert str(refused.value).startswith(name)
    assert "\n" not in str(refused.value)


def read_all(data: Path, values: dict[str, str]) -> None:
    environment.database_url(data, values)
    environment.keys(data, values)
    environment.secret_key(data, values)
    environment.public_url(values)
    environment.port(values)
    environment.host(values)
    environment.allow_private(values)
    environment.allow_networks(values)
    environment.log_level(values)
    environment.log_as_json(values)
    environment.heartbeat(values)
    environment_mail.mail(values)


def test_nothing_set_is_fine(tmp_path: Path) -> None:
    read_all(tmp_path, {})


def test_what_is_generated_is_made_once_and_private(tmp_path: Path) -> None:
    first = environment.keys(tmp_path, {})
    assert environment.keys(tmp_path, {}) == first
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="CROSSDOCK_DATA"):
        environment.data_folder({"CROSSDOCK_DATA": str(tmp_path / "file")})


def test_secrets_are_not_in_the_words_of_a_refusal() -> None:
    with pytest.raises(BadSetting) as refused:
        environment.database_url(Path("."), {"DATABASE_URL": "mysql://me:hunter2@host/name"})
    assert "hunter2" not in str(refused.value)


def test_every_variable_is_documented() -> None:
    page = (ROOT / "docs" / "operate" / "settings.md").read_text()
    missing = [variable.name for variable in environment.VARIABLES if f"`{variable.name}`" not in page]
    assert missing == []


def test_the_environment_is_read_in_one_place() -> None:
    """A variable read anywhere else would be undocumented and unchecked."""
    reads = re.compile(r"os\.environ\b|os\.getenv|environ\.get\(")
    # These hand it on to children, or name Django's settings module.
    allowed = {"asgi.py", "cli/common.py", "cli/demo.py", "cli/rehearse.py", "environment.py", "host/processes.py"}
    source = ROOT / "src" / "crossdock"
    found = {str(path.relative_to(source)) for path in source.rglob("*.py") if reads.search(path.read_text())}
    assert found - allowed == set()
