"""Whether the mail server takes us: reached, secured as set, logged in. Nothing is sent.

Not here: what is done about it (doctor.py, phrases), or mails (sync/mails.py).
"""

import smtplib
from typing import Final

from django.conf import settings
from django.core.mail import get_connection
from msgspec import Struct

SECONDS: Final = 5  # that it may be silent


class MailServer(Struct, frozen=True):
    """`where`: "host:port", or the folder that mails become files in. `error` "" = all is well; `refused`: the server
    answers, but not to this name and password."""

    where: str
    error: str = ""
    refused: bool = False


def try_mail_server() -> MailServer:
    """Connect, secure the line and log in as the settings say."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return MailServer(str(getattr(settings, "EMAIL_FILE_PATH", "") or settings.EMAIL_BACKEND))
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    line = get_connection(timeout=SECONDS)
    try:
        line.open()
    except smtplib.SMTPAuthenticationError as error:
        return MailServer(where, _words(error.smtp_error), refused=True)
    except (OSError, smtplib.SMTPException) as error:
        return MailServer(where, _words(error))
    finally:
        line.close()
    return MailServer(where)


def _words(found: object) -> str:
    text = found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found) or type(found).__name__
    return " ".join(text.split())[:200]
