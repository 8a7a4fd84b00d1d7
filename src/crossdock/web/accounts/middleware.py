"""Shows every page in its reader's language and time zone.

Not here: visitors' languages (Django's LocaleMiddleware).
"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin


class PersonMiddleware(MiddlewareMixin):
    """What was last chosen in this browser counts (Django's language cookie), else what the person chose for itself,
    else what the browser asks for."""

    def process_request(self, request: HttpRequest) -> None:
        timezone.deactivate()
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(settings.STATIC_URL):
            return
        user = request.user
        if not user.is_authenticated:
            return
        if user.language in dict(settings.LANGUAGES) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        if user.time_zone:
            _activate_zone(user.time_zone)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        timezone.deactivate()
        return response


def _activate_zone(name: str) -> None:
    """A zone that this machine does not know any more is no reason to show nothing."""
    try:
        timezone.activate(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()
