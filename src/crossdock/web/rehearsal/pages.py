"""The rehearsal's page: the live picture, acts from it, a run from a link. Not here: the stage that does it all.

Every act is a form that works without scripts; with them the answer comes beside the form and the picture follows.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from crossdock.connector import registry
from crossdock.operations.orders import retry_order
from crossdock.rehearsal.picture import Picture
from crossdock.rehearsal.script import BadLink, Run, read
from crossdock.rehearsal.standing import standings
from crossdock.web import phrases_rehearsal as words
from crossdock.web.access import Scope, change, page
from crossdock.web.rehearsal import acts, client, seen
from crossdock.web.rehearsal.drawing import draw

LONGEST_SEED = 9
RETRY = "retry:"
PIECES = {"picture": "web/rehearsal/_picture.html", "orders": "web/rehearsal/_orders.html"}


@page
@require_safe
def rehearsal(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The whole page, or the live piece of it."""
    picture = client.look()
    context: dict[str, Any] = {"scope": scope, "at": "rehearsal", "picture": picture}
    if picture is not None:
        context |= _live(request, scope, picture)
    piece = PIECES.get(request.GET.get("piece", ""))
    if request.headers.get("HX-Request") and piece:
        return render(request, piece, context) if picture is not None else HttpResponse(status=503)
    if picture is not None:
        context |= _linked(request, picture)
    return render(request, "web/rehearsal/page.html", context)


@change
@require_POST
def rehearse(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """One act."""
    if request.POST.get("act", "").startswith(RETRY):
        return _retry(request, scope)
    try:
        act = acts.read(request.POST)
        refused = client.act(act)
    except acts.OddAct as odd:
        refused = odd.code
    except client.NoStage:
        return _answer(request, scope, _("The rehearsal does not answer at the moment. Try again."), well=False)
    if refused:
        return _answer(request, scope, words.REFUSALS.get(refused, refused), well=False)
    return _answer(request, scope, words.ACTS[request.POST["act"].partition(":")[0]])


@change
@require_POST
def begin(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """A run from its beginning: one of a link, or a new one of a seed."""
    try:
        seed = request.POST.get("seed", "").strip()
        fresh = Run(int(seed)) if seed.isdecimal() and len(seed) <= LONGEST_SEED else None
        run = read(request.POST["run"]) if request.POST.get("run") else fresh
        if run is None:
            messages.error(request, _("A seed is a whole number of at most nine digits."))
        else:
            client.begin(run)
            messages.success(request, _("The run has begun."))
    except BadLink:
        messages.error(request, _("That link holds no run. Ask for it once more; perhaps a part of it is missing."))
    except client.NoStage:
        messages.error(request, _("The rehearsal does not answer at the moment. Try again."))
    return redirect("rehearsal", slug=scope.marketplace.slug)


def _retry(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """What the merchant's people may do on the order's page. It is the hub's affair: no act of the run."""
    number = request.POST["act"].removeprefix(RETRY)
    order = scope.orders.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 16 else None
    if order is None:
        return _answer(request, scope, words.REFUSALS["no_order"], well=False)
    retry_order(order=order, now=datetime.now(UTC), who=scope.who)
    return _answer(request, scope, words.ACTS["retry"])


def _answer(request: HttpRequest, scope: Scope, said: Any, *, well: bool = True) -> HttpResponseBase:
    if not request.headers.get("HX-Request"):
        (messages.success if well else messages.error)(request, said)
        return redirect(f"{reverse('rehearsal', args=[scope.marketplace.slug])}{_tour_query(request)}")
    answer = render(request, "web/rehearsal/_said.html", {"said": said, "well": well})
    return trigger_client_event(answer, "rehearsed")


def _live(request: HttpRequest, scope: Scope, picture: Picture) -> dict[str, Any]:
    references = [part.reference for order in picture.orders for part in order.parts]
    hub = standings(scope.marketplace, references)
    now = datetime.now(UTC)
    tour = _tour(request)
    link = reverse("rehearsal", args=[scope.marketplace.slug]) + f"?run={picture.run}"
    return {
        "drawings": draw(picture),
        "orders": seen.orders(picture, hub, now),
        "stores": seen.stores(picture, {each: registry.platform(each).title for each in _platforms(picture)}),
        "counts": seen.counts(picture.tally),
        "tour": tour,
        "steps": seen.tour(picture, tour),
        "link": request.build_absolute_uri(link),
    }


def _platforms(picture: Picture) -> set[str]:
    return {store.platform for store in (picture.merchant, *picture.stores)}


def _linked(request: HttpRequest, picture: Picture) -> dict[str, Any]:
    """The run that the address holds, if it holds one."""
    text = request.GET.get("run", "")
    if not text:
        return {}
    try:
        run = read(text)
    except BadLink:
        return {"bad_link": True}
    return {"linked": run, "linked_text": text, "linked_acts": acts.told(run, picture)}


def _tour(request: HttpRequest) -> int:
    """The step of the tour that is shown; 0 = none."""
    asked = request.GET.get("tour", "1")
    return int(asked) if asked.isdecimal() and len(asked) == 1 and int(asked) <= len(words.TOUR) else 1


def _tour_query(request: HttpRequest) -> str:
    asked = request.POST.get("tour", "")
    return f"?tour={asked}" if asked.isdecimal() and len(asked) == 1 else ""
