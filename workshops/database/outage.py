"""PostgreSQL outages: one exception for every caller, one line in the log."""

from __future__ import annotations

import logging
from time import monotonic

from asyncpg.exceptions import InterfaceError, ReadOnlySQLTransactionError

from workshops.database import replica
from workshops.database.hosts import UNREACHABLE

log = logging.getLogger("technilab")

# Seconds without an error after which an outage is over.
SETTLED = 3.0
# A server that takes no writes any more was the primary until a moment ago: another one is now.
CONNECTION_LOST = (*UNREACHABLE, ReadOnlySQLTransactionError)


class DatabaseAway(ConnectionError):
    """PostgreSQL does not answer for now, or all its connections are taken: retry in a moment.

    What was being committed at that very moment may be kept or not: nobody can tell.
    """


class _Outage:
    """One line when PostgreSQL goes and one when it is back, whatever the number of requests in between."""

    on = False
    _failed_at = 0.0

    def begins(self, error: BaseException) -> None:
        self._failed_at = monotonic()
        if not self.on:
            self.on = True
            log.error("PostgreSQL does not answer: %s", repr(error)[:200])

    def ends(self) -> None:
        """Once nothing has failed for a while: where some connections fail and others do not, it is one outage."""
        if monotonic() - self._failed_at > SETTLED:
            self.on = False
            log.warning("PostgreSQL answers again")

    def filter(self, record: logging.LogRecord) -> bool:
        """asyncpg's pool logs a whole traceback at each attempt to connect: part of the same outage."""
        if record.exc_info and record.exc_info[1] is not None:
            self.begins(record.exc_info[1])
        return not record.exc_info


outage = _Outage()
logging.getLogger("asyncpg.pool").addFilter(outage)


def raise_if_lost(error: BaseException) -> None:
    """Raise DatabaseAway when it is the connection that failed, by whatever name, or anything on the replica."""
    if replica.active() is not None:
        raise DatabaseAway("the read server could not answer") from error
    # asyncpg's message for a connection that died before it was used: the pool has taken it back and closed it.
    gone = "closed", "released back to the pool"
    closed = type(error) is InterfaceError and any(word in str(error) for word in gone)
    if not isinstance(error, DatabaseAway) and (closed or isinstance(error, CONNECTION_LOST)):
        outage.begins(error)
        raise DatabaseAway("PostgreSQL does not answer") from error
