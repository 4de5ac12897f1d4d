"""What this process counts for Prometheus: acts when they are done, mails when a server has them, jobs when they end.

Each process writes its samples into a file of a folder that those of its kind share, so that whichever is asked tells
the sum of all (prometheus-client's multiprocess mode). Where METRICS_TOKEN is not set nothing is counted, and that
package is not loaded. An act is counted after its commit: one that is rolled back never is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from workshops.database import DatabaseAway
from workshops.database.afterwards import once_committed

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

MULTIPROC_DIR = "PROMETHEUS_MULTIPROC_DIR"
BOOKINGS = "technilab_bookings_total"
REFUSALS = "technilab_refusals_total"
SCANS = "technilab_scans_total"
MAILS_SENT = "technilab_mails_sent_total"
MAILS_DELAYED = "technilab_mails_delayed_total"
MAILS_GIVEN_UP = "technilab_mails_given_up_total"
MAILS_BOUNCED = "technilab_mails_bounced_total"
# What begins at 0: what is first told when it is 1 has not grown, for Prometheus. Of refusals there are too many kinds,
# but for the one that somebody is told of.
BEGINNINGS = ("confirmed", "requested", "waiting", "in_draw")
RESULTS = (
    "present",
    "already",
    "left",
    "unknown",
    "wrong_slot",
    "cancelled",
    "too_early",
    "closed",
    "not_here",
    "undone",
)
RUSH = ("busy",)
# What each counts, and by what.
COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    BOOKINGS: ("Reservations made, by the state in which they begin", ("state",)),
    REFUSALS: ("Acts and pages that were refused, by the kind that /problems explains", ("kind",)),
    SCANS: ("Scans of badges that were answered, by result; one sent again is answered again", ("result",)),
    MAILS_SENT: ("Mails that a mail server has taken", ()),
    MAILS_DELAYED: ("Tries that failed and leave the mail to be tried again", ()),
    MAILS_GIVEN_UP: ("Mails that were given up, which somebody has to send again", ()),
    MAILS_BOUNCED: ("Mails that one server took and another gave back", ()),
}
JOBS = "technilab_job_duration_seconds"
JOB_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0)
_counters: dict[str, Counter] = {}
_jobs: list[Histogram] = []


def count_into(folder: Path, *, jobs: bool = False) -> None:
    """From now on this process counts, into a file of that folder; `jobs`: how long its jobs take, too."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[MULTIPROC_DIR] = str(folder)  # read when the package is imported
    if _counters:
        return
    from prometheus_client import Counter, Histogram  # noqa: PLC0415 - only where METRICS_TOKEN enables it

    for name, (documentation, labels) in COUNTERS.items():
        _counters[name] = Counter(name, documentation, labels, registry=None)
    for name, values in ((BOOKINGS, BEGINNINGS), (REFUSALS, RUSH), (SCANS, RESULTS)):
        for value in values:
            _counters[name].labels(value)
    if jobs:
        words = "How long the worker's jobs took, by name and by how they ended"
        _jobs.append(Histogram(JOBS, words, ("task", "outcome"), buckets=JOB_BUCKETS, registry=None))


def count(name: str, *labels: str, number: int = 1) -> None:
    """Count what was done, once the act has committed."""
    if name in _counters and number:
        once_committed(partial(_add, name, labels, number))


def _add(name: str, labels: tuple[str, ...], number: int) -> None:
    counter = _counters[name]
    (counter.labels(*labels) if labels else counter).inc(number)


@contextmanager
def timed(job: str) -> Iterator[None]:
    """How long a job of the worker takes, and how it ends: done, postponed while the database is away, or failed."""
    started_at, outcome = perf_counter(), "failed"
    try:
        yield
        outcome = "done"
    except DatabaseAway:
        outcome = "postponed"
        raise
    finally:
        for histogram in _jobs:
            histogram.labels(job, outcome).observe(perf_counter() - started_at)
