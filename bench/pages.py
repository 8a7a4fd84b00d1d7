"""What the merchant's and a vendor's pages take at size: python -m bench.pages [--share 1.0] [--times 20]

Fills a database of its own (bench/seed.py), then asks for every list and detail page, searches included, in this
process. Printed: p50 and p95 of the time, CPU of this process and statements. Not here: what pages say.
"""

import argparse
import atexit
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

MOST_MS = 150


class Asked(Struct, frozen=True):
    """One page's figures: milliseconds."""

    name: str
    p50: float
    p95: float
    cpu: float
    database: float
    statements: int


def main() -> None:
    options = _options()
    home = options.home or Path(tempfile.mkdtemp(prefix="crossdock-pages-"))
    home.mkdir(exist_ok=True)
    home.chmod(0o711)  # the embedded database's own user passes through
    if not options.home:
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "CROSSDOCK_"))]:
        del os.environ[name]
    os.environ |= {
        "CROSSDOCK_DATA": str(home),
        "CROSSDOCK_URL": "http://testserver",
        "DJANGO_SETTINGS_MODULE": "crossdock.settings",
    }
    from crossdock.host.postgres import Postgres

    server = Postgres(home / "postgres", durable=False)
    server.start()
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    _fill_once(options.share)
    pages = {name: page for name, page in _addresses().items() if not options.only or options.only in name}
    with _meter() as meter:
        _print(_ask(meter, name, page, options.times) for name, page in pages.items())


def _fill_once(share: float) -> None:
    from bench import seed
    from crossdock.models import User

    if User.objects.filter(username=seed.VENDOR_OWNER).exists():
        return
    began = time.monotonic()
    seed.fill(seed.Size().of(share))
    print(f"filled in {time.monotonic() - began:.0f} s", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the whole size")
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked for")
    parser.add_argument("--home", type=Path, help="a folder that keeps the database, filled once, for the next run")
    parser.add_argument("--only", default="", help="pages that have this in their name")
    return parser.parse_args()


def _addresses() -> dict[str, tuple[str, str]]:
    """Name -> (person, address)."""
    from django.urls import reverse

    from bench.seed import OWNER, SLUG, VENDOR_OWNER
    from crossdock.models import Call, Listing, MerchantOrder, Vendor, VendorOrder

    order, listing = MerchantOrder.objects.order_by("-pk")[50], Listing.objects.order_by("-pk")[50]
    part = VendorOrder.objects.order_by("-pk")[70]
    vendor = Vendor.objects.order_by("pk")[1]
    lists = "dashboard orders attention listings matching links stock catalogue vendors logs people".split()
    found = {name: reverse(name, args=[SLUG]) for name in lists}
    found |= {
        "order": reverse("order", args=[SLUG, order.pk]),
        "listing": reverse("listing", args=[SLUG, listing.pk]),
        "log": reverse("log", args=[SLUG, Call.objects.order_by("-pk")[5].pk]),
    }
    asked = {
        "dashboard, a month": ("dashboard", "span=month"),
        "orders, the last page": ("orders", f"before={MerchantOrder.objects.order_by('pk')[25].pk}"),
        "orders unpaid": ("orders", "payment=unpaid"),
        "orders that need somebody": ("orders", "needs=on"),
        "orders of a week": ("orders", "span=week"),
        "orders by SKU": ("orders", "q=sku-1"),
        "orders by tracking": ("orders", "q=SE00123456789"),
        "orders failed": ("orders", "show=failed"),
        "orders waiting": ("orders", "show=waiting"),
        "orders of a vendor": ("orders", f"vendor={vendor.pk}"),
        "orders by number": ("orders", f"q={order.name[1:]}"),
        "orders by reference": ("orders", f"q={part.reference}"),
        "orders, nothing like it": ("orders", "q=nothing-like-it"),
        "listings live": ("listings", "tab=live"),
        "listings page 200": ("listings", "tab=live&page=200"),
        "listings with problems": ("listings", "tab=problems"),
        "listings searched": ("listings", "tab=live&q=brass+lamp"),
        "listings, nothing like it": ("listings", "tab=live&q=zzzzqq"),
        "listings by a number": ("listings", "tab=live&q=4321"),
        "listings of the first vendor": ("listings", f"tab=live&vendor={vendor.pk}"),
        "listings not offered": ("listings", "tab=not_offered"),
        "not offered, searched": ("listings", "tab=not_offered&q=brass+spare"),
        "not offered, of the first vendor": ("listings", f"tab=not_offered&vendor={vendor.pk}"),
        "links by SKU": ("links", "q=SKU-1234-1"),
        "links searched": ("links", "q=brass+lamp"),
        "links, nothing like it": ("links", "q=zzzzqq"),
        "links of the first vendor": ("links", f"vendor={vendor.pk}"),
        "stock searched": ("stock", "q=brass"),
        "stock by a number": ("stock", "q=4321"),
        "stock, nothing like it": ("stock", "q=zzzzqq"),
        "stock on its way": ("stock", "show=waiting"),
        "vendors searched": ("vendors", "q=4321"),
        "vendors page 50": ("vendors", "page=50"),
        "logs gone wrong": ("logs", "outcome=wrong"),
        "logs of an order": ("logs", f"q={order.name[1:]}"),
        "logs of a kind": ("logs", "kind=level&outcome=failed"),
    }
    found |= {name: f"{reverse(page, args=[SLUG])}?{query}" for name, (page, query) in asked.items()}
    return {name: (OWNER, address) for name, address in found.items()} | {
        name: (VENDOR_OWNER, address) for name, address in _vendors_addresses(vendor.pk).items()
    }


def _vendors_addresses(vendor_id: int) -> dict[str, str]:
    """The same of the largest vendor's pages."""
    from django.urls import reverse

    from bench.seed import SLUG
    from crossdock.models import VendorOrder

    part = VendorOrder.objects.filter(vendor=vendor_id).order_by("-pk")[10]
    lists = "home orders products history logs people store".split()
    found = {f"vendor's {name}": reverse(f"vendor_{name}", args=[SLUG, vendor_id]) for name in lists}
    found["vendor's order"] = reverse("vendor_order", args=[SLUG, vendor_id, part.pk])
    asked = {
        "orders by reference": ("orders", f"q={part.reference}"),
        "orders, nothing like it": ("orders", "q=nothing-like-it"),
        "products not offered": ("products", "show=not_offered"),
        "products searched": ("products", "q=brass"),
    }
    for name, (page, query) in asked.items():
        found[f"vendor's {name}"] = "?".join((found[f"vendor's {page}"], query))
    return found


def _meter() -> Any:
    """Of the database's processes."""
    from django.db import connection

    from crossdock.rehearsal.cpu import Meter, postmaster_of

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postmaster = postmaster_of(cursor.fetchone()[0])
    assert postmaster is not None, "the database is of this machine"
    return Meter(dict, {"postgres": postmaster})


def _ask(meter: Any, name: str, asked: tuple[str, str], times: int) -> Asked:
    from django.db import connection
    from django.test import Client

    from crossdock.models import User

    client = Client()
    client.force_login(User.objects.get(username=asked[0]))
    seen: list[str] = []

    def count(execute: Any, sql: str, *more: Any) -> Any:
        seen.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(count):
        answer: Any = client.get(asked[1])
    if answer.status_code != 200:
        raise SystemExit(f"{name}: {asked[1]} answered {answer.status_code}")
    walls: list[float] = []
    cpu, database = time.process_time(), meter.seconds()["postgres"]
    for _ in range(times):
        began = time.perf_counter()
        client.get(asked[1])
        walls.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / times
    database = (meter.seconds()["postgres"] - database) * 1000 / times
    return Asked(name, statistics.median(walls), sorted(walls)[int(0.95 * (times - 1))], cpu, database, len(seen))


def _print(rows: Iterable[Asked]) -> None:
    print(f"{'page':<34}{'p50 ms':>8}{'p95 ms':>8}{'CPU ms':>8}{'database':>10}{'statements':>12}", flush=True)
    for row in rows:
        slow = "  slow" if row.p95 > MOST_MS else ""
        print(
            f"{row.name:<34}{row.p50:>8.0f}{row.p95:>8.0f}{row.cpu:>8.0f}{row.database:>10.0f}{row.statements:>12}{slow}",
            flush=True,
        )


if __name__ == "__main__":
    main()
