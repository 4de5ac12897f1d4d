"""Removing the files of photos that nothing shows any more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from booking.day.checkin.keep_photo import FOLDER
from workshops.database import rows

SHOWN = "SELECT photo FROM builds WHERE photo <> ''"
# A photo is a file a moment before it is a row.
SETTLING = timedelta(hours=1)


def remove_photos(data_dir: Path, names: Iterable[str]) -> None:
    """Remove these photos of objects. It touches files: call it from a thread."""
    for name in names:
        (data_dir / FOLDER / Path(name).name).unlink(missing_ok=True)


async def remove_lost_photos(data_dir: Path, *, now: datetime, dry_run: bool = False) -> int:
    """Remove the photos whose object shows another or none: an act was interrupted; returns how many there were."""
    shown = {one["photo"] for one in await rows(SHOWN)}
    return await asyncio.to_thread(_remove_all_but, data_dir / FOLDER, shown, now - SETTLING, dry_run)


def _remove_all_but(folder: Path, shown: set[str], before: datetime, dry_run: bool) -> int:
    lost = [file for file in folder.glob("*") if file.name not in shown and file.stat().st_mtime < before.timestamp()]
    for file in () if dry_run else lost:
        file.unlink(missing_ok=True)
    return len(lost)
