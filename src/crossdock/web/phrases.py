"""Every code as a sentence: states here, the rest in phrases_*.py, by thing. The only place with human language.

Not here: when a code applies (core, sync, operations). Placeholders are filled by `say`; one that is missing reads "?".
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crossdock.core.reasons import Rule
from crossdock.web.phrase import CheckPhrase, Phrase, Words, say
from crossdock.web.phrases_checks import CHECKS
from crossdock.web.phrases_history import ACTIVITIES, ROLES
from crossdock.web.phrases_reasons import REASONS
from crossdock.web.phrases_refusals import REFUSALS
from crossdock.web.phrases_rules import FIELDS
from crossdock.web.phrases_trace import NO_LIMIT, NO_STORE, RELEASES, REMARKS, RULES

__all__ = [
    "ACTIVITIES",
    "CHECKS",
    "REASONS",
    "REFUSALS",
    "RELEASES",
    "REMARKS",
    "RULES",
    "CheckPhrase",
    "Phrase",
    "activity",
    "fact",
    "reason",
    "refusal",
    "say",
]


def reason(code: str) -> Phrase:
    """The phrase of a reason; one from a newer version reads as itself."""
    return REASONS.get(code) or Phrase(code.replace("_", " ").capitalize() or "-", "")


def fact(rule: str, passed: bool, seen: Mapping[str, Any]) -> str:
    """One line of a trace as a sentence."""
    if rule in REMARKS:
        return say(REMARKS[rule], seen)
    phrase = RULES.get(rule)
    if phrase is None:
        return rule.replace("_", " ")
    if "limit" in seen and seen["limit"] is None:
        return str(NO_LIMIT[rule])
    if rule == Rule.STORE_CONNECTED and passed and not seen.get("state"):
        return str(NO_STORE)
    return say(phrase.passed if passed else phrase.failed, {**seen, **_in_words(seen)})


def _in_words(seen: Mapping[str, Any]) -> dict[str, Words]:
    """Codes in what was seen, as words."""
    tables: dict[str, dict[str, Words]] = {"status": PAYMENT, "state": STORE_STATES}
    return {name: words[seen[name]] for name, words in tables.items() if seen.get(name) in words}


def activity(what: str, data: Mapping[str, Any], said_otherwise: Mapping[str, Words] | None = None) -> str:
    """One entry of the history as a sentence; `said_otherwise` to some readers (phrases_vendor.py)."""
    words = (said_otherwise or {}).get(what) or ACTIVITIES.get(what)
    return say(words or what.replace("_", " ").replace(".", ": "), {**data, **_named(data)})


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    """Roles, and fields of listings by their names ("price:44" is the price of a variant), each once."""
    role = data.get("role")
    if role in ROLES:
        return {"role": str(ROLES[role])}
    fields = data.get("fields")
    if not isinstance(fields, list):
        return {}
    titles = (FIELDS.get(str(name).partition(":")[0], name) for name in fields)
    return {"fields": list(dict.fromkeys(map(str, titles)))}


def refusal(code: str) -> str:
    """Why an operation was refused."""
    return str(REFUSALS.get(code, code.replace("_", " ")))


STATES: dict[str, Phrase] = {
    "held": Phrase(_("Waiting"), _("It has not been sent; a rule keeps it back.")),
    "ready": Phrase(_("Going out"), _("Every rule let it pass; it is sent next.")),
    "sending": Phrase(_("Being sent"), _("The vendor's store was called; its answer is not kept yet.")),
    "linked": Phrase(_("Pushed"), _("It is in the vendor's store.")),
    "closed": Phrase(_("Done"), _("Everything of it is shipped.")),
    "manual": Phrase(_("By hand"), _("Nothing is pushed; a person fulfils it.")),
    "cancelled": Phrase(_("Cancelled"), _("It is cancelled.")),
    "rejected": Phrase(_("Refused"), _("The vendor's store said no.")),
    "unknown": Phrase(_("Unknown"), _("Nobody knows whether it was placed; a person has to look.")),
}
PARCEL_STATES: dict[str, Words] = {
    "ready": _("to be written on the merchant's order"),
    "sending": _("being written on the merchant's order"),
    "linked": _("on the merchant's order"),
    "cancelled": _("cancelled"),
    "rejected": _("refused by the merchant's store"),
    "unknown": _("nobody knows whether it is on the merchant's order"),
}
STORE_STATES: dict[str, Words] = {
    "connected": _("Connected"),
    "needs_reauth": _("Must be authorised again"),
    "unreachable": _("Does not answer"),
    "paused": _("Paused"),
    "uninstalled": _("App removed"),
    "disconnected": _("Disconnected"),
}
PAYMENT: dict[str, Words] = {
    "pending": _("Unpaid"),
    "authorized": _("Authorised"),
    "partially_paid": _("Partly paid"),
    "paid": _("Paid"),
    "partially_refunded": _("Partly refunded"),
    "refunded": _("Refunded"),
    "voided": _("Voided"),
    "expired": _("Expired"),
    "unknown": _("Unknown"),
    "": _("Unknown"),
}

FOUND: dict[str, Words] = {
    "link": _("by a link (made by: {made_by})"),
    "sku_or_title": _("by SKU or exact title"),
    "": _("has no product there"),
}
CONTACTS: dict[str, Words] = {
    "buyer": _("The vendor's order carries the buyer's own name, e-mail and phone."),
    "merchant": _("The vendor's order carries the merchant's details, or an older state of the buyer's."),
    "unknown": _("Whose details the vendor's order carries can no longer be told: they were erased."),
}

NOT_SEEN = Phrase(
    _("The hub has not seen this order"),
    _("No webhook and no listing of the merchant's store has brought it. If it exists, the next listing finds it."),
    "not-in-the-vendors-store",
)
WHOLE_SHARE = Phrase(
    _("No vendor has a part in this order"),
    _("All its lines are the merchant's own, or no vendor was found for them."),
    "lines-not-linked",
)
