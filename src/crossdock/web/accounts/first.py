"""The set-up page of an installation that knows nobody, and the page that makes another marketplace.

Not here: who may set it up (operations/first_run.py tells by its code).
"""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from crossdock.models import Membership
from crossdock.operations.first_run import First, SetUpAlready, is_first_run, set_up
from crossdock.operations.people import create_marketplace
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.accounts.choices import languages, time_zones

LONGEST = 200
TELLING = ("weak_password",)  # refusals whose words are Django's own, in the reader's language


class MarketplaceForm(forms.Form):
    marketplace = forms.CharField(label=_("Name of the marketplace"), max_length=LONGEST)
    slug = forms.CharField(
        label=_("Short name"),
        required=False,
        max_length=60,
        help_text=_("Small letters, digits and hyphens; it stands in addresses. Left empty it is made of the name."),
    )
    currency = forms.CharField(
        label=_("Currency"), required=False, max_length=3, help_text=_("Three letters, such as EUR.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=time_zones)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=languages)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["slug"] = given.get("slug") or slugify(given.get("marketplace", ""))[:60].strip("-")
        return given


class FirstForm(MarketplaceForm):
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("The console that runs Crossdock shows it at start.")
    )
    name = forms.CharField(label=_("Your name"), max_length=LONGEST)
    email = forms.EmailField(label=_("Your e-mail address"))
    password = forms.CharField(
        label=_("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("code", "name", "email", "password", "marketplace", "slug", "currency", "time_zone", "language")


@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Whoever can read the console sets the installation up, once. Then there is nothing here any more."""
    if not is_first_run():
        return redirect("home")
    form = FirstForm(request.POST if request.method == "POST" else None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        code = given.pop("code")
        try:
            user, marketplace = set_up(code=code, first=First(**given), now=datetime.now(UTC))
        except SetUpAlready:
            return redirect("home")
        except Refused as refused:
            refuse(form, refused)
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect("connect", slug=marketplace.slug)
    return render(request, "web/accounts/first_run.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_marketplace(request: HttpRequest) -> HttpResponse:
    """Another marketplace of this installation, made by its operator or by who owns one already."""
    user: Any = request.user
    if not (user.is_superuser or user.memberships.filter(role=Membership.Role.OWNER).exists()):
        raise PermissionDenied
    form = MarketplaceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        name = given.pop("marketplace")
        try:
            made = create_marketplace(name=name, now=datetime.now(UTC), who=user.get_username(), owner=user, **given)
        except Refused as refused:
            refuse(form, refused)
        else:
            return redirect("connect", slug=made.slug)
    context = {"form": form, "at": "marketplaces"}
    return render(request, "web/accounts/new_marketplace.html", context, status=422 if form.errors else 200)


def refuse(form: forms.Form, refused: Refused) -> None:
    """Beside the field that it names."""
    field = "marketplace" if refused.field == "name" and "name" not in form.fields else refused.field
    words = str(refused) if refused.code in TELLING else str(phrases.refusal(refused.code))
    form.add_error(field if field in form.fields else None, words)
