"""What people choose from where they say who and where they are. Not here: what a choice does."""

from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crossdock.web.phrase import Words

THEMES: tuple[tuple[str, Words], ...] = (
    ("", _("As the system has it")),
    ("light", _("Light")),
    ("dark", _("Dark")),
)


def languages() -> list[tuple[str, Words]]:
    return [("", _("As the browser asks")), *settings.LANGUAGES]


@cache
def time_zones() -> tuple[tuple[str, str], ...]:
    """By region and city; those that are only other names of others are left out."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return (("", "UTC"), *((name, name.replace("_", " ")) for name in names))
