"""The command `connect`: which platforms there are, what one can and asks for, and connecting a store of it.

Secrets are asked for, or read from a file, so that they do not stay in the shell's history. Not here: what is believed
or tried (operations/connecting.py).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, urlsplit

import typer
from rich.table import Table

from crossdock import environment
from crossdock.cli import rules
from crossdock.cli.common import Exit, fail, out, print_json

if TYPE_CHECKING:
    from crossdock.connector.connecting import Field, Way
    from crossdock.models import Marketplace, Store, Vendor
    from crossdock.operations.connecting import Offer, Step

commands = typer.Typer()


@commands.command()
def connect(
    platform: Annotated[str, typer.Argument(help="Name of the platform. Without it: which there are.")] = "",
    address: Annotated[str, typer.Argument(help="Address of the store. Without it: what the platform can.")] = "",
    marketplace: Annotated[str, typer.Option(help="Short name of the marketplace.")] = "",
    vendor: Annotated[str, typer.Option(help="Whose store it is. Without it: the merchant's own.")] = "",
    way: Annotated[str, typer.Option(help="Which way to connect. Default: the platform's first.")] = "",
    value: Annotated[list[str] | None, typer.Option(help="name=value, or name=@file for a secret.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Connect a store, of the merchant or of a vendor. It is tried before it is saved."""
    from crossdock.cli.look import looking

    with looking():
        if not platform or not address:
            _tell(platform, bool(vendor), json)
            return
        place = _marketplace(marketplace)
        owner = rules.vendor(place, vendor) if vendor else None
        store = _connect(platform, address, place, owner, way, _given(value or []))
    if json:
        print_json({"store": store.pk, "platform": store.platform, "domain": store.domain, "state": store.state})
    else:
        out.print(f"{store.domain} is connected.", highlight=False)


def _connect(
    platform: str, address: str, place: "Marketplace", owner: "Vendor | None", name: str, values: dict[str, str]
) -> "Store":
    from crossdock.cli.look import now, person
    from crossdock.operations.connecting import begin_connecting, finish_connecting, offer, role_of
    from crossdock.operations.record import Refused

    ours = environment.public_url()
    try:
        found = offer(platform, role_of(owner))
        way = found.way(name)
        step = begin_connecting(
            marketplace=place,
            vendor=owner,
            platform=platform,
            way=way.name,
            typed_domain=address,
            values=_values(found, way, values),
            back=f"{ours}/connect/back",
            post=f"{ours}/connect/posted/",
            now=now(),
        )
        return finish_connecting(sealed=step.sealed, query=_come_back(step), now=now(), who=person())
    except Refused as refused:
        fail(refused.named, Exit.WRONG_USE)


def _come_back(step: "Step") -> dict[str, str]:
    """What the store sent the browser back with, as the person copies it."""
    if not step.address:
        return {}
    out.print("Open this address in a browser, as the store's owner:", highlight=False)
    out.print(step.address, markup=False, highlight=False, soft_wrap=True)
    came = typer.prompt("Then copy the address that the browser came back to, and give it here")
    return dict(parse_qsl(urlsplit(came.strip()).query, keep_blank_values=True))


def _values(found: "Offer", way: "Way", given: dict[str, str]) -> dict[str, str]:
    """What was not given is asked for, once it is clear that it is of use."""
    if not found.open:
        return given
    if not given and way.fields:
        out.print(way.help.replace("{back}", f"{environment.public_url()}/connect/back"), highlight=False)
    return {field.name: given.get(field.name) or _ask(field) for field in way.fields}


def _ask(field: "Field") -> str:
    return str(typer.prompt(field.title, hide_input=field.secret))


def _given(words: list[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, is_said, value in pairs:
        if not is_said:
            fail(f"{name!r} is not of the form name=value", Exit.WRONG_USE)
        if value.startswith("@") and not Path(value[1:]).is_file():
            fail(f"{name}: there is no file {value[1:]}", Exit.WRONG_USE)
    return {
        name: Path(value[1:]).read_text(encoding="utf-8").strip() if value.startswith("@") else value
        for name, _, value in pairs
    }


def _marketplace(slug: str) -> "Marketplace":
    """The one that is named, or the only one."""
    from crossdock.models import Marketplace

    if not slug:
        slugs = list(Marketplace.objects.order_by("slug").values_list("slug", flat=True)[:20])
        if len(slugs) != 1:
            fail(f"Which marketplace? --marketplace is one of: {', '.join(slugs) or 'none yet'}", Exit.WRONG_USE)
        slug = slugs[0]
    return rules.marketplace(slug)


def _tell(platform: str, for_vendor: bool, json: bool) -> None:
    from crossdock.connector.contract import Role
    from crossdock.operations.connecting import offer, offers
    from crossdock.operations.stores import UnknownPlatform

    role = Role.VENDOR if for_vendor else Role.MERCHANT
    try:
        found = [offer(platform, role)] if platform else offers(role)
    except UnknownPlatform as error:
        fail(str(error), Exit.WRONG_USE)
    if json:
        print_json([_as_json(each) for each in found])
        return
    for each in found:
        _print(each, whole=bool(platform))


def _as_json(found: "Offer") -> dict[str, object]:
    return {
        "platform": found.platform.name,
        "role": found.role,
        "able": found.able.can,
        "why": found.able.why,
        "scopes": found.connecting.scopes(found.role),
        "ways": [{"way": way.name, "title": way.title, "fields": [f.name for f in way.fields]} for way in _ways(found)],
    }


def _print(found: "Offer", *, whole: bool) -> None:
    from crossdock.web import phrases_platforms

    out.print(f"[b]{found.platform.name}[/b]  {found.able.why or found.platform.title}", highlight=False)
    for way in _ways(found):
        asked = ", ".join(field.name for field in way.fields) or "nothing to type"
        out.print(f"  --way {way.name}: {way.title} ({asked})", highlight=False)
    if not whole:
        return
    out.print(f"  It asks the store to allow: {', '.join(found.connecting.scopes(found.role))}", highlight=False)
    table = Table("What it cannot do, or only in part", "", "Why", show_edge=False)
    for each in phrases_platforms.abilities(found.platform.capabilities, found.role):
        if each.why:
            table.add_row(str(each.words), each.can, each.why)
    out.print(table)


def _ways(found: "Offer") -> "tuple[Way, ...]":
    return found.connecting.ways if found.open else ()
