"""The way out of mails: a signed link, one click of a mail program or a button (RFC 8058). No log-in is asked for.

Not here: what it switches off (operations/notices.py).
"""

from datetime import UTC, datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt

from crossdock.models import Marketplace, User, Vendor
from crossdock.operations.notices import Reader, stop_mails
from crossdock.web.mails import SALT


@csrf_exempt  # a mail program posts it; the signature says who may
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first: programs that look at every link of a mail must not switch anything off."""
    reader = _reader(token)
    done = request.method == "POST"
    if done:
        stop_mails(reader=reader, now=datetime.now(UTC))
    return render(request, "web/notices/unsubscribe.html", {"reader": reader, "done": done})


def _reader(token: str) -> Reader:
    """A token without an end: a mail may lie for years. Raises Http404."""
    try:
        who: dict[str, Any] = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    return Reader(
        marketplace=get_object_or_404(Marketplace, pk=who["m"]),
        audience=who["a"],
        user=None if who["u"] is None else get_object_or_404(User, pk=who["u"]),
        vendor=None if who["v"] is None else get_object_or_404(Vendor, pk=who["v"]),
    )
