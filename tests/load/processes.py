"""What processes cost, which the load of others does not move."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def processes_of(server: int, name: str) -> list[int]:
    """Those that answer: a web server's with its children, and PostgreSQL's on the database `name`."""
    parents = {int(told.parent.name): _parent(told) for told in Path("/proc").glob("[0-9]*/stat")}
    web = [pid for pid, parent in parents.items() if server in {pid, parent, parents.get(parent)}]
    return web + [pid for pid in parents if f" {name} " in _of_postgres(pid)]


def _parent(told: Path) -> int:
    with suppress(OSError):
        return int(told.read_text().rsplit(")", 1)[1].split()[1])
    return 0


def _of_postgres(pid: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        return words if words.startswith("postgres:") else ""
    return ""


def spent(processes: list[int]) -> float:
    """Milliseconds that they have been on a processor, all threads together."""
    nanoseconds = 0
    for pid in processes:
        for told in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                nanoseconds += int(told.read_text().split()[0])
    return nanoseconds / 1e6
