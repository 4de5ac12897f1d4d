"""When a figure is no longer fine, and which of them stop the service."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from booking.outbox.notices.rules import worker_silent

# Below the floor nothing can be written any more; a day of a lycée's photos takes less than the room.
DISK_FLOOR, DISK_ROOM = 100_000_000, 1_000_000_000
# A mail waits for a tick, a page for a standby: beyond, somebody should look.
OUTBOX_LATE = timedelta(minutes=5)
LAG_MOST = 10.0


class Check(Struct, frozen=True):
    """One part: whether it is fine, whether nothing is served without it, and the figure that says so."""

    ok: bool
    figure: float | None = None
    stops: bool = False


def judged(
    *,
    database: bool,
    lacking: int | None,
    tables: bool,
    oldest_at: datetime | None,
    beat_at: datetime | None,
    lag: float | None,
    streaming: int | None,
    standbys: int,
    free: int,
    queue: bool,
    now: datetime,
) -> dict[str, Check]:
    """Each part by its name. `lacking` migrations is None where nobody could tell, and without `tables` that serve
    `migrate` has to run again; `free` are bytes of disk; of the `standbys` that there should be, `streaming` follow.

    Figures are bytes, migrations, and seconds: since a worker gave a sign of life, since the oldest mail waits, of lag;
    and the standbys that follow.
    """
    late = max(0.0, (now - oldest_at).total_seconds()) if oldest_at else 0.0
    return {
        "database": Check(database, stops=True),
        "migrations": Check(lacking == 0 and tables, lacking, stops=True),
        "disk": Check(free >= DISK_ROOM, free, stops=free < DISK_FLOOR),
        "worker": Check(not worker_silent(beat_at, now), (now - beat_at).total_seconds() if beat_at else None),
        "outbox": Check(late <= OUTBOX_LATE.total_seconds(), late),
        "replicas": Check(lag is None or lag <= LAG_MOST, lag),
        "standbys": Check((streaming or 0) >= standbys, streaming),
        "queue": Check(queue),
    }


def serves(checks: dict[str, Check]) -> bool:
    """Whether people may be sent here."""
    return all(one.ok or not one.stops for one in checks.values())
