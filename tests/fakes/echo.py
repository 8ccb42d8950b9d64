"""The smallest pipe there can be, as a process: `python -m tests.fakes.echo --stages shout,repeat …`.

``shout`` reads articles and writes findings in upper case, ``repeat`` reads findings and writes alerts, ``listen`` reads
alerts and writes nothing. All through the real store. A body is its own id. Words that make trouble: ``poison`` cannot be
read, ``deadly`` kills the process, ``moody`` fails twice, ``broken`` always fails, ``endless`` never ends.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections import Counter
from datetime import datetime
from pathlib import Path

import msgspec

from monitors.article import digest
from streams import faust_app, log, topics
from streams.clock import utc_now
from streams.store import Outgoing, Store, Tx, open_store
from streams.wire import Unreadable

ROUTES = {
    "shout": (topics.ARTICLES, topics.FINDINGS),
    "repeat": (topics.FINDINGS, topics.ALERTS),
    "listen": (topics.ALERTS, None),
}


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """A stage."""

    name: str
    topic: str
    dest: str | None
    store: Store
    mended: bool = False
    moods: Counter[bytes] = msgspec.field(default_factory=Counter)

    def handle(self, body: bytes, now: datetime) -> tuple[Outgoing, ...]:
        """Pass the body on, unless it is one of those that make trouble."""
        if not self.mended:
            self._trouble(body)

        def once(tx: Tx) -> tuple[Outgoing, ...]:
            if tx.once(self.name, body.decode()) and self.dest:
                tx.put(self.dest, body[:1], digest(self.name, body.decode()), body.upper(), [("id", body.upper())])
            return tx.written

        return self.store.apply(once, now)

    def _trouble(self, body: bytes) -> None:
        match body.split(b"-")[0]:
            case b"poison":
                raise Unreadable(f"found {body[:20]!r}; expected words")
            case b"deadly":
                os.kill(os.getpid(), signal.SIGKILL)
            case b"moody" if self.moods[body] < 2:
                self.moods[body] += 1
                raise ConnectionError("not in the mood")
            case b"broken":
                raise ValueError("a bug that every try meets again")
            case b"endless":
                threading.Event().wait()
            case _:
                pass


def stages(names: str, prefix: str, store: Store, *, mended: bool) -> tuple[Echo, ...]:
    """Return the stages of these names, comma separated; ``mended`` ones take all words alike."""

    def named(name: str | None) -> str | None:
        return topics.full_name(prefix, name) if name else None

    return tuple(
        Echo(
            name=name,
            topic=topics.full_name(prefix, ROUTES[name][0]),
            dest=named(ROUTES[name][1]),
            store=store,
            mended=mended,
        )
        for name in names.split(",")
    )


def main() -> int:
    """Run the stages until a signal; everything it says goes to standard error."""
    parser = argparse.ArgumentParser()
    for name in ("kafka", "prefix", "store", "owner", "stages"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--code", default="1")
    parser.add_argument("--mended", default="no")
    parser.add_argument("--session", type=float, default=3)
    given = parser.parse_args()
    log.configure("info", "text")
    store = open_store(given.store, given.owner)
    line = faust_app.Line(
        group=f"{given.prefix}-{given.stages.replace(',', '-')}",
        bootstrap=given.kafka,
        prefix=given.prefix,
        stages=stages(given.stages, given.prefix, store, mended=given.mended == "yes"),
        store=store,
        code=given.code,
        now=utc_now,
        folder=given.folder,
        session=given.session,
        waits=(0.05, 0.1, 0.2),
    )
    try:
        return faust_app.run(line)
    except (topics.TopicsUnready, faust_app.StageStopped) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
