"""A person's own settings: name, language, time zone, look. Not here: e-mail, password, second factor (allauth)."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods

from crossdock.models import User
from crossdock.operations.people import set_person
from crossdock.web.accounts.choices import THEMES, languages, time_zones
from crossdock.web.look import COOKIE as THEME_COOKIE
from crossdock.web.look import YEAR


class Person(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False, choices=languages)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False, choices=time_zones)
    theme = forms.ChoiceField(label=gettext_lazy("Appearance"), required=False, choices=lambda: list(THEMES))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """What is chosen here counts in this browser at once, and in every other that has not chosen otherwise."""
    user: Any = request.user
    form = Person(request.POST if request.method == "POST" else None, initial=_present(user))
    if request.method == "POST" and form.is_valid():
        set_person(user=user, **form.cleaned_data)
        return _kept(request, form.cleaned_data)
    places = user.memberships.select_related("marketplace", "vendor").order_by("marketplace__name", "vendor__name")
    context = {"form": form, "at": "person", "memberships": places}
    return render(request, "web/accounts/person.html", context, status=422 if form.errors else 200)


def _present(user: User) -> dict[str, str]:
    return {"name": user.name, "language": user.language, "time_zone": user.time_zone, "theme": user.theme}


def _kept(request: HttpRequest, chosen: dict[str, str]) -> HttpResponse:
    answer = redirect("person")
    for cookie, value in ((settings.LANGUAGE_COOKIE_NAME, chosen["language"]), (THEME_COOKIE, chosen["theme"])):
        if value:
            answer.set_cookie(cookie, value, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
        else:
            answer.delete_cookie(cookie, samesite="Lax")
    with override(chosen["language"] or None):
        messages.success(request, _("Saved."))
    return answer
