"""Keep the picture that a lycée shows of a workshop, or remove it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from booking.day.photos.encode import PhotoRefused, encode_in_turn
from booking.day.photos.keep_photo import FOLDER
from workshops.builds.queries import photos_of
from workshops.catalogue.describe import ShowPicture, hide_picture, show_picture
from workshops.refusals import NotFound

PHOTOS_SHOWN = 24
GONE = "Cette photo n'est plus là : choisissez-en une autre."


def files_of(name: str) -> tuple[str, str]:
    """The large and the small file of a picture."""
    return f"{name}.webp", f"{name}-petite.webp"


async def keep_picture(
    workshop: int,
    asked: ShowPicture,
    *,
    content: bytes,
    name: str,
    data_dir: Path,
    school: int,
    by: int,
    now: datetime,
) -> None:
    """The workshop's picture in place of the former one, under a `name` that nobody guesses.

    Raises NotFound, and what encode_in_turn() and in_two_sizes() refuse.
    """
    from booking.day.photos.scale import in_two_sizes  # noqa: PLC0415 - Pillow, for those who send a picture alone

    sizes = await asyncio.to_thread(in_two_sizes, await encode_in_turn(content))
    await asyncio.to_thread(_store, data_dir / FOLDER, name, sizes)
    try:
        former = await show_picture(workshop, asked, name=name, school=school, by=by, now=now)
    except BaseException:
        _forget(data_dir, name)
        raise
    _forget(data_dir, former)


async def keep_photo_of_build(
    workshop: int,
    asked: ShowPicture,
    *,
    build: int,
    name: str,
    data_dir: Path,
    school: int,
    by: int,
    now: datetime,
) -> None:
    """A copy of the photo of an object that a group built there: it stays when the photo itself is erased."""
    shown = {one.id: one.photo for one in await photos_of(workshop, most=PHOTOS_SHOWN)}
    try:
        content = await asyncio.to_thread((data_dir / FOLDER / shown[build]).read_bytes)
    except (KeyError, FileNotFoundError):
        raise PhotoRefused(GONE) from None
    await keep_picture(workshop, asked, content=content, name=name, data_dir=data_dir, school=school, by=by, now=now)


async def remove_picture(workshop: int, *, data_dir: Path, school: int, by: int, now: datetime) -> None:
    """No picture any more, nor its files. Raises NotFound."""
    _forget(data_dir, await hide_picture(workshop, school=school, by=by, now=now))


async def picture_file(file: str, *, data_dir: Path) -> bytes:
    """What a file of a picture holds. Raises NotFound."""
    try:
        return await asyncio.to_thread((data_dir / FOLDER / file).read_bytes)
    except FileNotFoundError:
        raise NotFound() from None


def _store(folder: Path, name: str, sizes: tuple[bytes, bytes]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file, content in zip(files_of(name), sizes, strict=True):
        (folder / file).touch(mode=0o600)
        (folder / file).write_bytes(content)


def _forget(data_dir: Path, name: str) -> None:
    for file in files_of(name) if name else ():
        (data_dir / FOLDER / file).unlink(missing_ok=True)
