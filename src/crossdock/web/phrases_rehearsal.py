"""Words of the rehearsal: conditions of stores, where a part of an order is, refusals, what is counted, the tour.

Not here: markup.
"""

from django.utils.translation import gettext_lazy as _

from crossdock.web.phrase import Phrase, Words

# A condition of a store: the name of its switch, and what it does.
CONDITIONS = {
    "plug": Phrase(_("Unplugged"), _("Nobody answers there.")),
    "slow": Phrase(_("Slow"), _("Each call takes three seconds longer.")),
    "throttle": Phrase(_("Throttled"), _("About every second call is refused as one too many.")),
    "cut": Phrase(_("Answers lost"), _("It does what it is told, but about every second answer never comes.")),
    "lose": Phrase(_("Messages lost"), _("None of its webhooks arrives.")),
    "double": Phrase(_("Messages doubled"), _("Each of its webhooks arrives twice.")),
}
# Where a vendor's part of an order is, by what the stores say: a tone, and the words.
STEPS: dict[str, tuple[str, Words]] = {
    "unpaid": ("wait", _("Waits for payment")),
    "hub": ("busy", _("On its way to the vendor")),
    "vendor": ("good", _("In the vendor's store")),
    "shipped": ("busy", _("Shipped; tracking on its way back")),
    "done": ("good", _("Shipped; tracking is on the order")),
    "cancelled": ("mute", _("Cancelled on both sides")),
    "cancelling": ("busy", _("Being cancelled")),
    "refused": ("bad", _("Too little in stock; a person is told")),
    "by_hand": ("note", _("Not linked: left to a person")),
    "twice": ("bad", _("There twice")),
}
WAITS = _("Waits at Crossdock")
REFUSALS = {
    "full": _("A run holds two hundred acts. Start a new one to go on."),
    "odd": _("Choose at least one thing, and a number of pieces from 1 to 9999."),
    "no_act": _("That is no act of this page. Load it anew and try again."),
    "not_listed": _("That is not listed in the marketplace at the moment."),
    "no_order": _("That order is not part of this run any more, or it is cancelled."),
    "not_there": _("The vendor has not got this order yet, so there is nothing to ship."),
    "paid": _("It is paid already."),
    "no_store": _("There is no such store here."),
}
ACTS = {
    "order": _("Ordered. Watch it go to its vendors."),
    "pay": _("Marked as paid in the marketplace's own store."),
    "cancel": _("Cancelled in the marketplace's own store."),
    "ship": _("Shipped in the vendor's own store, with tracking."),
    "stock": _("Changed in the vendor's own store. The marketplace's figure follows."),
    "switch": _("Done. Orders go on meanwhile; watch what becomes of them."),
    "kill": _("A worker was killed in the middle of its work. Another one is started."),
    "trade": _("Done."),
    "retry": _("Tried again at once, as the merchant's people may on the order's page."),
}
LOST = {
    "order": _("orders that a vendor would never have got"),
    "cancel": _("cancellations that a vendor would never have heard of"),
    "parcel": _("parcels that the buyer would never have been told of"),
    "stock": _("changes of stock that would have gone unheard"),
}
DOUBLED = {
    "order": _("orders that a vendor would have got twice"),
    "parcel": _("parcels that would have been put on the order twice"),
}
HITS = {
    "lose": _("Messages lost"),
    "duplicate": _("Messages doubled"),
    "outage": _("Calls that nobody answered"),
    "throttle": _("Calls refused as too many"),
    "rate_limit": _("Calls refused as too many"),
    "drop_after": _("Answers lost"),
    "slow": _("Calls slowed down"),
}
# Five steps: what to look at or to do, and what it shows.
TOUR = (
    Phrase(
        _("One marketplace, five vendors"),
        _(
            "On the left is the marketplace's own store, on the right are its vendors' own shops, each on the platform "
            "it runs already. Crossdock stands between them. Each dot is one vendor's part of an order; it moves when "
            "the stores say so, not when we hope so."
        ),
    ),
    Phrase(
        _("Place an order"),
        _(
            "Be a shopper: order something from two vendors at once. The order is split, and each vendor gets its own "
            "part, in its own shop, within a second or so."
        ),
    ),
    Phrase(
        _("Pull a plug"),
        _(
            "Unplug the first vendor's store, then order from it. The order waits and says why; nothing is lost, and "
            "the other vendors notice nothing."
        ),
    ),
    Phrase(
        _("Plug it in again"),
        _(
            "The order arrives by itself, once. Now try what usually hurts more: lose all messages of a store, double "
            "them, lose its answers, kill a worker."
        ),
    ),
    Phrase(
        _("Ship it, and look at the counts"),
        _(
            "Be the vendor: ship a part with tracking, and see it come back to the buyer's order. The counts say what "
            "became of every order, and what would have been lost or doubled without all this."
        ),
    ),
)
