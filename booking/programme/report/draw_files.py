"""The file of a school year as it is handed over: a PDF, a text document, the committee's A4 sheet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from booking.day.papers.letterhead import Letterhead, letterhead
from booking.programme.report.compose import Composed, compose
from booking.programme.report.gather import STEPS, Tell


class Files(Struct, frozen=True):
    """The same figures in three files, and what they were drawn from."""

    composed: Composed
    pdf: bytes
    docx: bytes
    sheet: bytes


def digest(content: bytes) -> str:
    """The SHA-256 by which anybody can tell that a file is the one that was declared."""
    return sha256(content).hexdigest()


async def draw_files(
    year: str, *, small: bool = False, final: bool = False, now: datetime, tell: Tell = lambda done, total: None
) -> Files:
    """The three files of a school year as it stands. Raises NotFound for a year that has none."""
    in_all = STEPS + len(DRAWN)
    composed = await compose(year, small=small, final=final, now=now, tell=lambda done, _: tell(done, in_all))
    head, drawn = await letterhead(), []
    for at, draw in enumerate(DRAWN.values(), start=1):
        drawn.append(await asyncio.to_thread(draw, composed, head))
        tell(STEPS + at, in_all)
    return Files(composed, *drawn)


async def draw_file(year: str, what: str, *, small: bool = False, now: datetime) -> bytes:
    """One of them: `what` is pdf, docx or sheet."""
    composed = await compose(year, small=small, now=now)
    return await asyncio.to_thread(DRAWN[what], composed, await letterhead())


def _pdf(composed: Composed, head: Letterhead) -> bytes:
    from booking.programme.report.draw_pdf import draw_pdf  # noqa: PLC0415 - reportlab is heavy, and rarely asked for

    return draw_pdf(composed.report, head=head)


def _docx(composed: Composed, head: Letterhead) -> bytes:
    from booking.programme.report.draw_docx import draw_docx  # noqa: PLC0415 - python-docx, as rarely

    return draw_docx(composed.report, head=head)


def _sheet(composed: Composed, head: Letterhead) -> bytes:
    from booking.programme.report.draw_sheet import draw_sheet  # noqa: PLC0415 - reportlab is heavy, and rarely asked for

    return draw_sheet(composed.sheet, head=head)


DRAWN: dict[str, Callable[[Composed, Letterhead], bytes]] = {"pdf": _pdf, "docx": _docx, "sheet": _sheet}
