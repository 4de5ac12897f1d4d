"""The words of the files of school years, the files declared final, what of a year may still change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from booking.programme.report.tables import FinalReport, ReportWords
from booking.words.wording import counted, day
from workshops.closed_years.queries import frozen_year
from workshops.database.row_types import rows_as
from workshops.programmes.bts1.queries import intakes_missing
from workshops.programmes.ptech.queries import censuses_missing
from workshops.refusals import or_not_found
from workshops.results.measure import instants
from workshops.results.rules import A_DAY
from workshops.school_calendar.rules import first_day_of, paris_day, year_words
from workshops.slots.rules import TO_COME
from workshops.slots.tables import Slot

# Of each section the words of the latest year before this one that has any.
BEFORE = """
SELECT DISTINCT ON (section) section, text, school_year FROM report_words
WHERE school_year < $1 AND text <> '' ORDER BY section, school_year DESC
"""
FINALS = """
SELECT f.school_year, f.version, f.declared_at, coalesce(a.name, '') AS declared_by, f.small, f.closed, f.figures,
  f.pdf_sha256, f.docx_sha256, f.sheet_sha256
FROM final_reports f LEFT JOIN accounts a ON a.id = f.declared_by
WHERE $1::int IS NULL OR f.school_year = $1 ORDER BY f.school_year DESC, f.version DESC
"""
FILES = {"pdf": FinalReport.pdf, "docx": FinalReport.docx, "sheet": FinalReport.sheet}


class ProposedWords(Struct, frozen=True):
    """What was written of a section for an earlier school year."""

    section: str
    text: str
    school_year: int

    @property
    def year(self) -> str:
        """« 2025-2026 »"""
        return year_words(self.school_year)


class FinalSeen(Struct, frozen=True):
    """A file that was declared final, by whom: empty once the account is gone; `closed`: after its year's closing."""

    school_year: int
    version: int
    declared_at: datetime
    declared_by: str
    small: bool
    closed: bool
    figures: str
    pdf_sha256: str
    docx_sha256: str
    sheet_sha256: str

    @property
    def year(self) -> str:
        """« 2026-2027 »"""
        return year_words(self.school_year)


class FinalBytes(Struct, frozen=True):
    """A file that was declared final; `small`: counts under 5 are shown in it."""

    content: bytes
    small: bool


async def words_written(first: int) -> Mapping[str, str]:
    """The words of a school year's file (2026 is 2026-2027), by section; an empty text was saved so."""
    saved = await ReportWords.select(ReportWords.section, ReportWords.text).where(ReportWords.school_year == first)
    return {one["section"]: one["text"] for one in saved}


async def words_proposed(first: int) -> Mapping[str, ProposedWords]:
    """What was written before of the sections of which nothing is saved for that year."""
    saved = await words_written(first)
    return {one.section: one for one in await rows_as(ProposedWords, BEFORE, first) if one.section not in saved}


async def finals(first: int | None = None) -> list[FinalSeen]:
    """The final files of a school year, or of all, the latest first."""
    return await rows_as(FinalSeen, FINALS, first)


async def final_file(first: int, version: int, what: str) -> FinalBytes:
    """A final file as it was declared: `what` is pdf, docx or sheet. Raises NotFound."""
    of = (FinalReport.school_year == first) & (FinalReport.version == version)
    found = await FinalReport.select(or_not_found(FILES.get(what)), FinalReport.small).where(of).first()
    return FinalBytes(bytes(or_not_found(found)[what]), or_not_found(found)["small"])


async def provisional(first: int, *, now: datetime) -> list[str]:
    """What of a school year may still change, in sentences; nothing once it is closed."""
    frozen, begins, ends = await frozen_year(first), first_day_of(first), first_day_of(first + 1)
    if frozen is not None and not frozen.reopened:
        return []
    told = []
    if paris_day(now) < ends:
        told.append(f"L'année n'est pas finie : elle se clôt à partir du {day(ends)}.")
    elif frozen is not None:
        told.append("L'année est rouverte : ses chiffres se corrigent jusqu'à sa nouvelle clôture.")
    else:
        told.append("L'année n'est pas close : ses chiffres peuvent encore changer sans raison publiée.")
    since, until = instants(begins, ends - A_DAY)
    over = (Slot.starts_at >= since) & (Slot.starts_at < until) & (Slot.ends_at <= now)
    if left := await Slot.count().where(Slot.state.is_in([*TO_COME]) & over):
        told.append(f"{counted(left, 'visite passée', 'visites passées')} à clore.")
    if missing := sum(one.school_year == first for one in await censuses_missing(now=now)):
        told.append(f"{counted(missing, 'recensement P-TECH', 'recensements P-TECH')} d'octobre à remplir.")
    if missing := sum(one.school_year == first for one in await intakes_missing(now=now)):
        told.append(f"{counted(missing, 'rentrée', 'rentrées')} de BTS+1 à remplir.")
    return told
