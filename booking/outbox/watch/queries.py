"""Everything that is asked of the database and the machine to know whether Technilab is well: one statement."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

from asyncpg import (
    InsufficientPrivilegeError,
    PostgresError,
    UndefinedColumnError,
    UndefinedFunctionError,
    UndefinedTableError,
)
from msgspec import Struct

from booking.outbox.notices.beat import ERASURE
from booking.outbox.notices.queries import WAITS
from booking.outbox.watch.migrations import lacking
from booking.process.redis_url import is_reachable
from workshops.database import value
from workshops.database.row_types import rows_as
from workshops.events.carry_on import CAME

WAIT_SECONDS = 2.0
# A standby that has replayed all it received is not behind, however long nothing was written. Of standbys PostgreSQL
# tells nothing but their number to a role that is no member of pg_read_all_stats: none is seen to stream then.
STANDS = f"""SELECT
  (SELECT count(*) FROM notices WHERE {WAITS}) AS waiting,
  (SELECT count(*) FROM notices WHERE state = 'failed') AS failed,
  (SELECT min(created_at) FROM notices WHERE {WAITS}) AS oldest_at,
  (SELECT count(*) FROM events_to_tell) AS to_tell,
  (SELECT max(beat_at) FROM heartbeats) AS beat_at,
  (CASE WHEN NOT pg_is_in_recovery() THEN (SELECT extract(epoch FROM max(replay_lag)) FROM pg_stat_replication)
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END)::float8 AS lag,
  (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming') AS streaming,
  ARRAY(SELECT m.name::text FROM migration m) AS ran,
  (SELECT at FROM turns WHERE job = '{ERASURE}') AS erased_at,
  current_setting('archive_mode') <> 'off' AS archives,
  coalesce(a.last_failed_time > a.last_archived_time, a.last_failed_time IS NOT NULL) AS archive_fails,
  a.archived_count AS archived, a.failed_count AS not_archived,
  a.last_archived_time AS archived_at, a.last_failed_time AS not_archived_at
FROM pg_stat_archiver a"""  # noqa: S608 - constants only

TABLES = f"SELECT ARRAY(SELECT m.name::text FROM migration m) AS ran, ({CAME}) AS came"  # noqa: S608 - constants only
# Of tables that are not there, that another user owns, or that another version made.
NOT_OURS = (InsufficientPrivilegeError, UndefinedColumnError, UndefinedFunctionError, UndefinedTableError)

BEAT_OF = "SELECT max(beat_at) FROM heartbeats WHERE starts_with(name, $1)"


class Standing(Struct, frozen=True):
    """How the mails, the worker, the standbys and the archive of WAL are doing.

    `oldest_at` is when the oldest mail that waits was written, `beat_at` the last sign of life of any worker. `lag` is
    in seconds, None without a standby that is behind; `streaming` standbys follow; `ran` are the database's migrations.
    `erased_at` is when the nightly erasure last ended. Where PostgreSQL `archives`, `archived` and `not_archived` count
    files and failed tries since its statistics began; `archive_fails`: the last try did.
    """

    waiting: int
    failed: int
    oldest_at: datetime | None
    to_tell: int
    beat_at: datetime | None
    lag: float | None
    streaming: int
    ran: tuple[str, ...]
    erased_at: datetime | None
    archives: bool
    archive_fails: bool
    archived: int
    not_archived: int
    archived_at: datetime | None
    not_archived_at: datetime | None

    @property
    def lacking(self) -> int:
        """How many migrations of this version the database has not run."""
        return lacking(self.ran)


async def standing() -> Standing:
    """Raises what asyncpg raises where the database is away or has no tables yet."""
    (found,) = await rows_as(Standing, STANDS)
    return found


class Tables(Struct, frozen=True):
    """The migrations that the tables `ran`, and whether they `came` from another PostgreSQL without ado."""

    ran: tuple[str, ...]
    came: bool


async def tables_serve() -> bool:
    """Whether the tables are there for this version and this PostgreSQL, or wait for `migrate`.

    Raises what asyncpg raises where the database is away.
    """
    try:
        (found,) = await rows_as(Tables, TABLES)
    except NOT_OURS:
        return False
    return not found.came and not lacking(found.ran)


async def last_beat(machine: str) -> datetime | None:
    """The last sign of life of that machine's workers."""
    beat_at: datetime | None = await value(BEAT_OF, machine)
    return beat_at


async def standing_or_none() -> tuple[bool, Standing | None]:
    """Whether the database answers soon enough, and how things stand; None where it does not or has no tables."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return True, await standing()
    except UndefinedTableError:
        return True, None
    except (OSError, TimeoutError, PostgresError):
        return False, None


async def queue_answers(redis_url: str) -> bool:
    """Whether Redis does: without it pages still work, and mails wait for the sweep."""
    return bool(redis_url) and await is_reachable(redis_url, within=WAIT_SECONDS)


def disk_free(data_dir: Path) -> int:
    """Bytes that are left where photos, the mails of a trial and the embedded database are written."""
    return shutil.disk_usage(standing_path(data_dir)).free


def standing_path(data_dir: Path) -> Path:
    """That folder, or the first above it that is there: the disk is the same."""
    return next(one for one in (data_dir, *data_dir.parents) if one.exists())
