"""What this installation wants otherwise than allauth: nobody signs up by themselves, second factors are sealed.

Not here: which pages there are (web/urls.py), or settings (settings.py).
"""

from base64 import b64decode, b64encode
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from qrcode.image.svg import SvgPathFillImage

from crossdock.models import User
from crossdock.models.seal import Ring


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People come by invitation (operations/invitations.py), the first one by the set-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Who logs in by an address as user name goes on with the new one; the old one opens nothing any more."""
        before = email_address.user.email
        confirmed = bool(super().confirm_email(request, email_address))
        user = User.objects.get(pk=email_address.user_id)
        moved = confirmed and user.email != before and user.username.lower() == before.lower()
        if moved and not User.objects.filter(username__iexact=user.email).exists():
            User.objects.filter(pk=user.pk).update(username=user.email)
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of who gets it."""
        user = context.get("user")
        chosen = user.language if isinstance(user, User) else ""
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else translation.get_language()):
            super().send_mail(template_prefix, email, context)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Secrets of second factors are sealed at rest, as credentials of stores are."""

    def build_totp_svg(self, url: str) -> str:
        """On white: a camera reads black on dark as nothing."""
        drawn: str = qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")
        return drawn

    def encrypt(self, text: str) -> str:
        return b64encode(Ring.from_settings().seal(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return Ring.from_settings().open(b64decode(encrypted_text)).decode()
