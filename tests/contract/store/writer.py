"""A process that writes until it is killed: ``python -m tests.contract.store.writer URL OWNER``. Not a test.

Each transaction handles the next number in every table at once; it is printed after the commit, with a mark when it was new.
"""

from __future__ import annotations

import itertools
import sys

from streams.store import Store, Tx, open_store
from tests.contract.store.kit import NOW, alert, story


def write(store: Store, number: int) -> bool:
    """Handle the number; False when that was done before."""

    def handle(tx: Tx) -> bool:
        name = str(number)
        if not tx.once("examine", name):
            return False
        tx.lock_desk("world")
        known = tx.stories("world", ["base"], NOW)
        tx.save_story(story("story", "base", f"country {number}", alerts=known[0].alerts + 1 if known else 1))
        tx.put("findings", b"world", name, name.encode() * 500)
        tx.add_delivery(alert(name), "console:")
        return True

    return store.apply(handle, NOW)


if __name__ == "__main__":
    opened = open_store(sys.argv[1], sys.argv[2])
    for each in itertools.count():
        sys.stdout.write(f"{each} {'new' if write(opened, each) else 'known'}\n")
        sys.stdout.flush()
