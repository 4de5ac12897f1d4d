"""The file for France 2030, for machines: which years have one, its words, its files, what was declared final."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.shapes import LIMIT_MOST, Cursor, Instant, Limit, Page, as_it_is, made, page_of_few
from booking.door.http.answers import download
from booking.door.rights.guards import AnyOf, AsCoordinator, Now, may
from booking.people.accounts.queries import Coordinator, OfPartner
from booking.programme.report.declare_final import DeclareFinal, declare_final
from booking.programme.report.differ import differences, figures_of_year, read, told_to_members
from booking.programme.report.export import export_draft, export_final
from booking.programme.report.gather import report_years
from booking.programme.report.queries import FinalSeen, finals, provisional, words_written
from booking.programme.report.rules import TITLES
from booking.programme.report.write_words import WriteWords, write_words
from workshops.refusals import or_not_found

Reader = AnyOf[Coordinator | OfPartner]


class ChangedFigure(msgspec.Struct):
    """A figure of the year that is no more what the final file says; null where so few people are not told."""

    key: str
    label: str
    was: int | None
    becomes: int | None


class FinalReportSeen(msgspec.Struct):
    """A file declared final, with the SHA-256 of each of its files; `changed_figures`: what is no more so."""

    year: str
    version: int
    declared_at: Instant
    small_shown: bool
    after_closing: bool
    pdf_sha256: str
    docx_sha256: str
    sheet_sha256: str
    changed_figures: list[ChangedFigure]


class ReportPart(msgspec.Struct):
    """A part of the file, and the coordinator's words of it."""

    part: str
    title: str
    text: str


class ReportOfYear(msgspec.Struct):
    """The file of a school year: what may still change, in French; its words; what was declared final.

    Whoever reads final files alone is told of these alone. `next_version`: what a final file would be declared as.
    """

    year: str
    provisional: list[str]
    parts: list[ReportPart]
    finals: list[FinalReportSeen]
    next_version: int


class ReportYear(msgspec.Struct):
    """A school year that has a file, and the last version declared final, null while there is none."""

    year: str
    final_version: int | None


class Declared(msgspec.Struct):
    """What was declared final."""

    year: str
    version: int


@get("/reports", opt=may("reports.read"))
async def list_reports(person: Reader, now: Now, limit: Limit = LIMIT_MOST, cursor: Cursor = None) -> Page[ReportYear]:
    """The school years that have a file, the latest first; to a member, those declared final."""
    versions: dict[str, int] = {}
    for one in await finals():
        versions.setdefault(one.year, one.version)
    known = versions if isinstance(person, OfPartner) else dict.fromkeys((*await report_years(now=now), *versions))
    items = [ReportYear(year, versions.get(year)) for year in sorted(known, reverse=True)]
    return page_of_few(items, as_it_is, of="reports", limit=limit, cursor=cursor)


@get("/reports/{name:str}", opt=may("reports.read"))
async def read_report(name: FromPath[str], person: Reader, now: Now) -> ReportOfYear:
    """The file of one school year."""
    keeps = isinstance(person, Coordinator)
    period = or_not_found((await report_years(now=now)).get(name))
    first = period.first_year or 0
    declared = await finals(first)
    words = await words_written(first) if keeps else {}
    return ReportOfYear(
        year=name,
        provisional=await provisional(first, now=now),
        parts=[ReportPart(key, title, words.get(key, "")) for key, title in TITLES.items()] if keeps else [],
        finals=[await _seen(one, person, now) for one in declared],
        next_version=1 + max((one.version for one in declared), default=0),
    )


async def _seen(one: FinalSeen, person: Coordinator | OfPartner, now: Now) -> FinalReportSeen:
    changed = differences(read(one.figures), await figures_of_year(one.year, now=now))
    return FinalReportSeen(
        year=one.year,
        version=one.version,
        declared_at=one.declared_at,
        small_shown=one.small,
        after_closing=one.closed,
        pdf_sha256=one.pdf_sha256,
        docx_sha256=one.docx_sha256,
        sheet_sha256=one.sheet_sha256,
        changed_figures=[
            ChangedFigure(it.key, it.label, it.was, it.becomes)
            for it in (changed if isinstance(person, Coordinator) else told_to_members(changed))
        ],
    )


SmallShown = Annotated[
    bool, QueryParameter(description="Show counts of people under 5, which are else masked, and say so in the file.")
]
Version = Annotated[
    int | None, QueryParameter(ge=1, le=999, description="A version declared final; without it, the draft of today.")
]


async def _file(
    name: str, what: str, version: int | None, small: bool, person: Coordinator | OfPartner, now: Now
) -> Response[bytes]:
    if version is not None:
        taken = await export_final(name, version, what, by=person.account, now=now)
    else:
        or_not_found(person if isinstance(person, Coordinator) else None)
        taken = await export_draft(name, what, small=small, by=person.account, now=now)
    return download(taken.content, name=taken.name)


@get("/reports/{name:str}/report.pdf", opt=may("reports.read"), media_type="application/pdf")
async def report_pdf(
    name: FromPath[str], person: Reader, now: Now, version: Version = None, small: SmallShown = False
) -> Response[bytes]:
    """The file as a PDF: a final version, or as it stands, for a coordinator alone."""
    return await _file(name, "pdf", version, small, person, now)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@get("/reports/{name:str}/report.docx", opt=may("reports.read"), media_type=DOCX)
async def report_docx(
    name: FromPath[str], person: Reader, now: Now, version: Version = None, small: SmallShown = False
) -> Response[bytes]:
    """The same as a text document."""
    return await _file(name, "docx", version, small, person, now)


@get("/reports/{name:str}/sheet.pdf", opt=may("reports.read"), media_type="application/pdf")
async def committee_sheet(
    name: FromPath[str], person: Reader, now: Now, version: Version = None, small: SmallShown = False
) -> Response[bytes]:
    """The committee's A4 sheet, from the same figures."""
    return await _file(name, "sheet", version, small, person, now)


@put("/reports/{name:str}/words/{part:str}", opt=may("reports.keep"))
async def write_section(
    name: FromPath[str], part: FromPath[str], data: JSONBody[WriteWords], person: AsCoordinator, now: Now
) -> ReportPart:
    """What the file says in a part beside its figures."""
    period = or_not_found((await report_years(now=now)).get(name))
    await write_words(data, year=period.first_year or 0, section=part, by=person.account, now=now)
    return ReportPart(part, TITLES[part], data.text)


@post("/reports/{name:str}/finals", opt=may("reports.keep"))
async def declare_one_final(
    name: FromPath[str], data: JSONBody[DeclareFinal], person: AsCoordinator, now: Now
) -> Response[Declared]:
    """Keep the file as it stands, for ever. `version` is the next one; 409 version-taken for any other."""
    version = await declare_final(data, year=name, by=person.account, now=now)
    return made(Declared(name, version), f"/reports/{name}")
