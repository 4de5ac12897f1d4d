"""Forgetting to whom mails went; removing the mails that are files, and the photos that nothing shows any more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from booking.day.photos.keep_photo import FOLDER
from booking.day.photos.keep_picture import files_of
from booking.outbox.notices.mail_files import MAIL_FOLDER
from workshops.builds.tables import Build
from workshops.catalogue.tables import WorkshopPicture
from workshops.database import rows, transaction

# That it left, and of which act it told, is kept: a later mail of the same visit asks whether this one ever did.
ADDRESSES = """
UPDATE notices SET to_email = '', to_name = '', secret = '', last_error = '',
  state = CASE state WHEN 'failed' THEN 'dropped' ELSE state END, spoken_at = coalesce(spoken_at, returned_at)
WHERE state <> 'queued' AND to_email <> '' AND created_at < $1 RETURNING id
"""
TRACES = "DELETE FROM notices WHERE to_email = '' AND created_at < $1 RETURNING id"
REPORT = "erreur.txt"
# A photo is a file a moment before it is a row.
SETTLING = timedelta(hours=1)


async def erase_addresses(*, before: datetime, traces_before: datetime) -> int:
    """The addresses and names of mails written before a moment; their bare traces before a longer one."""
    async with transaction():
        erased = len(await rows(ADDRESSES, before))
        return erased + len(await rows(TRACES, traces_before))


async def erase_mail_files(data_dir: Path, *, before: datetime, dry_run: bool = False) -> int:
    """The mails of a Technilab without mail server, and the last unforeseen error, which may quote what was typed."""
    return await asyncio.to_thread(_erase, data_dir, before, dry_run)


def _erase(data_dir: Path, before: datetime, dry_run: bool) -> int:
    files = [*(data_dir / MAIL_FOLDER).glob("*.eml*"), *(data_dir / MAIL_FOLDER).glob(".*.eml*"), data_dir / REPORT]
    old = [file for file in files if file.is_file() and file.stat().st_mtime < before.timestamp()]
    for file in () if dry_run else old:
        file.unlink(missing_ok=True)
    return len(old)


def remove_photos(data_dir: Path, names: Iterable[str]) -> None:
    """Remove these photos of objects. It touches files: call it from a thread."""
    for name in names:
        (data_dir / FOLDER / Path(name).name).unlink(missing_ok=True)


async def remove_lost_photos(data_dir: Path, *, now: datetime, dry_run: bool = False) -> int:
    """Remove the photos that no object and no workshop shows: an act was interrupted; returns how many there were."""
    shown = {one["photo"] for one in await Build.select(Build.photo).where(Build.photo != "")}
    shown |= {file for one in await WorkshopPicture.select(WorkshopPicture.name) for file in files_of(one["name"])}
    return await asyncio.to_thread(_remove_all_but, data_dir / FOLDER, shown, now - SETTLING, dry_run)


def _remove_all_but(folder: Path, shown: set[str], before: datetime, dry_run: bool) -> int:
    lost = [file for file in folder.glob("*") if file.name not in shown and file.stat().st_mtime < before.timestamp()]
    for file in () if dry_run else lost:
        file.unlink(missing_ok=True)
    return len(lost)
