"""What Prometheus is told, in its own text format (https://prometheus.io/docs/practices/naming/).

What is read of the database is the same whichever process is asked: its help says so, and whoever adds up several
machines takes the greatest of them, never the sum.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from booking.outbox.watch.queries import Standing, standing_path
from booking.outbox.watch.see_certificate import AddressSeen
from booking.process.samples import forget_dead_processes, processes_of
from booking.process.version import VERSION

CONTENT_TYPE = "text/plain; version=0.0.4"  # Litestar adds the charset
SAME = "; the same whichever process is asked: take the max, not the sum"


class Figure(Struct, frozen=True):
    """One figure that is read when Prometheus asks; `value` is None where it is not known, and it is then not there.

    `counts`: a counter, which only grows until what counts it is started anew.
    """

    name: str
    documentation: str
    value: float | None
    counts: bool = False


def figures_of_database(found: Standing | None, *, answers: bool, standbys: int) -> list[Figure]:
    """What the database says of itself, of mails and of workers; where it is away, that alone."""
    up = Figure("technilab_database_up", "Whether PostgreSQL answered this process, 1 or 0", answers)
    if found is None:
        return [up]
    # One that has nothing to replay says no lag: it is not behind.
    lag = 0.0 if found.lag is None and found.streaming else found.lag
    same = [
        Figure("technilab_migrations_lacking", "Migrations that the database has not run", found.lacking),
        Figure("technilab_acts_to_tell", "Acts of which nobody has been told yet", found.to_tell),
        Figure("technilab_mails_waiting", "Mails that are due and have not left", found.waiting),
        Figure("technilab_mails_failed", "Mails given up that wait for somebody to send them again", found.failed),
        _moment("technilab_mails_oldest_waiting", "When the oldest mail that waits was written", found.oldest_at),
        _moment("technilab_worker_last_beat", "When any worker last gave a sign of life", found.beat_at),
        _moment("technilab_erasure_last_success", "When the nightly erasure last ended", found.erased_at),
        Figure("technilab_replica_lag_seconds", "By how much the slowest standby is behind", lag),
        Figure("technilab_standbys_streaming", "Standbys that follow", found.streaming),
        Figure("technilab_standbys_expected", "Standbys that should follow (STANDBYS)", standbys),
        Figure("technilab_wal_archiving_enabled", "Whether PostgreSQL archives its WAL, 1 or 0", found.archives),
    ]
    if found.archives:
        same += [
            Figure("technilab_wal_archive_failing", "Whether the last try to archive failed", found.archive_fails),
            Figure("technilab_wal_archived_total", "WAL files archived", found.archived, counts=True),
            Figure("technilab_wal_archive_failures_total", "Failed tries to archive", found.not_archived, counts=True),
            _moment("technilab_wal_archive_last_success", "When a WAL was last archived", found.archived_at),
            _moment("technilab_wal_archive_last_failure", "When archiving last failed", found.not_archived_at),
        ]
    return [up, *(Figure(one.name, one.documentation + SAME, one.value, one.counts) for one in same)]


def figures_of_machine(data_dir: Path) -> list[Figure]:
    """The disk on which this process writes."""
    disk = shutil.disk_usage(standing_path(data_dir))
    return [
        Figure("technilab_disk_free_bytes", "Left where photos and an embedded database are written", disk.free),
        Figure("technilab_disk_size_bytes", "Size of that disk", disk.total),
    ]


def figures_of_address(seen: AddressSeen | None) -> list[Figure]:
    """BASE_URL as this process sees it, whose certificate visitors are shown; nothing of a site without https."""
    if seen is None:
        return []
    return [
        Figure("technilab_address_reachable", "Whether BASE_URL showed a certificate, 1 or 0", seen.reachable),
        _moment("technilab_certificate_expiry", "When the certificate that BASE_URL shows ends", seen.ends_at),
    ]


def _moment(what: str, documentation: str, at: datetime | None) -> Figure:
    return Figure(f"{what}_timestamp_seconds", documentation, at.timestamp() if at else None)


def exposition(folders: Mapping[str, Path], figures: list[Figure], *others: Any) -> bytes:
    """All that is told: the samples that processes left in their folders, by what those processes are (web, worker),
    each process as the system sees it, this version, the figures, and what `others` collect.

    Blocking: it reads files, so call it in a thread.
    """
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - only where METRICS_TOKEN enables it

    for folder in folders.values():
        forget_dead_processes(folder, "gauge_live*")
    registry = CollectorRegistry()
    for collector in (_Samples(folders), _Processes(folders), _Figures(figures), *others):
        registry.register(collector)
    return bytes(generate_latest(registry))


class _Samples:
    """What the processes of several folders counted, added up."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._files = [str(file) for folder in folders.values() for file in sorted(folder.glob("*.db"))]

    def collect(self) -> Iterator[Any]:
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 - as above

        yield from MultiProcessCollector.merge(self._files, accumulate=True)  # type: ignore[no-untyped-call,unused-ignore]


class _Processes:
    """`process_*` of each process: in multiprocess mode the package leaves it out, having no label for whose it is."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._pids = {role: sorted(processes_of(folder)) for role, folder in folders.items()}

    def collect(self) -> Iterator[Any]:
        from prometheus_client import ProcessCollector  # noqa: PLC0415 - as above
        from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415 - as above

        families: dict[str, Any] = {}
        for role, pid in ((role, pid) for role, pids in self._pids.items() for pid in pids):
            for told in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                kind = CounterMetricFamily if told.type == "counter" else GaugeMetricFamily
                family = families.setdefault(told.name, kind(told.name, told.documentation, labels=("role", "pid")))
                family.add_metric((role, str(pid)), told.samples[0].value)
        yield from families.values()


class _Figures:
    def __init__(self, figures: list[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Any]:
        """One metric for each value; none for a value that is unknown."""
        from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415 - as above

        build = GaugeMetricFamily("technilab_build_info", "This version, always 1", labels=("version", "python"))
        build.add_metric((VERSION, platform.python_version()), 1)
        yield build
        for figure in self._figures:
            if figure.value is not None:
                family = CounterMetricFamily if figure.counts else GaugeMetricFamily
                yield family(figure.name, figure.documentation, value=float(figure.value))
