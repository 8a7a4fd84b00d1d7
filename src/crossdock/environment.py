"""The installation's settings: which variables there are, what they mean, and how they are read and refused.

Not here: what Django makes of them (settings.py), or a marketplace's own settings (operations).
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

from msgspec import Struct

T = TypeVar("T")
PACKAGE = Path(__file__).parent
DATABASE_CURE = "Write it as postgresql://user:password@host:port/name, or leave it out for the embedded PostgreSQL."


class Variable(Struct, frozen=True):
    """One variable. `default` is in words where it is not a plain value; `secret` values are never shown."""

    name: str
    default: str
    words: str
    secret: bool = False


class BadSetting(Exception):
    """A variable has a value that cannot be meant. The message names the variable and the cure."""

    def __init__(self, name: str, what: str, cure: str) -> None:
        super().__init__(f"{name}: {what}. {cure}")
        self.name = name


VARIABLES = (
    Variable(
        "DATABASE_URL",
        "the embedded PostgreSQL in the data folder",
        "PostgreSQL to use, as `postgresql://user:password@host:port/name`. Version 15 or newer.",
        secret=True,
    ),
    Variable("CROSSDOCK_DATA", "./var", "Folder for everything kept: the embedded database, generated keys."),
    Variable(
        "CROSSDOCK_KEYS",
        "one key, generated once into `<data>/keys`",
        "Keys that seal credentials and buyers' data: base64 of 32 bytes each, separated by commas. The first one "
        "seals; all of them open, so a new key goes in front and the old one stays until everything is sealed anew.",
        secret=True,
    ),
    Variable(
        "CROSSDOCK_SECRET_KEY",
        "generated once into `<data>/secret_key`",
        "Signs log-ins and forms. At least 32 characters, the same for every web process.",
        secret=True,
    ),
    Variable(
        "CROSSDOCK_URL",
        "http://127.0.0.1:8000",
        "Public address of the installation, without a path: what people and platforms reach it by. "
        "Platforms send webhooks to https only.",
    ),
    Variable("CROSSDOCK_HOST", "127.0.0.1", "Address that the web process listens on."),
    Variable("CROSSDOCK_PORT", "8000", "Port that the web process listens on."),
    Variable(
        "CROSSDOCK_ALLOW_PRIVATE",
        "0",
        "`1` lets stores be on loopback and private addresses. For rehearsals and tests; leave it off where "
        "strangers can type a store's address.",
    ),
    Variable(
        "CROSSDOCK_ALLOW_NETWORKS",
        "no private network",
        "Private networks that stores may be in, over http too, as `10.20.0.0/16, fd12::/48`. What is in none of them "
        "and not public is never called.",
    ),
    Variable(
        "CROSSDOCK_LOG",
        "info",
        "Least level that is logged: `debug`, `info`, `warning` or `error`; `info json` writes lines for machines.",
    ),
    Variable(
        "CROSSDOCK_HEARTBEAT",
        "10",
        "Seconds between a worker's signs of life; the work of one silent for three times as long is taken over.",
    ),
    Variable(
        "CROSSDOCK_SWEEP",
        "300",
        "Seconds between two listings of what changed at a store. Webhooks are quicker; this is what makes up for lost "
        "ones.",
    ),
    Variable(
        "CROSSDOCK_SETTLE",
        "0",
        "Seconds after which a write of unknown outcome that cannot be found at the store counts as not done. 0 = what "
        "the platform needs; anything else is for rehearsals in compressed time.",
    ),
    Variable(
        "CROSSDOCK_BRAKE_SECONDS",
        "3600",
        "Seconds over which a vendor's lost listings are counted: more than 30 % of at least 10 within them are held "
        "until a person says that it is meant. Anything else than an hour is for rehearsals in compressed time.",
    ),
    Variable(
        "CROSSDOCK_SMTP_HOST",
        "mails are written into `<data>/mails`",
        "Server that takes our mails. Without one each mail becomes a file ending in `.eml`, and nobody gets it.",
    ),
    Variable("CROSSDOCK_SMTP_PORT", "by the way of encryption: 587, 465 or 25", "Port of that server."),
    Variable("CROSSDOCK_SMTP_USER", "no log-in", "Name to log in with at that server."),
    Variable("CROSSDOCK_SMTP_PASSWORD", "no log-in", "Password to log in with at that server.", secret=True),
    Variable(
        "CROSSDOCK_SMTP_TLS",
        "starttls",
        "How the way to that server is encrypted: `starttls` (port 587), `tls` (port 465) or `none` (port 25, for a "
        "server on the same machine; a password is then refused).",
    ),
    Variable(
        "CROSSDOCK_MAIL_FROM",
        "Crossdock <crossdock@ and the host of CROSSDOCK_URL>",
        "Sender of our mails, as `Name <address@example.com>` or an address alone.",
    ),
    Variable(
        "CROSSDOCK_MAIL_GATHER",
        "60",
        "Seconds that a notice waits for others before it is mailed, so that a burst is one mail; the next mail to the "
        "same person waits ten times as long.",
    ),
    Variable(
        "CROSSDOCK_REHEARSAL",
        "no rehearsal",
        "Address on this machine of the stage that the demo sets up, for the page that acts on its made-up stores. The "
        "demo sets it; without it that page does not exist.",
    ),
    Variable(
        "CROSSDOCK_SANDBOX",
        "the stores' own addresses",
        "Address on this machine of sandbox stores (`crossdock sandbox`), for trying things out: every store that is "
        "connected is one of those, whatever its address. The demo sets it.",
    ),
    Variable("CROSSDOCK_MAIL_RATE", "120", "Most notices by mail that the installation sends in one minute."),
)

_KNOWN = {variable.name: variable for variable in VARIABLES}


def read(name: str, environ: Mapping[str, str] | None = None) -> str:
    """The value of `name`, or of the file named by `<name>_FILE`, without surrounding space; "" when not set."""
    known = _KNOWN[name]  # a variable that is not in VARIABLES would be undocumented
    values = os.environ if environ is None else environ
    plain, path = values.get(known.name, "").strip(), values.get(f"{known.name}_FILE", "").strip()
    if plain and path:
        raise BadSetting(name, f"both {name} and {name}_FILE are set", "Keep one of them.")
    if not path:
        return plain
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}_FILE", f"{path} cannot be read ({error})", "Name a readable text file.") from error


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where everything kept is. Made when missing; others may pass through it (the database's own user must)."""
    folder = Path(read("CROSSDOCK_DATA", environ) or "var").expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise BadSetting("CROSSDOCK_DATA", f"{folder} is not a folder", "Name a folder, or a path where one can be.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting("CROSSDOCK_DATA", f"{folder} cannot be made ({error})", "Name a folder you own.") from error
    return folder


def database_url(data: Path, environ: Mapping[str, str] | None = None) -> str:
    """The PostgreSQL to use: the one named, else the embedded one, whose running supervisor keeps its address in a
    file. Without either the address is one that nothing answers at, so that what needs no database still runs."""
    words = read("DATABASE_URL", environ)
    if words and not words.startswith(("postgresql://", "postgres://")):
        raise BadSetting("DATABASE_URL", "it is not a PostgreSQL address", DATABASE_CURE)
    running = data / "postgres" / "url"
    if not words and running.is_file():
        words = running.read_text(encoding="utf-8").strip()
    return words or f"postgresql:///crossdock?host={quote(str(data / 'postgres' / 'not-running'), safe='')}"


def keys(data: Path, environ: Mapping[str, str] | None = None) -> tuple[bytes, ...]:
    """The keys that seal, first one first."""
    words = read("CROSSDOCK_KEYS", environ) or kept(data / "keys", _new_key)
    found = tuple(_key(word.strip()) for word in words.split(",") if word.strip())
    if len(set(found)) != len(found) or not found:
        raise BadSetting("CROSSDOCK_KEYS", "it has no key or the same one twice", _KEY_CURE)
    return found


def secret_key(data: Path, environ: Mapping[str, str] | None = None) -> str:
    words = read("CROSSDOCK_SECRET_KEY", environ) or kept(data / "secret_key", lambda: secrets.token_urlsafe(48))
    if len(words) < 32:
        raise BadSetting("CROSSDOCK_SECRET_KEY", f"{len(words)} characters are too few", "Use 32 or more, at random.")
    return words


def public_url(environ: Mapping[str, str] | None = None) -> str:
    words = (read("CROSSDOCK_URL", environ) or _KNOWN["CROSSDOCK_URL"].default).rstrip("/")
    parts = urlsplit(words)
    odd = parts.path or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or odd:
        raise BadSetting("CROSSDOCK_URL", f"{words!r} is not an address", "Write it as https://hub.example.com")
    return words


def port(environ: Mapping[str, str] | None = None) -> int:
    words = read("CROSSDOCK_PORT", environ) or _KNOWN["CROSSDOCK_PORT"].default
    if not words.isdecimal() or not 1 <= int(words) <= 65535:
        raise BadSetting("CROSSDOCK_PORT", f"{words!r} is not a port", "Use a number from 1 to 65535.")
    return int(words)


def host(environ: Mapping[str, str] | None = None) -> str:
    return read("CROSSDOCK_HOST", environ) or _KNOWN["CROSSDOCK_HOST"].default


def allow_private(environ: Mapping[str, str] | None = None) -> bool:
    words = read("CROSSDOCK_ALLOW_PRIVATE", environ) or "0"
    return _one_of("CROSSDOCK_ALLOW_PRIVATE", words, {"0": False, "1": True})


def allow_networks(environ: Mapping[str, str] | None = None) -> tuple[IPv4Network | IPv6Network, ...]:
    words = read("CROSSDOCK_ALLOW_NETWORKS", environ)
    try:
        return tuple(ip_network(word) for word in words.replace(",", " ").split())
    except ValueError as error:
        raise BadSetting("CROSSDOCK_ALLOW_NETWORKS", str(error), "Write them as 10.20.0.0/16, fd12::/48.") from error


def log_level(environ: Mapping[str, str] | None = None) -> str:
    level = _log_words(environ)[0]
    return _one_of("CROSSDOCK_LOG", level, {known: known for known in ("debug", "info", "warning", "error")})


def log_as_json(environ: Mapping[str, str] | None = None) -> bool:
    return _one_of("CROSSDOCK_LOG", " ".join(_log_words(environ)[1:]), {"": False, "json": True})


def _log_words(environ: Mapping[str, str] | None) -> list[str]:
    return (read("CROSSDOCK_LOG", environ) or _KNOWN["CROSSDOCK_LOG"].default).lower().split()


def rehearsal(environ: Mapping[str, str] | None = None) -> str:
    """Empty in every installation with stores that are real."""
    return _beside("CROSSDOCK_REHEARSAL", "no stage", environ)


def sandbox(environ: Mapping[str, str] | None = None) -> str:
    """As `rehearsal`."""
    return _beside("CROSSDOCK_SANDBOX", "no address of sandbox stores", environ)


def _beside(name: str, wrong: str, environ: Mapping[str, str] | None) -> str:
    """Where something of the demo listens on this machine."""
    words = read(name, environ).rstrip("/")
    parts = urlsplit(words)
    if words and (parts.scheme != "http" or parts.hostname != "127.0.0.1" or parts.path or parts.query):
        raise BadSetting(name, f"{words!r} is {wrong}", "Leave it out: `crossdock demo` sets it.")
    return words


def heartbeat(environ: Mapping[str, str] | None = None) -> float:
    return _seconds("CROSSDOCK_HEARTBEAT", 0.1, 600, environ)


def sweep_every(environ: Mapping[str, str] | None = None) -> float:
    return _seconds("CROSSDOCK_SWEEP", 1, 86_400, environ)


def settle_for(environ: Mapping[str, str] | None = None) -> float:
    """0 = as the platform says."""
    return _seconds("CROSSDOCK_SETTLE", 0, 3_600, environ)


def brake_window(environ: Mapping[str, str] | None = None) -> float:
    return _seconds("CROSSDOCK_BRAKE_SECONDS", 1, 86_400, environ)


def _seconds(name: str, least: float, most: float, environ: Mapping[str, str] | None) -> float:
    default = _KNOWN[name].default
    words = read(name, environ) or default
    try:
        seconds = float(words)
    except ValueError:
        seconds = -1.0
    if not least <= seconds <= most:
        raise BadSetting(name, f"{words!r} is not {least:g} to {most:g} seconds", f"Use a number such as {default}.")
    return seconds


def kept(path: Path, make: Callable[[], str]) -> str:
    """The text in `path`, made once. Whole or not there, and the same for processes that start at the same moment."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its value counts
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()


_KEY_CURE = "Make one with: python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except ValueError as error:
        raise BadSetting("CROSSDOCK_KEYS", "a key is not base64", _KEY_CURE) from error
    if len(key) != 32:
        raise BadSetting("CROSSDOCK_KEYS", f"a key has {len(key)} bytes, not 32", _KEY_CURE)
    return key


def _one_of(name: str, word: str, choices: Mapping[str, T]) -> T:
    if word not in choices:
        raise BadSetting(name, f"{word!r} is not known", f"Use one of: {', '.join(choices)}.")
    return choices[word]
