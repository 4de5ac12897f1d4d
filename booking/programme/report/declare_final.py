"""The coordinator declares a file final: it is kept as it is, for ever, and told by its SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from booking.programme.report.differ import figures_of_year, written
from booking.programme.report.draw_files import digest, draw_files
from booking.programme.report.gather import report_years
from workshops.acts import Act, a_number, labelled
from workshops.closed_years.queries import frozen_year
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.refusals import Refusal, or_not_found

VERSIONS_MOST = 999
ALONE = "SELECT pg_advisory_xact_lock(hashtext('report_declared'))"
LAST = "SELECT coalesce(max(version), 0)::int FROM final_reports WHERE school_year = $1"
KEEP = """
INSERT INTO final_reports (school_year, version, declared_at, declared_by, small, closed, report, figures, pdf, docx,
  sheet, pdf_sha256, docx_sha256, sheet_sha256)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""


class DeclareFinal(Act, frozen=True, kw_only=True):
    """The file of a school year is declared final."""

    version: Annotated[
        int,
        a_number("Version", "The version that it would be: 1, or one more than the last one.", 1, VERSIONS_MOST),
    ]
    small: Annotated[
        bool,
        labelled("Montrer les petits effectifs", "Counts of people under 5 are shown in it, which the file says."),
    ] = False


class VersionTaken(Refusal):
    """Somebody declared a final file meanwhile, or the same was sent twice."""

    kind = "version-taken"
    title = "Version déjà déclarée"

    def __init__(self, last: int) -> None:
        self.last = last
        super().__init__(
            f"La version {last} est la dernière déclarée finale. Relisez-la avant d'en déclarer une autre."
            if last
            else "Aucune version n'est encore déclarée finale : la première est la version 1."
        )


async def declare_final(asked: DeclareFinal, *, year: str, by: int, now: datetime) -> int:
    """The file as it stands is kept with its bytes, its figures, who and when; returns its version.

    Raises NotFound for a year that has no file, VersionTaken.
    """
    first = or_not_found((await report_years(now=now)).get(year)).first_year or 0
    _refuse_unless_next(asked.version, await value(LAST, first))
    files = await draw_files(year, small=asked.small, final=True, now=now)
    figures, frozen = await figures_of_year(year, now=now), await frozen_year(first)
    closed = frozen is not None and not frozen.reopened
    kept = (files.pdf, files.docx, files.sheet)
    digests = tuple(map(digest, kept))
    report = msgspec.json.encode(files.composed.report).decode()
    async with transaction():
        await rows(ALONE)
        _refuse_unless_next(asked.version, await value(LAST, first))
        said = (first, asked.version, now, by, asked.small, closed, report, written(figures))
        await rows(KEEP, *said, *kept, *digests)
        detail = f"Dossier France 2030 {year}, version {asked.version}, PDF SHA-256 {digests[0]}"
        await record("report_declared", by=by, about_kind="year", about=first, detail=detail, now=now)
    return asked.version


def _refuse_unless_next(version: int, last: int) -> None:
    if version != last + 1:
        raise VersionTaken(last)
