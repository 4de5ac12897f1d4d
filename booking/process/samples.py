"""Where processes leave what they count for Prometheus: a folder for those of one kind, a file for each of them."""

from __future__ import annotations

import os
from pathlib import Path

from booking.process.settings import Settings


def samples_of_web(settings: Settings) -> Path:
    """The folder that the web processes of one address share."""
    return settings.data_dir / "metrics" / str(settings.port)


def samples_of_worker(settings: Settings) -> Path:
    """That of the workers beside them, which the web processes read; of those with an address of their own, another."""
    return settings.data_dir / "metrics" / (settings.worker_metrics.replace("/", "-") or f"{settings.port}-worker")


def processes_of(folder: Path) -> set[int]:
    """The numbers of the processes that count there and live."""
    return {pid for file in folder.glob("*_*.db") if _is_alive(pid := _pid_of(file))}


def forget_dead_processes(folder: Path, kind: str = "*") -> None:
    """Delete the files of processes that ended: while others run, their gauges of open connections (`kind`); at a
    start, all of them."""
    for file in folder.glob(f"{kind}_*.db"):
        if not _is_alive(_pid_of(file)):
            file.unlink(missing_ok=True)


def _pid_of(file: Path) -> int:
    return int(file.stem.rpartition("_")[2])


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
