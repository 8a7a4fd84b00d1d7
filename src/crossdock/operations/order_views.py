"""Views of the list of orders that people keep: for themselves, or for all of the marketplace.

Not here: what a view's query means (web/merchant/orders_list.py).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from crossdock.models import Marketplace, Membership, OrderView, User
from crossdock.operations.record import Refused

MOST = 30  # of one person in a marketplace
LONGEST = 60


class BadView(Refused):
    """A view has a name of at most 60 characters."""

    code = "bad_view"


class ViewNameTaken(Refused):
    """The person has a view of that name."""

    code = "view_name_taken"


class TooManyViews(Refused):
    """The person keeps as many views as there may be."""

    code = "too_many_views"


def views_of(*, marketplace: Marketplace, user: User) -> QuerySet[OrderView]:
    """The person's own and those that are shared, by name."""
    seen = Q(user=user) | Q(shared=True)
    return OrderView.objects.filter(seen, marketplace=marketplace).select_related("user").order_by("name", "pk")


@transaction.atomic
def keep_view(
    *, marketplace: Marketplace, user: User, name: str, query: Mapping[str, str], shared: bool, now: datetime
) -> OrderView:
    """A new view. Raises BadView, ViewNameTaken, TooManyViews."""
    User.objects.select_for_update().get(pk=user.pk)  # counted and added by one at a time
    if OrderView.objects.filter(marketplace=marketplace, user=user).count() >= MOST:
        raise TooManyViews("there are too many views")
    with _once():
        return OrderView.objects.create(
            marketplace=marketplace, user=user, name=_name(name), query=dict(query), shared=shared, made_at=now
        )


@transaction.atomic
def change_view(*, view: OrderView, name: str, shared: bool, query: Mapping[str, str] | None = None) -> None:
    """Rename it, share it or not, and with `query` look otherwise by it. Raises BadView, ViewNameTaken."""
    view.name, view.shared = _name(name), shared
    view.query = view.query if query is None else dict(query)
    with _once():
        view.save(update_fields=["name", "shared", "query"])


def drop_view(*, view: OrderView) -> None:
    view.delete()


def open_with(*, marketplace: Marketplace, user: User, view: OrderView | None) -> None:
    """What the list opens with for the person; None: all orders."""
    Membership.objects.filter(marketplace=marketplace, user=user, vendor=None).update(orders_view=view)


def opens_with(*, marketplace: Marketplace, user: User) -> OrderView | None:
    """Nothing once it is no longer the person's to see."""
    chosen = Membership.objects.filter(marketplace=marketplace, user=user, vendor=None).values("orders_view")
    return views_of(marketplace=marketplace, user=user).filter(pk__in=chosen).first()


def _name(name: str) -> str:
    clean = " ".join(name.replace("\0", "").split())
    if not 0 < len(clean) <= LONGEST:
        raise BadView("a name has 1 to 60 characters", field="name")
    return clean


@contextmanager
def _once() -> Iterator[None]:
    """What the constraint refuses is a name taken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ViewNameTaken("there is a view of that name", field="name") from error
