"""What the log says while PostgreSQL is away."""

from __future__ import annotations

import logging
from time import monotonic

log = logging.getLogger("technilab")

SETTLED = 3.0


class Outage:
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
