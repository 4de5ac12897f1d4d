"""The file of a school year as it leaves the application; the journal says who took it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.programme.report.draw_files import draw_file
from booking.programme.report.queries import final_file
from workshops.events.record import record

NAMES = {"pdf": "dossier.pdf", "docx": "dossier.docx", "sheet": "feuille.pdf"}


class Taken(Struct, frozen=True):
    """A file, and the name under which it is saved."""

    content: bytes
    name: str


async def export_draft(year: str, what: str, *, small: bool, by: int, now: datetime) -> Taken:
    """The file as it stands: `what` is pdf, docx or sheet. Raises NotFound for a year that has none."""
    content = await draw_file(year, what, small=small, now=now)
    masked = "" if not small else ", petits effectifs montrés"
    await _tell(year, f"{NAMES[what]}, brouillon{masked}", by=by, now=now)
    return Taken(content, file_name(year, what, small=small))


async def export_final(year: str, version: int, what: str, *, by: int, now: datetime) -> Taken:
    """A final file, as it was declared. Raises NotFound."""
    kept = await final_file(int(year[:4]) if year[:4].isdigit() else 0, version, what)
    await _tell(year, f"{NAMES[what]}, version {version}", by=by, now=now)
    return Taken(kept.content, file_name(year, what, version=version, small=kept.small))


async def _tell(year: str, what: str, *, by: int, now: datetime) -> None:
    detail = f"Dossier France 2030 {year}, {what}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)


def file_name(year: str, what: str, *, version: int | None = None, small: bool = False) -> str:
    """« technilab-dossier-france-2030-2026-2027-version-1.pdf »; `small`: counts under 5 are shown in it."""
    stem = "feuille" if what == "sheet" else "dossier"
    told = "brouillon" if version is None else f"version-{version}"
    told += "-petits-effectifs" if small else ""
    return f"technilab-{stem}-france-2030-{year}-{told}.{'pdf' if what == 'sheet' else what}"
