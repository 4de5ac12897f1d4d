"""What the processes spend: on shared cores the CPU of an answer says more than how many came a second."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def spent(process: int) -> float:
    """Microseconds of CPU of a process and of those that it has started and that still live."""
    return sum(_of(one) for one in _family(process))


def _family(process: int) -> Iterable[int]:
    yield process
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))


def _of(process: int) -> float:
    total = 0.0
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):
                total += int((thread / "schedstat").read_text().split()[0]) / 1000
    return total
