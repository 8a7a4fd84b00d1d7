"""What is kept of catalogues, and what it marks: by newest version, once, and nothing when nothing changed."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg import AsyncConnection, AsyncCursor

from crossdock.connector.contract import CataloguePage
from crossdock.core.catalog import Option, Product, Variant
from crossdock.sync import catalogue, catalogue_pass
from crossdock.sync.catalogue_pass import Pass
from crossdock.sync.catalogue_rows import SeenProduct
from crossdock.sync.columns import Column
from crossdock.sync.dirty import Mark

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VENDOR_STORE, MERCHANT_STORE = 11, 10
Work = Callable[[AsyncCursor[Any]], Coroutine[Any, Any, Any]]


@pytest.fixture
def dsn(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("INSERT INTO marketplace (id, name, slug, created_at, add_ons) VALUES (1, 'M', 'm', now(), '{}')")
        db.execute(
            "INSERT INTO vendor (id, marketplace_id, name, email, active, created_at)"
            " VALUES (5, 1, 'V', '', true, now())"
        )
        for id, vendor in ((MERCHANT_STORE, None), (VENDOR_STORE, 5)):
            db.execute(
                "INSERT INTO store (id, marketplace_id, vendor_id, platform, domain, base_url, name, currency, state,"
                " state_words, state_at, sealed, hook_key, failures, remote_id, created_at) VALUES (%s, 1, %s,"
                " 'shopify', %s, '', '', 'EUR', 'connected', '', now(), '', %s, 0, '', now())",
                [id, vendor, f"{id}.test", f"key{id}"],
            )
        db.execute(
            "INSERT INTO sweep (id, store_id, kind, cursor, last_error) VALUES (77, 11, 'catalogue', '', ''),"
            " (78, 10, 'catalogue', '', '')"
        )
    return database


def run(dsn: str, work: Work) -> Any:
    async def once() -> Any:
        async with await AsyncConnection.connect(dsn) as connection:
            connection.adapters.register_dumper(list, Column)
            async with connection.cursor() as cursor:
                return await work(cursor)

    return asyncio.run(once())


def ask(dsn: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, autocommit=True) as db:
        return db.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def shirt(at: datetime = NOW, title: str = "Shirt", colours: tuple[str, ...] = ("Red", "Blue"), **more: Any) -> Product:
    variants = tuple(
        Variant(
            f"v-{colour}", "p1", (colour,), f"S-{colour}", price=Decimal("9.50"), item_id=f"i-{colour}", available=5
        )
        for colour in colours
    )
    return Product("p1", title, at, options=(Option("Colour", colours),), variants=variants, **more)


def seen(product: Product, *, now: datetime = NOW, was_read: bool = False, stock: bool = True) -> SeenProduct:
    version = int(product.updated_at.timestamp() * 1_000_000)
    return SeenProduct(VENDOR_STORE, 1, product, version, now, was_read, stock)


def keep(dsn: str, *products: SeenProduct, now: datetime = NOW) -> list[Mark]:
    return run(dsn, lambda cursor: catalogue.keep(cursor, products, now=now))  # type: ignore[no-any-return]


def listed(dsn: str, state: str = "live", reason: str = "") -> None:
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute(
            "INSERT INTO listing (marketplace_id, vendor_id, store_id, product_id, merchant_product_id, origin, state,"
            " reason, reference, created_at, done) VALUES (1, 5, 11, 'p1', 'm1', 'added', %s, %s, 'ref', now(), 1)",
            [state, reason],
        )
        db.execute(
            "INSERT INTO variant_link (id, marketplace_id, vendor_id, merchant_product_id, merchant_variant_id,"
            " vendor_product_id, vendor_variant_id, made_by, made_at)"
            " VALUES (9, 1, 5, 'm1', 'm-Red', 'p1', 'v-Red', 'test', now())"
        )
        db.execute(
            "INSERT INTO level (link_id, marketplace_id, vendor_id, store_id, vendor_variant_id, merchant_variant_id,"
            " done) VALUES (9, 1, 5, 11, 'v-Red', 'm-Red', 1)"
        )


def rows_of(dsn: str) -> list[tuple[Any, ...]]:
    return ask(dsn, "SELECT xmin::text, * FROM store_product") + ask(dsn, "SELECT xmin::text, * FROM store_variant")


LISTING = Mark(MERCHANT_STORE, "listing", 5, "vendor_changed")
LEVEL = Mark(MERCHANT_STORE, "level", MERCHANT_STORE, "vendor_stock")
DOUBT = Mark(VENDOR_STORE, "level", VENDOR_STORE, "doubt")
READ = Mark(VENDOR_STORE, "sweep", 77, "read_needed")


def test_a_product_is_kept_with_its_variants(dsn: str) -> None:
    assert keep(dsn, seen(shirt())) == []
    assert ask(dsn, "SELECT title, status, gone_at, read_needed FROM store_product") == [
        ("Shirt", "active", None, False)
    ]
    found = ask(dsn, "SELECT variant_id, title, sku, item_id, available FROM store_variant ORDER BY 1")
    assert found == [
        ("v-Blue", "Shirt - Blue", "S-Blue", "i-Blue", 5),
        ("v-Red", "Shirt - Red", "S-Red", "i-Red", 5),
    ]


@pytest.mark.parametrize("newer_first", [True, False])
def test_two_that_tell_of_a_new_product_at_once_leave_the_newer_and_a_read(dsn: str, newer_first: bool) -> None:
    """There is no row yet that the first could lock; the second waits for it to be made."""
    newer = seen(shirt(NOW + timedelta(seconds=1), "Long shirt", ("Red", "Green")))
    first, second = (newer, seen(shirt())) if newer_first else (seen(shirt()), newer)

    async def both(cursor: AsyncCursor[Any]) -> list[Mark]:
        await catalogue.keep(cursor, [first], now=NOW)
        waits = asyncio.create_task(asyncio.to_thread(keep, dsn, second))
        await blocked(dsn)
        await cursor.connection.commit()
        return await waits

    assert READ in run(dsn, both)
    assert ask(dsn, "SELECT title, read_needed FROM store_product") == [("Long shirt", True)]
    kept = {id for (id,) in ask(dsn, "SELECT variant_id FROM store_variant WHERE gone_at IS NULL")}
    assert {"v-Red", "v-Green"} <= kept
    keep(dsn, seen(newer.product, now=NOW + timedelta(minutes=1), was_read=True))
    assert ask(dsn, "SELECT read_needed FROM store_product") == [(False,)]
    left = ask(dsn, "SELECT variant_id FROM store_variant WHERE gone_at IS NULL ORDER BY 1")
    assert left == [("v-Green",), ("v-Red",)]


async def blocked(dsn: str) -> None:
    """Until a session of this database waits for another's lock."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(1000):
        if ask(dsn, query):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


def test_the_same_again_writes_nothing(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn)
    before = rows_of(dsn)
    assert keep(dsn, seen(shirt()), now=NOW + timedelta(hours=1)) == []
    assert rows_of(dsn) == before


def test_a_newer_version_of_the_same_is_only_noted(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn)
    assert keep(dsn, seen(shirt(NOW + timedelta(seconds=2)))) == []
    late = seen(shirt(NOW + timedelta(seconds=1), title="Old"))
    assert keep(dsn, late) == []
    assert ask(dsn, "SELECT title FROM store_product") == [("Shirt",)], "what is older comes too late"


def test_a_change_marks_its_listing_and_a_new_title_reaches_the_variants(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn)
    assert keep(dsn, seen(shirt(NOW + timedelta(seconds=1), title="Blouse"))) == [LISTING]
    assert ask(dsn, "SELECT title FROM store_variant ORDER BY 1") == [("Blouse - Blue",), ("Blouse - Red",)]
    assert ask(dsn, "SELECT wanted FROM listing") == [(2,)]


@pytest.mark.parametrize(
    ("state", "reason", "marked"),
    [("proposed", "", 0), ("refused", "", 0), ("rejected", "", 1), ("ended", "", 0), ("ended", "vendor_deleted", 1)],
)
def test_only_listings_that_follow_are_marked(dsn: str, state: str, reason: str, marked: int) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn, state, reason)
    assert len(keep(dsn, seen(shirt(NOW + timedelta(seconds=1), title="Blouse")))) == marked


def test_variants_come_and_go_and_come_back(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn)
    assert keep(dsn, seen(shirt(NOW + timedelta(seconds=1), colours=("Blue", "Green")))) == [LISTING, LEVEL]
    gone = "SELECT variant_id FROM store_variant WHERE gone_at IS NOT NULL"
    assert ask(dsn, gone) == [("v-Red",)]
    assert keep(dsn, seen(shirt(NOW + timedelta(seconds=2), colours=("Red", "Blue")))) == [LISTING, LEVEL]
    assert ask(dsn, gone) == [("v-Green",)]


def test_two_contents_of_one_moment_are_read(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn)
    assert keep(dsn, seen(shirt(title="Blouse"))) == [READ]
    assert ask(dsn, "SELECT title, read_needed FROM store_product") == [("Shirt", True)]
    later = NOW + timedelta(seconds=1)
    assert keep(dsn, seen(shirt(title="Blouse"), was_read=True, now=later), now=later) == [LISTING]
    assert ask(dsn, "SELECT title, read_needed FROM store_product") == [("Blouse", False)]


def test_a_doubt_that_came_while_it_was_read_stays(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    began = NOW + timedelta(seconds=1)
    places = [(VENDOR_STORE, 1, "p1")]
    run(dsn, lambda cursor: catalogue.doubt(cursor, places, now=began + timedelta(seconds=1)))
    keep(dsn, seen(shirt(), was_read=True, now=began))
    assert ask(dsn, "SELECT read_needed FROM store_product") == [(True,)]


def test_what_is_told_in_part_is_read(dsn: str) -> None:
    assert keep(dsn, seen(shirt(whole=False))) == [READ]
    assert keep(dsn, seen(shirt(), was_read=True)) == []
    assert ask(dsn, "SELECT title, read_needed, whole FROM store_product") == [("Shirt", False, True)]
    part = msgspec.structs.replace(shirt(NOW + timedelta(seconds=1)), unsaid=("grams", "tracked"))
    before = ask(dsn, "SELECT digest FROM store_variant")
    assert keep(dsn, seen(part, stock=False)) == [], "what it does not say is as it was"
    assert ask(dsn, "SELECT digest FROM store_variant") == before
    more = shirt(NOW + timedelta(seconds=2), colours=("Red", "Blue", "Green"), unsaid=("tracked",))
    assert keep(dsn, seen(more, stock=False)) == [READ], "of a new variant it is not known"


def test_a_deleted_product_is_not_brought_back_by_a_late_word(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn)
    place = [(VENDOR_STORE, 1, "p1")]
    later = NOW + timedelta(seconds=5)
    assert run(dsn, lambda cursor: catalogue.bury(cursor, place, at_vendor=True, now=later)) == [LISTING, LEVEL]
    assert run(dsn, lambda cursor: catalogue.bury(cursor, place, at_vendor=True, now=later)) == []
    assert keep(dsn, seen(shirt(NOW + timedelta(seconds=1), title="Late")), now=later) == [READ]
    assert ask(dsn, "SELECT gone_at IS NULL FROM store_product") == [(False,)]
    again = seen(shirt(NOW + timedelta(seconds=9)), was_read=True, now=NOW + timedelta(seconds=9))
    assert keep(dsn, again) == [LISTING, LEVEL]
    assert ask(dsn, "SELECT gone_at FROM store_product") == [(None,)]


def test_a_deletion_before_the_product_is_known_counts(dsn: str) -> None:
    place = [(VENDOR_STORE, 1, "p1")]
    run(dsn, lambda cursor: catalogue.bury(cursor, place, at_vendor=True, now=NOW))
    assert keep(dsn, seen(shirt())) == [READ]


def test_the_merchants_deletions_reach_the_listing(dsn: str) -> None:
    listed(dsn)
    place = [(MERCHANT_STORE, 1, "m1"), (MERCHANT_STORE, 1, "other")]
    found = run(dsn, lambda cursor: catalogue.bury(cursor, place, at_vendor=False, now=NOW))
    assert found == [Mark(MERCHANT_STORE, "listing", 5, "deleted_at_merchant")]


def test_stock_is_kept_by_its_moment(dsn: str) -> None:
    keep(dsn, seen(shirt()))
    listed(dsn)

    def stocked(left: int, minutes: int) -> list[Mark]:
        at = NOW + timedelta(minutes=minutes)
        product = shirt()
        variants = tuple(msgspec.structs.replace(each, available=left) for each in product.variants)
        return keep(dsn, seen(msgspec.structs.replace(product, variants=variants), now=at))

    assert stocked(3, 5) == [LEVEL]
    assert stocked(9, 4) == [DOUBT], "an older figure is not believed, but the store is asked"
    assert ask(dsn, "SELECT variant_id FROM store_variant WHERE level_doubt") == [("v-Red",)]
    assert stocked(9, 4) == [], "it is asked already"
    assert stocked(3, 6) == []
    assert ask(dsn, "SELECT DISTINCT available FROM store_variant") == [(3,)]


# -- whole passes --


def passing(dsn: str, *pages: CataloguePage, as_of: datetime = NOW, first: bool = False) -> list[Mark]:
    whole = Pass(77, VENDOR_STORE, 1, True, as_of, first)

    async def work(cursor: AsyncCursor[Any]) -> list[Mark]:
        await catalogue_pass.begin(cursor, 77)
        count, marks = 0, []
        for page in pages:
            seen, made = await catalogue_pass.keep_page(cursor, whole, page, now=as_of)
            count, marks = count + seen, marks + made
        ended = await catalogue_pass.finish(cursor, whole, seen=count, began_at=as_of, now=as_of)
        return marks + (ended or [])

    return run(dsn, work)  # type: ignore[no-any-return]


def pages_of(product: Product, as_of: datetime = NOW) -> tuple[CataloguePage, ...]:
    bare = msgspec.structs.replace(product, variants=(), whole=False)
    return (
        CataloguePage("1", as_of, products=(bare,)),
        *(CataloguePage("2", as_of, variants=(variant,)) for variant in product.variants),
        CataloguePage("", as_of),
    )


def test_a_pass_keeps_everything_once(dsn: str) -> None:
    assert passing(dsn, *pages_of(shirt()), first=True) == []
    assert ask(dsn, "SELECT title FROM store_variant ORDER BY 1") == [("Shirt - Blue",), ("Shirt - Red",)]
    assert ask(dsn, "SELECT catalogue_at FROM store WHERE id = 11") == [(NOW,)]
    assert ask(dsn, "SELECT count(*) FROM catalogue_seen") == [(0,)]
    before = rows_of(dsn)
    listed(dsn)
    later = NOW + timedelta(hours=6)
    assert passing(dsn, *pages_of(shirt(), later), as_of=later) == []
    assert keep(dsn, seen(shirt())) == []
    assert rows_of(dsn) == before


def test_what_a_pass_no_longer_sees_is_gone(dsn: str) -> None:
    passing(dsn, *pages_of(shirt()), first=True)
    listed(dsn)
    later = NOW + timedelta(hours=6)
    blue = shirt(later - timedelta(hours=1), colours=("Blue",))
    assert passing(dsn, *pages_of(blue, later), as_of=later) == [LISTING, LISTING, LEVEL]
    assert ask(dsn, "SELECT variant_id FROM store_variant WHERE gone_at IS NOT NULL") == [("v-Red",)]
    later += timedelta(hours=6)
    assert passing(dsn, CataloguePage("", later), as_of=later) == [LISTING]
    assert ask(dsn, "SELECT count(*) FROM store_product WHERE gone_at IS NOT NULL") == [(1,)]
    later += timedelta(hours=6)
    assert LISTING in passing(dsn, *pages_of(shirt(later), later), as_of=later)
    assert ask(dsn, "SELECT count(*) FROM store_variant WHERE gone_at IS NULL") == [(2,)]


def test_news_during_a_pass_outlives_it(dsn: str) -> None:
    passing(dsn, *pages_of(shirt()), first=True)
    began = NOW + timedelta(hours=6)
    told = seen(shirt(began, title="Blouse", colours=("Green",)), now=began + timedelta(seconds=1))
    keep(dsn, told)
    marks = passing(dsn, *pages_of(shirt(), began), as_of=began)
    assert set(marks) == {READ}, "its older variants are asked for, not believed"
    assert ask(dsn, "SELECT title, gone_at FROM store_product") == [("Blouse", None)]
    assert ask(dsn, "SELECT variant_id FROM store_variant WHERE gone_at IS NULL") == [("v-Green",)]


def test_a_pass_that_lost_what_it_saw_ends_nothing(dsn: str) -> None:
    passing(dsn, *pages_of(shirt()), first=True)
    later = NOW + timedelta(hours=6)
    whole = Pass(77, VENDOR_STORE, 1, True, later, False)

    def finish(cursor: AsyncCursor[Any]) -> Coroutine[Any, Any, Any]:
        return catalogue_pass.finish(cursor, whole, seen=3, began_at=later, now=later)

    assert run(dsn, finish) is None
    assert ask(dsn, "SELECT count(*) FROM store_product WHERE gone_at IS NULL") == [(1,)]
