"""The first run of an installation that knows nobody: a code that its console shows, the first person and marketplace.

The code is made of the installation's secret, so every web process knows it and none keeps it; it is good for nothing
once there is a person. Not here: the page (web/accounts/first.py).
"""

import base64
import hashlib
import hmac
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from msgspec import Struct

from crossdock.models import Marketplace, User
from crossdock.operations.invitations import clean_email, new_person
from crossdock.operations.people import create_marketplace
from crossdock.operations.record import Refused

CODE_BYTES = 10  # 16 letters: nobody guesses 80 bits
LOCK = 0x43440001  # two first people at once: one waits, and is then not the first


class WrongCode(Refused):
    """That is not the code that the console shows."""

    code = "wrong_code"


class SetUpAlready(Refused):
    """Somebody was first."""

    code = "set_up_already"


class First(Struct, frozen=True):
    """Who sets an installation up, and its first marketplace."""

    name: str
    email: str
    password: str
    marketplace: str
    slug: str
    currency: str = ""
    time_zone: str = ""
    language: str = ""


def is_first_run() -> bool:
    """Whether nobody can log in yet."""
    return not User.objects.exists()


def setup_code() -> str:
    """As the console shows it: four letters or digits, four times."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"crossdock first run", hashlib.sha256).digest()
    letters = base64.b32encode(digest[:CODE_BYTES]).decode()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def check_code(typed: str) -> None:
    """Raises WrongCode."""
    plain = "".join(filter(str.isalnum, typed)).upper()
    if not hmac.compare_digest(plain.encode(), setup_code().replace("-", "").encode()):
        raise WrongCode("that is not the code that the console shows", field="code")


@transaction.atomic
def set_up(*, code: str, first: First, now: datetime) -> tuple[User, Marketplace]:
    """The first person, who is operator and owner, and the marketplace: both or neither. Raises SetUpAlready,
    WrongCode, BadEmail, WeakPassword, BadDetail."""
    check_code(code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not is_first_run():
        raise SetUpAlready("this installation has been set up")
    email = clean_email(first.email)
    user = new_person(email=email, name=first.name, password=first.password, language=first.language, operator=True)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)  # the operator's own word
    marketplace = create_marketplace(
        name=first.marketplace.strip(),
        slug=first.slug,
        now=now,
        who=user.username,
        owner=user,
        currency=first.currency,
        time_zone=first.time_zone,
        language=first.language,
    )
    return user, marketplace
