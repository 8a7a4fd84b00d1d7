"""Template tags: codes as words (phrases.py), amounts and moments (figures.py), assets. Not here: markup."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse

from crossdock.models import Activity, PolicyChange
from crossdock.operations import counts
from crossdock.operations.catalogue_values import way
from crossdock.operations.words import in_words
from crossdock.web import (
    figures,
    phrases,
    phrases_catalogue,
    phrases_flaws,
    phrases_matching,
    phrases_rules,
    phrases_vendor,
)
from crossdock.web.assets import version
from crossdock.web.phrases_add_ons import add_on_change

register = template.Library()
register.filter(figures.seconds)
register.filter(figures.duration)
register.filter(figures.moment)
register.filter("counted", counts.told)
register.simple_tag(figures.money)
register.filter(in_words)

# How a state looks: what is well, on its way, waiting, or wrong.
TONES = {
    "linked": "good", "closed": "good", "connected": "good", "success": "good", "ready": "busy", "sending": "busy",
    "held": "wait", "manual": "note", "paused": "wait", "cancelled": "mute", "disconnected": "mute",
    "rejected": "bad", "unknown": "bad", "needs_reauth": "bad", "uninstalled": "bad", "unreachable": "bad",
    "active": "good", "sent": "good", "delivered": "good", "waiting": "busy", "disabled": "bad", "failed": "bad",
    "dropped": "mute",
    "paid": "good", "pending": "wait", "authorized": "wait", "partially_paid": "wait",
}  # fmt: skip
LISTING_TONES = {
    "live": "good", "wanted": "busy", "sending": "busy", "proposed": "wait", "rejected": "bad", "ended": "mute",
}  # fmt: skip


@register.simple_tag
def asset(path: str) -> str:
    """The address of a style sheet or script, new when the file is."""
    return f"{reverse('asset', args=[path])}?v={version(path)}"


@register.filter
def state_title(code: str) -> str:
    phrase = phrases.STATES.get(code)
    return str(phrase.title) if phrase else code


@register.filter
def state_sentence(code: str) -> str:
    phrase = phrases.STATES.get(code)
    return str(phrase.sentence) if phrase else ""


@register.filter
def store_state(code: str) -> str:
    return str(phrases.STORE_STATES.get(code, code))


@register.filter
def parcel_state(code: str) -> str:
    return str(phrases.PARCEL_STATES.get(code, code))


@register.filter
def payment(code: str) -> str:
    return str(phrases.PAYMENT.get(code, code))


@register.filter
def reason(code: str) -> phrases.Phrase:
    return phrases.reason(code)


@register.filter
def release(code: str) -> str:
    return str(phrases.RELEASES.get(code, code))


@register.filter
def fact(row: Mapping[str, Any]) -> str:
    return phrases.fact(row["rule"], row["passed"], row.get("seen", {}))


@register.filter
def activity(row: Any) -> str:
    return phrases.activity(row.what, row.data)


@register.filter
def vendor_activity(row: Any) -> str:
    return phrases_vendor.activity(row.what, row.data)


@register.filter
def vendor_reason(code: str) -> phrases.Phrase:
    return phrases_vendor.reason(code)


@register.filter
def vendor_state(code: str) -> phrases.Phrase:
    return phrases_vendor.state(code)


@register.filter
def vendor_parcel(code: str) -> str:
    return str(phrases_vendor.PARCEL_STATES.get(code) or phrases.PARCEL_STATES.get(code, code))


@register.filter
def contact(code: str) -> str:
    return str(phrases.CONTACTS[code])


@register.filter
def setting(value: Any) -> str:
    """A rule's value as people say it."""
    return phrases.say("{value}", {"value": value})


@register.filter
def listing_state(code: str) -> str:
    return str(phrases_catalogue.LISTING_STATES.get(code, code))


@register.filter
def vendor_listing_state(code: str) -> str:
    return str(phrases_vendor.LISTING_STATES.get(code, code))


@register.filter
def listing_reason(code: str) -> str:
    return str(phrases_catalogue.LISTING_REASONS.get(code) or phrases.reason(code).title)


@register.filter
def made_by(code: str) -> str:
    return str(phrases_matching.MADE_BY.get(code, code))


@register.filter
def listing_tone(code: str) -> str:
    return LISTING_TONES.get(code, "mute")


@register.filter
def because(reason: Any) -> str:
    return phrases_matching.because(reason)


@register.filter
def product_status(code: str) -> str:
    return str(phrases_catalogue.PRODUCT_STATUSES.get(code, code))


@register.filter
def problem(code: str) -> str:
    return str(phrases_catalogue.problem(code))


@register.filter
def cure(problem: Any) -> str:
    return phrases_flaws.cure(problem.code, problem.seen)


@register.filter
def not_offered(code: str) -> str:
    return str(phrases_catalogue.NOT_OFFERED.get(code, ""))


@register.filter
def stock_why(code: str) -> phrases.Phrase:
    return phrases_catalogue.stock_why(code)


@register.filter
def stock_fact(row: Mapping[str, Any]) -> str:
    return phrases_catalogue.stock_fact(row["rule"], row["passed"], row.get("seen", {}))


@register.filter
def field_title(code: str) -> str:
    return str(phrases_rules.FIELDS.get(code) or phrases_rules.WRITES.get(code, code))


@register.filter
def way_words(code: str) -> str:
    return str(phrases_rules.WAYS.get(code, code))


@register.filter
def order_rule(code: str) -> str:
    return str(phrases_rules.ORDER_RULES.get(code, code))


@register.filter
def rule_title(code: str) -> str:
    phrase = phrases_rules.RULE_TITLES.get(code)
    return str(phrase.title) if phrase else code.replace("_", " ")


@register.filter
def rule_changes(change: Any) -> list[str]:
    """What a change set, a line each: rules of orders, of products, variants and stock, or an add-on."""
    if isinstance(change, Activity):
        return [add_on_change(change.data)]
    if isinstance(change, PolicyChange):
        return [f"{order_rule(rule)}: {setting(value)}" for rule, value in change.after.items()]
    return [line for rule, value in change.after.items() for line in _changed(rule, change.before.get(rule), value)]


def _changed(rule: str, before: Any, after: Any) -> list[str]:
    if rule != "fields":
        words = phrases_rules.RULE_CHOICES.get(rule, {}).get(str(after))
        return [f"{rule_title(rule)}: {words or setting(after)}"]
    was, now = before or {}, after or {}
    names = [name for name in now.keys() | was.keys() if way(now.get(name)) != (way(was.get(name)) or "always")]
    return [f"{field_title(name)}: {way_words(way(now.get(name)) or 'always')}" for name in sorted(names)]


@register.filter
def tone(code: str | None) -> str:
    return TONES.get(code or "", "mute")
