"""What the doctor's checks say, and the cure (phrases.py hands them out). Not here: the checks (operations)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crossdock.web.phrase import CheckPhrase, Counted

CHECKS: dict[str, CheckPhrase] = {
    "database": CheckPhrase(
        _("Database"),
        _("PostgreSQL {version} answers."),
        _("The database does not answer: {error}"),
        _("Start it, or set DATABASE_URL to one that runs."),
    ),
    "migrations": CheckPhrase(
        _("Tables"),
        _("The tables are up to date."),
        Counted(
            ngettext_lazy("{count} migration is missing: {names}", "{count} migrations are missing: {names}"), "count"
        ),
        _("Run: crossdock migrate"),
    ),
    "keys": CheckPhrase(
        _("Keys"),
        _("Every store's credentials can be opened."),
        _("Credentials that cannot be opened: {count} ({stores}); sealed with an older key: {old}"),
        _("Put the key they were sealed with back into CROSSDOCK_KEYS, behind the first."),
    ),
    "mail": CheckPhrase(
        _("Mail"),
        _("Mails go to {where}."),
        _("The mail server {where} cannot be reached as set: {error}"),
        _("Check CROSSDOCK_SMTP_HOST, CROSSDOCK_SMTP_PORT and CROSSDOCK_SMTP_TLS. Until then mails wait."),
    ),
    "mail_login": CheckPhrase(
        _("Mail"),
        _("The mail server {where} lets us in."),
        _("The mail server {where} refuses our name and password: {error}"),
        _("Check CROSSDOCK_SMTP_USER and CROSSDOCK_SMTP_PASSWORD. Until then mails wait."),
    ),
    "workers": CheckPhrase(
        _("Workers"),
        _("{alive} at work."),
        _("{alive} at work, {silent} silent."),
        _("Run: crossdock worker. Silent ones are forgotten by themselves, and their work is taken over."),
    ),
    "stores": CheckPhrase(
        _("Stores"),
        _("{states}"),
        _("{states} — look at: {stores}"),
        _("Connect the named stores again, or wait for them to answer."),
    ),
    "subscriptions": CheckPhrase(
        _("Webhooks"),
        _("Every store tells us of its changes."),
        Counted(
            ngettext_lazy(
                "{count} store could not be asked for webhooks: {stores}",
                "{count} stores could not be asked for webhooks: {stores}",
            ),
            "count",
        ),
        _("See crossdock why for the store's words; until then changes are found by listing."),
    ),
    "sweeps": CheckPhrase(
        _("Listings"),
        _("Every store was listed within the hour."),
        Counted(ngettext_lazy("{count} listing is late: {sweeps}", "{count} listings are late: {sweeps}"), "count"),
        _("Check that workers are at work and that these stores answer."),
    ),
    "stuck_keys": CheckPhrase(
        _("Work"),
        _("Nothing is stuck."),
        Counted(
            ngettext_lazy(
                "{count} key is long due or fails again and again: {keys}",
                "{count} keys are long due or fail again and again: {keys}",
            ),
            "count",
        ),
        _("See why with: crossdock plan KEY, then: crossdock retry KEY"),
    ),
    "sending_orders": CheckPhrase(
        _("Open calls"),
        _("No call is open for long."),
        Counted(
            ngettext_lazy(
                "{count} call has had no outcome for long: {orders}",
                "{count} calls have had no outcome for long: {orders}",
            ),
            "count",
        ),
        _("Workers look them up by themselves; check that one is at work and that the store answers."),
    ),
    "unknown_orders": CheckPhrase(
        _("Unknown outcomes"),
        _("There are none."),
        _("{count} orders and {parcels} parcels whose outcome nobody knows: {orders}"),
        _("Look in the vendor's store, then say what is there under Needs attention."),
    ),
    "attention": CheckPhrase(
        _("Needs attention"),
        _("Nothing needs a person."),
        _("{reasons}"),
        _("See the page Needs attention."),
    ),
}
