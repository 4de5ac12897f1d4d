"""This machine: who reads its files, what is left of its disk, how many processes it serves with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule
from booking.outbox.watch.rules import DISK_ROOM
from booking.process.security_log import FOLDER, writes_in
from booking.process.settings import Settings

# Where the guides put what holds the secrets.
SECRET_FILES = tuple(Path("/etc/technilab", name) for name in ("technilab.env", "cluster.env"))
FULL = 0.05
ONE_IS_FEW = 4  # cores


class Machine(Struct, frozen=True):
    """`open_files` are those that other accounts of the machine can read, `room` what is left of the disk and `inodes`
    of its files, each of 1; `log_writes`: the security log can be written."""

    data_dir: Path
    open_files: tuple[Path, ...]
    free: int
    room: float
    inodes: float
    workers: int
    cores: int
    log_writes: bool


def is_seen(file: Path) -> bool:
    """Whether it is there, where it can be seen; a folder that is shut to this account shows nothing."""
    try:
        return file.exists()
    except PermissionError:
        return False


def look(settings: Settings, secret_files: Sequence[Path]) -> Machine:
    standing_on = next(one for one in (settings.data_dir, *settings.data_dir.parents) if one.exists())
    disk, files = shutil.disk_usage(standing_on), os.statvfs(standing_on)
    return Machine(
        data_dir=settings.data_dir,
        open_files=tuple(
            one for one in (*secret_files, settings.data_dir) if is_seen(one) and one.stat().st_mode & 0o077
        ),
        free=disk.free,
        room=disk.free / disk.total,
        # Some file systems count none.
        inodes=files.f_favail / files.f_files if files.f_files else 1.0,
        workers=settings.workers,
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        log_writes=writes_in(settings.data_dir / FOLDER),
    )


def rights(seen: Machine) -> Finding | None:
    if not seen.open_files:
        return None
    names = " ".join(map(str, seen.open_files))
    return Finding("Droits des fichiers", f"d'autres comptes de la machine lisent {names}", f"Tapez chmod go= {names}")


def disk(seen: Machine) -> Finding | None:
    if seen.free >= DISK_ROOM and seen.room >= FULL and seen.inodes >= FULL:
        return None
    left = "de fichiers" if seen.inodes < FULL else "de place"
    return Finding(
        "Disque",
        f"il ne reste presque plus {left} où est {seen.data_dir} ({seen.free // 1_000_000} Mo)",
        f"du -xh --max-depth=2 {seen.data_dir} dit ce qui la prend",
    )


def processes(seen: Machine) -> Finding | None:
    if seen.workers > seen.cores:
        wrong = f"{seen.workers} processus se partagent {seen.cores} cœurs"
    elif seen.workers == 1 and seen.cores >= ONE_IS_FEW:
        wrong = f"un seul processus sert, sur {seen.cores} cœurs"
    else:
        return None
    return Finding("WORKERS", wrong, f"Mettez WORKERS={max(2, seen.cores // 2)}")


def security_log(seen: Machine) -> Finding | None:
    if seen.log_writes:
        return None
    folder = seen.data_dir / FOLDER
    return Finding(
        "Journal de sécurité",
        f"rien ne peut s'écrire dans {folder}",
        f"Rendez-le au compte qui sert les pages : chown -R technilab: {folder}",
    )


RULES: tuple[Rule[Machine], ...] = (rights, disk, processes, security_log)
