"""A mail server that does not answer, for tests of what people are told then."""

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class Backend(BaseEmailBackend):
    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        raise ConnectionRefusedError("Connection refused")
