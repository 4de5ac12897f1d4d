"""PostgreSQL is away: one word for whoever asks, one line in the log."""

from __future__ import annotations

import logging
from time import monotonic

from asyncpg.exceptions import InterfaceError, ReadOnlySQLTransactionError

from workshops.database import replica
from workshops.database.hosts import AWAY

log = logging.getLogger("technilab")

SETTLED = 3.0
# A server that takes no writes any more was the primary until a moment ago: another is.
LOST = (*AWAY, ReadOnlySQLTransactionError)


class DatabaseAway(ConnectionError):
    """PostgreSQL does not answer for now, or all its connections are taken: to be tried again in a moment.

    What was being committed at that very moment may be kept or not: nobody can say.
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

    def filter(self, said: logging.LogRecord) -> bool:
        """asyncpg's pool writes a whole trace at each try to connect: part of the same outage."""
        if said.exc_info and said.exc_info[1] is not None:
            self.begins(said.exc_info[1])
        return not said.exc_info


outage = _Outage()
logging.getLogger("asyncpg.pool").addFilter(outage)


def say_if_lost(error: BaseException) -> None:
    """Raise DatabaseAway when what failed is the connection, by whatever name, or whatever failed on the replica."""
    if replica.asked() is not None:
        raise DatabaseAway("the read server could not answer") from error
    # asyncpg's word for a connection that died before we asked: it has gone back to the pool, where it is closed.
    gone = "closed", "released back to the pool"
    closed = type(error) is InterfaceError and any(word in str(error) for word in gone)
    if not isinstance(error, DatabaseAway) and (closed or isinstance(error, LOST)):
        outage.begins(error)
        raise DatabaseAway("PostgreSQL does not answer") from error
