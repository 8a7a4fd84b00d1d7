"""A vendor's suggested pairs, side by side: its products and the marketplace's listings that may be the same.

Not here: the merchant's own page for all vendors (merchant/matching.py).
"""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crossdock.models import LinkSuggestion
from crossdock.operations.linking_lists import list_suggestions
from crossdock.operations.record import Refused
from crossdock.operations.vendor_mapping import Answer, Decided, decide_own_pairs
from crossdock.web import phrases
from crossdock.web.access import vendor_page
from crossdock.web.vendor.scope import VendorScope

State = LinkSuggestion.State
ON_A_PAGE = 50


@vendor_page
@require_safe
def pairs(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """Open pairs, or those refused, best first; why there are none where the marketplace maps by itself."""
    state = State.REFUSED if request.GET.get("show") == "refused" else State.OPEN
    context = {"scope": scope, "at": "vendor_pairs", "tab": state.value, "allowed": scope.may_map}
    if scope.may_map:
        try:
            found = list_suggestions(
                marketplace=scope.marketplace,
                vendor=scope.vendor,
                state=state,
                cursor=request.GET.get("after", "")[:40],
                limit=ON_A_PAGE,
            )
        except Refused:
            return redirect("vendor_pairs", slug=scope.marketplace.slug, vendor=scope.vendor.pk)
        context |= {"rows": found.items, "after": found.cursor}
    return render(request, "web/vendor/pairs.html", context)


@vendor_page
@require_POST
def decide(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """Confirm or refuse those ticked, or take refusals back."""
    ids = [int(text) for text in request.POST.getlist("pair") if text.isdecimal() and len(text) < 19]
    answer = request.POST.get("answer", "")
    try:
        chosen = Answer(answer) if answer in set(Answer) else Answer.CONFIRM
        found = decide_own_pairs(vendor=scope.vendor, ids=ids, answer=chosen, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        _say(request, chosen, found)
    return redirect("vendor_pairs", slug=scope.marketplace.slug, vendor=scope.vendor.pk)


def _say(request: HttpRequest, answer: Answer, found: Decided) -> None:
    if answer is Answer.CONFIRM:
        words = ngettext("{n} link made.", "{n} links made.", found.count)
    elif answer is Answer.REFUSE:
        words = ngettext("{n} pair refused.", "{n} pairs refused.", found.count)
    else:
        words = ngettext("{n} pair is suggested again.", "{n} pairs are suggested again.", found.count)
    messages.success(request, words.format(n=found.count))
    if found.left:
        messages.warning(request, _("Some were linked otherwise meanwhile, or are being made; they stay."))
