"""How pages look to one person: light, dark or as the system has it, chosen on any page and kept in a cookie.

Not here: the language (Django's own view and cookie), or the person's settings.
"""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "crossdock_theme"
THEMES = ("light", "dark", "system")
YEAR = 365 * 24 * 3600


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice, and go back to where it was made."""
    theme, back = request.POST.get("theme", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if theme in THEMES:
        response.set_cookie(COOKIE, theme, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def look(request: HttpRequest) -> dict[str, Any]:
    """For every template: the theme ("system" = as the reader's system has it) and the languages that there are."""
    chosen = request.COOKIES.get(COOKIE) or getattr(getattr(request, "user", None), "theme", "")
    return {"theme": chosen if chosen in THEMES else "system", "languages": languages()}


@cache
def languages() -> tuple[tuple[str, str], ...]:
    """Those that pages can be read in: English, and each that has been translated."""
    folders = [Path(folder) for folder in settings.LOCALE_PATHS]
    return tuple(
        (code, name)
        for code, name in settings.LANGUAGES
        if code == "en" or any((folder / code / "LC_MESSAGES" / "django.mo").is_file() for folder in folders)
    )
