"""The store: inbox, state and outbox in one SQL transaction (docs/adr/0003-state-lives-in-sql.md)."""

from streams.store.database import StoreError
from streams.store.dead_letters import DeadLetter, Letter
from streams.store.deliveries import LeaseLostError
from streams.store.outbox import Outgoing
from streams.store.store import Counts, Store, Tx, open_store

__all__ = [
    "Counts",
    "DeadLetter",
    "LeaseLostError",
    "Letter",
    "Outgoing",
    "Store",
    "StoreError",
    "Tx",
    "open_store",
]
