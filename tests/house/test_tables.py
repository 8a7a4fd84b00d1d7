"""The tables as PostgreSQL has them after all migrations."""

from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.django_db
def test_rows_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.django_db
def test_sealed_columns_are_stored_as_they_are() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, attname, attstorage FROM pg_attribute"
            " WHERE attname LIKE 'sealed%' AND attnum > 0 AND attrelid::regclass::text NOT LIKE 'pg_%'"
        )
        stored = {f"{table}.{column}": how for table, column, how in cursor.fetchall()}
    assert len(stored) >= 4
    assert set(stored.values()) == {"e"}, stored


def test_a_database_of_its_own_is_migrated_and_empty(database: str) -> None:
    with psycopg.connect(database) as own:
        assert own.execute("SELECT count(*) FROM dirty_key").fetchone() == (0,)
        assert own.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)
