"""How the installation sends mail, read from the environment: a server, or files when none is named.

Not here: which variables there are (environment.py), or any mail (sync/mails.py, web).
"""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from crossdock.environment import BadSetting, public_url, read

PORTS = {"starttls": 587, "tls": 465, "none": 25}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TIMEOUT = 20  # seconds that a mail server may be silent


class Mail(Struct, frozen=True):
    """`host` "" = mails become files."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str
    gather: float
    rate: int

    def for_django(self, folder: str) -> dict[str, Any]:
        """Django's settings that say the same."""
        if not self.host:
            return {"EMAIL_BACKEND": "crossdock.mail_files.EmailBackend", "EMAIL_FILE_PATH": folder}
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": self.host,
            "EMAIL_PORT": self.port,
            "EMAIL_HOST_USER": self.user,
            "EMAIL_HOST_PASSWORD": self.password,
            "EMAIL_USE_TLS": self.tls == "starttls",
            "EMAIL_USE_SSL": self.tls == "tls",
            "EMAIL_TIMEOUT": TIMEOUT,
        }


def mail(environ: Mapping[str, str] | None = None) -> Mail:
    """Raises BadSetting."""
    host = read("CROSSDOCK_SMTP_HOST", environ)
    if host and (set(host) & set("/@ ") or "://" in host):
        raise BadSetting("CROSSDOCK_SMTP_HOST", f"{host!r} is not a host", "Write it as mail.example.com")
    tls = read("CROSSDOCK_SMTP_TLS", environ).lower() or "starttls"
    if tls not in PORTS:
        raise BadSetting("CROSSDOCK_SMTP_TLS", f"{tls!r} is not known", f"Use one of: {', '.join(PORTS)}.")
    user, password = read("CROSSDOCK_SMTP_USER", environ), read("CROSSDOCK_SMTP_PASSWORD", environ)
    _check_login(host, tls, user, password)
    return Mail(
        host=host,
        port=_number("CROSSDOCK_SMTP_PORT", PORTS[tls], 65_535, environ),
        user=user,
        password=password,
        tls=tls,
        sender=_sender(environ),
        gather=_number("CROSSDOCK_MAIL_GATHER", 60, 86_400, environ, least=0),
        rate=_number("CROSSDOCK_MAIL_RATE", 120, 100_000, environ),
    )


def _check_login(host: str, tls: str, user: str, password: str) -> None:
    if bool(user) != bool(password):
        missing = "CROSSDOCK_SMTP_PASSWORD" if user else "CROSSDOCK_SMTP_USER"
        raise BadSetting(missing, "it is missing", "A log-in needs both a name and a password, or neither.")
    if password and tls == "none" and host not in LOOPBACK:
        raise BadSetting(
            "CROSSDOCK_SMTP_TLS", "a password is not sent over an open line", "Use starttls or tls, or no log-in."
        )


def _sender(environ: Mapping[str, str] | None) -> str:
    words = read("CROSSDOCK_MAIL_FROM", environ)
    if not words:
        return f"Crossdock <crossdock@{_host_of(public_url(environ))}>"
    address = parseaddr(words)[1]
    before, at, after = address.rpartition("@")
    if not before or not at or not after or set(words) & set("\r\n") or " " in address:
        cure = "Write it as Shop <shop@example.com>"
        raise BadSetting("CROSSDOCK_MAIL_FROM", f"{words!r} has no mail address", cure)
    return words


def _host_of(url: str) -> str:
    """As the part of a mail address behind the @: an address of numbers stands in brackets (RFC 5321, 4.1.3)."""
    host = urlsplit(url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdecimal() else host


def _number(name: str, default: int, most: int, environ: Mapping[str, str] | None, *, least: int = 1) -> int:
    words = read(name, environ) or str(default)
    if not words.isascii() or not words.isdecimal() or not least <= int(words) <= most:
        raise BadSetting(name, f"{words!r} is not {least} to {most}", f"Use a whole number such as {default}.")
    return int(words)
