"""The list of orders in words: its filters, and what became of an act on many orders. Not here: what each does."""

from django.utils.translation import gettext_lazy as _

from crossdock.operations.order_batch import Act
from crossdock.web.phrase import Words

SHOWS: dict[str, Words] = {
    "pushed": _("Pushed"),
    "waiting": _("Waiting"),
    "by_hand": _("By hand"),
    "failed": _("Failed"),
    "cancelled": _("Cancelled"),
}
PAYMENT_CHOICES: dict[str, Words] = {
    "paid": _("Paid"),
    "unpaid": _("Not paid"),
    "refunded": _("Refunded"),
    "by_hand": _("Marked as paid by hand"),
}
SPANS: dict[str, Words] = {
    "day": _("Last 24 hours"),
    "week": _("Last 7 days"),
    "month": _("Last 30 days"),
}
ACTS: dict[str, Words] = {
    Act.PUSH: _("Push now"),
    Act.HOLD: _("Hold"),
    Act.RELEASE: _("Release"),
    Act.MARK_PAID: _("Mark as paid"),
}
WERE: dict[str, Words] = {
    Act.PUSH: _("Its rules decide at once. Refusals that go to their store again: {count}"),
    Act.HOLD: _("Held. Parts: {count}"),
    Act.RELEASE: _("Released. Parts: {count}"),
    Act.MARK_PAID: _("Counts as paid."),
}
