"""The age of the last copy of all that is kept, and of its last rehearsal, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from booking.outbox.copies.rules import Act, Kept

AGES = {
    Act.COPY: ("technilab_copy_age_seconds", "Since the last copy was made; no series: never"),
    Act.REHEARSAL: ("technilab_rehearsal_age_seconds", "Since a copy was last put back beside; no series: never"),
}
FAILED = {
    Act.COPY: ("technilab_copy_failed", "Whether the last copy failed"),
    Act.REHEARSAL: ("technilab_rehearsal_failed", "Whether the last rehearsal failed"),
}
LASTED = {
    Act.COPY: ("technilab_copy_duration_seconds", "How long the last copy took"),
    Act.REHEARSAL: ("technilab_rehearsal_duration_seconds", "How long the last rehearsal took"),
}


class CopiesCollector:
    """Gauges by way (`file`, `pgbackrest`), the same whichever process is asked."""

    def __init__(self, found: Sequence[Kept], now: datetime) -> None:
        self._found, self._now = found, now

    def collect(self) -> Iterator[Any]:
        """One gauge metric for each figure; none for an act that was never done."""
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415 - only where METRICS_TOKEN enables it

        for act in Act:
            for name, documentation, figure in (
                (*AGES[act], self._age),
                (*FAILED[act], lambda one: float(one.fails)),
                (*LASTED[act], lambda one: None if one.done_at is None else float(one.seconds)),
            ):
                gauge = GaugeMetricFamily(name, documentation, labels=("way",))
                for one in self._found:
                    if one.act == act and (told := figure(one)) is not None:
                        gauge.add_metric((one.way,), told)
                if gauge.samples:
                    yield gauge

    def _age(self, one: Kept) -> float | None:
        age = one.age(self._now)
        return None if age is None else age.total_seconds()
