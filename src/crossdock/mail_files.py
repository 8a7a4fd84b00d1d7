"""Mails as files, one `.eml` each, for installations without a mail server: the demo, and trying it out.

Not here: when that is so (environment_mail.py).
"""

import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """A mail's file is whole or not there; names sort by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S.%f}-{secrets.token_hex(3)}"
            draft = folder / f".{name}"
            draft.write_bytes(message.message().as_bytes(linesep="\r\n"))
            os.replace(draft, folder / f"{name}.eml")
        return len(email_messages)
