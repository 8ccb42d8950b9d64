"""The suite runs over both databases: a test that asks for `url` or `opened` runs once on each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.store.kit import Opener
from tests.fakes.postgres import own_schema, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The run's PostgreSQL. Where it cannot start the tests fail: a skipped test would look like a held promise."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    with own_schema(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of this test's own."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def opened(url: str) -> Iterator[Opener]:
    """Opens stores on this test's database, as many processes would; they end with the test."""
    opener = Opener(url)
    yield opener
    opener.end_all()
