"""What platforms ask on a buyer's behalf, in words. Not here: answering it (operations/privacy_requests.py)."""

from django.utils.translation import gettext_lazy as _

from crossdock.connector.contract import Ask
from crossdock.web.phrase import Words

ASKS: dict[str, Words] = {
    Ask.EXPORT: _("A buyer wants to see what is kept"),
    Ask.ERASE: _("A buyer wants to be forgotten"),
    Ask.ERASE_STORE: _("The store is gone: forget all of its buyers"),
}
