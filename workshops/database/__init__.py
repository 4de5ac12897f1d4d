"""PostgreSQL: an engine whose transactions never lose a connection, reads, batches, retries and read replicas."""

from __future__ import annotations

from workshops.database.confirmed import confirm_what_was_read
from workshops.database.engine import (
    Engine,
    Rows,
    around_acts,
    current_engine,
    engine_for,
    open_pool,
    pool_to_read,
    prefer_replica,
    row,
    rows,
    savepoint,
    server_read,
    transaction,
    value,
)
from workshops.database.outage import DatabaseAway
from workshops.database.owner import owners_transaction
from workshops.database.safe_transaction import SafeTransaction

__all__ = (
    "DatabaseAway",
    "Engine",
    "Rows",
    "SafeTransaction",
    "around_acts",
    "confirm_what_was_read",
    "current_engine",
    "engine_for",
    "open_pool",
    "owners_transaction",
    "pool_to_read",
    "prefer_replica",
    "row",
    "rows",
    "savepoint",
    "server_read",
    "transaction",
    "value",
)
