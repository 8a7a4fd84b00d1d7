"""Where the link of an invitation leads: take the role with the log-in one has, or make one.

Not here: inviting (pages.py), what a link is worth (operations/invitations.py).
"""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crossdock.models import Invitation
from crossdock.operations.invitations import InvitationGone, accept, accept_new, find_invitation, known_person
from crossdock.operations.people import AlreadyThere
from crossdock.operations.record import Refused
from crossdock.web.accounts.first import LONGEST, refuse
from crossdock.web.people.roles import ROLES


class NewPerson(forms.Form):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=LONGEST)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Reading it answers nothing: mail programs read links too."""
    now = datetime.now(UTC)
    try:
        found = find_invitation(secret=secret, now=now)
        if request.method == "POST":
            return _answer(request, found, secret, now)
    except InvitationGone:
        return render(request, "web/people/invitation_gone.html", status=410)
    return _page(request, found, NewPerson())


def _answer(request: HttpRequest, found: Invitation, secret: str, now: datetime) -> HttpResponse:
    user: Any = request.user
    if user.is_authenticated:
        try:
            accept(secret=secret, user=user, now=now)
        except AlreadyThere:
            messages.info(request, _("You belong there already."))
        return _arrived(found)
    form = NewPerson(request.POST)
    if form.is_valid():
        try:
            made = accept_new(secret=secret, now=now, **form.cleaned_data)
        except InvitationGone:
            raise
        except Refused as refused:
            refuse(form, refused)
        else:
            login(request, made, backend=settings.AUTHENTICATION_BACKENDS[0])
            return _arrived(found)
    return _page(request, found, form)


def _page(request: HttpRequest, found: Invitation, form: NewPerson) -> HttpResponse:
    context = {
        "invitation": found,
        "role": ROLES[found.role],
        "form": form,
        "known": not request.user.is_authenticated and known_person(found.email) is not None,
    }
    return render(request, "web/people/invitation.html", context, status=422 if form.errors else 200)


def _arrived(found: Invitation) -> HttpResponse:
    if found.vendor_id is None:
        return redirect("dashboard", slug=found.marketplace.slug)
    return redirect("vendor_home", slug=found.marketplace.slug, vendor=found.vendor_id)
