"""A store that refuses to write for a while, as one on a full disk does."""

import sqlite3

from sqlalchemy import event

from models import Store


class Unwritable:
    """Makes a SQLite store refuse to write in its next `transactions`, as one on a full disk does."""

    def __init__(self, store: Store) -> None:
        self.transactions = 0
        event.listen(store.engine, "checkout", self._prepare)

    def _prepare(self, connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only={int(self.transactions > 0)}")
        self.transactions -= 1
