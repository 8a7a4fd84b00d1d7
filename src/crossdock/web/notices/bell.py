"""How many notices are new, for the frame of every page: counted only where a template asks. Not here: the list."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from crossdock.operations.notices import unread


def bell(request: HttpRequest) -> dict[str, Any]:
    """`unread_notices`: 0 to 100, where 100 means that or more."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_notices": 0}
    return {"unread_notices": SimpleLazyObject(lambda: unread(user=user))}
