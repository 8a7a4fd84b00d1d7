"""Settings > Sync frequency: the choice of how often stores are looked at, and the looks themselves.

Not here: saving (catalogue_settings.py), or what a look is (operations/looks.py).
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossdock.models import Marketplace, Store, Vendor
from crossdock.operations.looks import Look, installations, looks_at
from crossdock.web.phrases_rules import RULE_TITLES

OFFERED = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440)


def every(minutes: int) -> str:
    """ "5 minutes", "2 hours"."""
    if minutes % 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}


def field(value: Any, vendor: Vendor | None) -> dict[str, Any]:
    """The choice as the part `choice` draws it; what was set otherwise than by this page is among the options."""
    typed = "" if value is None else str(value)
    minutes = sorted({*OFFERED, int(typed)} if typed.isdecimal() and len(typed) < 5 else OFFERED)
    phrase = RULE_TITLES["poll_minutes"]
    own = _("As the installation: every %(span)s") % {"span": every(installations())}
    return {
        "field": "poll_minutes", "title": phrase.title, "words": phrase.sentence, "value": typed,
        "options": [(str(each), every(each)) for each in minutes if each],
        "blank": _("As the marketplace") if vendor else own,
    }  # fmt: skip


def looks_of(place: Marketplace, vendor: Vendor | None) -> tuple[Look, ...]:
    """Of the merchant's own store, or of the vendor's."""
    store = Store.objects.filter(marketplace=place, vendor=vendor).first()
    return looks_at(store=store) if store else ()
