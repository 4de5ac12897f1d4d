"""Keep or remove the photo of an object that a group built; never one of a person."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from booking.day.photos.encode import encode_in_turn
from workshops.builds.record import photograph
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

FOLDER = "objets"

BUILD = """
SELECT b.group_ref FROM builds b JOIN slots s ON s.id = b.slot AND s.school = $3 WHERE b.id = $1 AND b.slot = $2
"""


async def keep_photo(
    build: int,
    *,
    slot: int,
    content: bytes,
    name: str,
    alone: bool = False,
    data_dir: Path,
    account: int,
    school: int,
    now: datetime,
) -> None:
    """The object's photo in place of the former one, under a `name` that nobody guesses. `alone`: nobody is on it, and
    the mail of thanks leads to it.

    Raises NotFound, and what encode_in_turn() refuses.
    """
    await _group_of(build, slot, school)
    shown = await encode_in_turn(content)
    file = data_dir / FOLDER / f"{name}.jpg"
    await asyncio.to_thread(_store, file, shown)
    try:
        kept = "build_photo_kept"
        former = await _show(build, slot, file.name, kept, alone=alone, account=account, school=school, now=now)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    _forget(data_dir, former)


async def read_photo(name: str, *, data_dir: Path) -> bytes:
    """The photo as it was kept. Raises NotFound once its file is gone."""
    try:
        return await asyncio.to_thread((data_dir / FOLDER / name).read_bytes)
    except FileNotFoundError:
        raise NotFound("La photo de cet objet n'est plus là.") from None


async def remove_photo(build: int, *, slot: int, data_dir: Path, account: int, school: int, now: datetime) -> None:
    """No photo of the object any more, nor its file. Raises NotFound."""
    former = await _show(build, slot, "", "build_photo_removed", account=account, school=school, now=now)
    _forget(data_dir, former)


async def _show(
    build: int, slot: int, photo: str, act: str, *, alone: bool = False, account: int, school: int, now: datetime
) -> str:
    async with transaction():
        group = await _group_of(build, slot, school)
        former = await photograph(build, photo=photo, alone=alone)
        await record(act, by=account, about_kind="reservation", about=group, detail="", now=now)
    return former


async def _group_of(build: int, slot: int, school: int) -> int:
    known = or_not_found(await row(BUILD, build, slot, school))
    return int(known["group_ref"])


def _store(file: Path, shown: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(shown)


def _forget(data_dir: Path, former: str) -> None:
    if former:
        (data_dir / FOLDER / former).unlink(missing_ok=True)
