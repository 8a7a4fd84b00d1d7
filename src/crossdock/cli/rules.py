"""The command `settings`: the installation's variables, the rules of orders and catalogues, and changing these.

Not here: what a rule means, or what may be written where (operations).
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from crossdock import environment
from crossdock.cli import tell_offer
from crossdock.cli.common import Exit, fail, open_installation, out, print_json

if TYPE_CHECKING:
    from crossdock.models import Marketplace, Vendor

commands = typer.Typer(invoke_without_command=True)
WORDS: dict[str, Any] = {"on": True, "off": False, "yes": True, "no": False, "true": True, "false": False}
OPEN = ("inherit", "")
# How the rules of products, variants and stock begin; the others are of orders.
OF_CATALOGUES = (
    "product_", "auto_", "inventory_", "price_", "new_status", "on_delete", "stock_", "lease_", "vendor_locations",
    "merchant_location", "field.", "poll_", "conflicts",
)  # fmt: skip


@commands.callback()
def settings(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False
) -> None:
    """Show the installation's settings (secrets hidden) and every marketplace's rules."""
    if context.invoked_subcommand is not None:
        return
    variables = installation()
    open_installation(serve=False)
    found, of_catalogues = policies(), catalogue_policies()
    if json:
        print_json({"installation": variables, "order_rules": found, "catalogue_rules": of_catalogues})
        return
    _print_variables(variables)
    for rules in found:
        _print_rules(rules, "Order rules")
    for rules in of_catalogues:
        _print_rules(rules, "Product, variant and stock rules")


@commands.command("set")
def set_rules(
    changes: Annotated[list[str], typer.Argument(help="Such as order_sync=off maximum_quantity=10 paid_only=inherit")],
    marketplace_slug: Annotated[str, typer.Option("--marketplace", help="Short name of the marketplace.")],
    vendor_name: Annotated[str, typer.Option("--vendor", help="Only for this vendor.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what it would release.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Change rules: of orders, or of products, variants and stock (product_sync, price_factor, field.title=create ...).
    What waited for the change goes out; what it touches is looked at again."""
    from crossdock.cli.look import looking, now, person

    if any(_of_catalogue(word) for word in changes):
        _set_catalogue(changes, marketplace_slug, vendor_name, dry_run, json)
        return

    with looking():
        from crossdock.operations.preview import preview_order_policy
        from crossdock.operations.settings import BadSetting, set_order_policy

        place = marketplace(marketplace_slug)
        owner = vendor(place, vendor_name) if vendor_name else None
        wanted = read_changes(changes)
        try:
            told = preview_order_policy(marketplace=place, vendor=owner, changes=wanted)
            made = None
            if not dry_run:
                made = set_order_policy(marketplace=place, vendor=owner, changes=wanted, who=person(), now=now())
        except BadSetting as error:
            fail(error.named, Exit.WRONG_USE)
    if json:
        print_json({"changed": made.after if made else {}, "releases": told})
        return
    out.print(_said(dry_run, made.after if made else {}), highlight=False)
    out.print(f"Released: {told.released}, still waiting: {told.waiting}, by hand: {told.by_hand}", highlight=False)


def installation() -> list[dict[str, str]]:
    """Every variable with its value, or where that comes from; secrets only as set or not."""
    try:
        values = {variable.name: environment.read(variable.name) for variable in environment.VARIABLES}
    except environment.BadSetting as error:
        fail(error.named, Exit.WRONG_USE)
    return [
        {
            "name": variable.name,
            "value": _shown(values[variable.name], variable),
            "default": variable.default,
            "words": variable.words,
        }
        for variable in environment.VARIABLES
    ]


def catalogue_policies() -> list[dict[str, Any]]:
    """The same of products, variants and stock."""
    from crossdock.models import CataloguePolicy
    from crossdock.operations.catalogue_rules import RULES
    from crossdock.operations.catalogue_values import way

    rows = CataloguePolicy.objects.select_related("marketplace", "vendor").order_by("marketplace__slug", "vendor__name")
    return [
        {
            "marketplace": row.marketplace.slug,
            "vendor": row.vendor.name if row.vendor else None,
            **{rule: getattr(row, rule) for rule in RULES if rule != "fields"},
            **{f"field.{name}": way(pair) for name, pair in row.fields.items()},
        }
        for row in rows
    ]


def policies() -> list[dict[str, Any]]:
    """The rules of each marketplace, and of each vendor that has its own."""
    from crossdock.models import OrderPolicy
    from crossdock.operations.settings import FIELDS

    rows = OrderPolicy.objects.select_related("marketplace", "vendor").order_by("marketplace__slug", "vendor__name")
    return [
        {
            "marketplace": row.marketplace.slug,
            "vendor": row.vendor.name if row.vendor else None,
            **{field: getattr(row, field) for field in FIELDS},
            "add_ons_off": sorted(row.marketplace.add_ons),
        }
        for row in rows
    ]


def read_changes(words: list[str]) -> dict[str, Any]:
    """`field=value` pairs: on and off are switches, inherit leaves a rule to the marketplace."""
    changes: dict[str, Any] = {}
    for word in words:
        field, equals, value = word.partition("=")
        if not equals:
            fail(f"{word!r} is not a change; write for example order_sync=off", Exit.WRONG_USE)
        changes[field] = None if value in OPEN else WORDS.get(value.lower(), value)
    return changes


def marketplace(slug: str) -> "Marketplace":
    from crossdock.models import Marketplace

    found = Marketplace.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Marketplace.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none"
        fail(f"No marketplace is called {slug!r}; there are: {known}", Exit.WRONG_USE)
    return found


def vendor(place: "Marketplace", name: str) -> "Vendor":
    found = place.vendors.filter(name__iexact=name).first()
    if found is None:
        fail(f"{place.slug} has no vendor called {name!r}", Exit.WRONG_USE)
    return found


def _of_catalogue(word: str) -> bool:
    return word.startswith(OF_CATALOGUES)


def _set_catalogue(words: list[str], slug: str, vendor_name: str, dry_run: bool, json: bool) -> None:
    """Rules of products, variants and stock: all of the words are."""
    from crossdock.cli.look import looking, now, person

    with looking():
        from crossdock.operations.catalogue_preview import preview_catalogue_policy
        from crossdock.operations.catalogue_rules import set_catalogue_policy
        from crossdock.operations.settings import BadSetting

        place = marketplace(slug)
        owner = vendor(place, vendor_name) if vendor_name else None
        given = read_changes(words)
        wanted = {name: value for name, value in given.items() if not name.startswith("field.")}
        ways = {name.removeprefix("field."): value for name, value in given.items() if name.startswith("field.")}
        wanted |= {"fields": ways} if ways else {}
        try:
            told = preview_catalogue_policy(marketplace=place, vendor=owner, changes=wanted)
            made = None
            if not dry_run:
                made = set_catalogue_policy(marketplace=place, vendor=owner, changes=wanted, who=person(), now=now())
        except BadSetting as error:
            fail(error.named, Exit.WRONG_USE)
    if json:
        print_json({"changed": made.after if made else {}, "would": told})
        return
    out.print(_said(dry_run, made.after if made else {}), highlight=False)
    tell_offer.preview(told)


def _shown(value: str, variable: environment.Variable) -> str:
    if not value:
        return ""
    return "(set, hidden)" if variable.secret else value


def _said(dry_run: bool, after: dict[str, Any]) -> str:
    if dry_run:
        return "Nothing was changed. Saving this would have:"
    if not after:
        return "Nothing differs."
    return "Changed: " + ", ".join(f"{field} = {_word(value)}" for field, value in after.items())


def _word(value: Any) -> str:
    if value is None:
        return "-"
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _print_variables(variables: list[dict[str, str]]) -> None:
    table = Table("Variable", "Value", "Default", title="Installation", title_justify="left", box=None, pad_edge=False)
    for each in variables:
        table.add_row(each["name"], each["value"] or "-", each["default"])
    out.print(table)


def _print_rules(rules: dict[str, Any], title: str) -> None:
    whose = f"{rules['marketplace']} / {rules['vendor']}" if rules["vendor"] else rules["marketplace"]
    table = Table("Rule", "Value", title=f"\n{title} of {whose}", title_justify="left", box=None, pad_edge=False)
    for field, value in rules.items():
        if field not in ("marketplace", "vendor", "add_ons_off") and (value is not None or not rules["vendor"]):
            table.add_row(field, _word(value))
    if rules.get("add_ons_off"):
        table.add_row("add-ons off", ", ".join(rules["add_ons_off"]))
    out.print(table)
