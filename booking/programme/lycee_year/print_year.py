"""The PDF of a lycée's school year, for whoever prints it or is sent it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from io import BytesIO
from pathlib import Path

from booking.day.papers.letterhead import Letterhead, letterhead
from booking.day.photos.keep_photo import FOLDER
from booking.programme.lycee_year.queries import LyceeYear, lycee_year
from workshops.school_calendar.rules import paris_day

SIDE_MOST = 640


async def year_pdf(lycee: int, year: int, *, data_dir: Path, now: datetime) -> bytes:
    """A lycée's school year on paper; `data_dir` holds the photos of what was built. The caller has checked whose it
    is. Raises NotFound for a year that has not begun."""
    drawn = await lycee_year(lycee, year, now=now)
    return await asyncio.to_thread(_draw, drawn, data_dir / FOLDER, now, await letterhead())


def _draw(year: LyceeYear, folder: Path, now: datetime, head: Letterhead) -> bytes:
    from booking.programme.lycee_year.draw_year import draw_year  # noqa: PLC0415 - reportlab is heavy, and rarely asked for

    files = [folder / made.photo for made in year.objects if made.photo]
    photos = {file.name: _light(file) for file in files if file.is_file()}
    return draw_year(year, photos, on=paris_day(now), head=head)


def _light(file: Path) -> bytes:
    """A photo with as many points as its place on the page shows: the page is mailed."""
    from PIL import Image  # noqa: PLC0415 - heavy, for a year with photos alone

    with Image.open(file) as photo:
        photo.thumbnail((SIDE_MOST, SIDE_MOST))
        kept = BytesIO()
        photo.save(kept, "JPEG", quality=80)
    return kept.getvalue()
