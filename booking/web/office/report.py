"""The file for France 2030: taken as it stands, its words, what was declared final and what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template
from msgspec import Struct

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import AnyOf, AsCoordinator, Now, may
from booking.people.accounts.queries import Coordinator, OfPartner
from booking.programme.report.declare_final import DeclareFinal, declare_final
from booking.programme.report.differ import Changed, differences, figures_of_year, read, told_to_members
from booking.programme.report.export import export_draft, export_final, file_name
from booking.programme.report.gather import report_years
from booking.programme.report.queries import (
    FinalSeen,
    ProposedWords,
    finals,
    provisional,
    words_proposed,
    words_written,
)
from booking.programme.report.rules import TITLES
from booking.programme.report.write_words import WriteWords, write_words
from workshops.refusals import Invalid, or_not_found

HERE = "/gestion/dossier"


class FinalFile(Struct, frozen=True):
    """A final file, and what of its figures is no more so."""

    seen: FinalSeen
    changed: Sequence[Changed]


class SectionToWrite(Struct, frozen=True):
    """A section, the words that are kept of it, and those of an earlier year that nobody kept for this one yet."""

    key: str
    title: str
    text: str
    proposed: ProposedWords | None


@renders("office/report.html", acts={"words": WriteWords, "final": DeclareFinal})
class ReportPage(Page, frozen=True):
    """`provisional`: what of the year may still change; `version`: that of the next file declared final."""

    year: str
    years: Mapping[str, str]
    sections: Sequence[SectionToWrite]
    provisional: Sequence[str]
    finals: Sequence[FinalFile]
    version: int


@renders("office/report_read.html")
class ReportRead(Page, frozen=True):
    """The files declared final, for a member of the consortium."""

    finals: Sequence[FinalFile]


@get(HERE, opt=may("reports.read"))
async def report_page(person: AnyOf[Coordinator | OfPartner], now: Now, annee: FromQuery[str] = "") -> Template:
    if isinstance(person, OfPartner):
        return page(ReportRead([await _final(one, detail=False, now=now) for one in await finals()]))
    known = await report_years(now=now)
    return page(await _shown(annee if annee in known else next(iter(known)), known, now))


async def _shown(year: str, known: Mapping[str, object], now: datetime) -> ReportPage:
    first = int(year[:4])
    saved, proposed = await words_written(first), await words_proposed(first)
    declared = [await _final(one, detail=True, now=now) for one in await finals(first)]
    return ReportPage(
        year=year,
        years={name: f"Année scolaire {name}" for name in known},
        sections=[SectionToWrite(key, title, saved.get(key, ""), proposed.get(key)) for key, title in TITLES.items()],
        provisional=await provisional(first, now=now),
        finals=declared,
        version=1 + max((one.seen.version for one in declared), default=0),
    )


async def _final(seen: FinalSeen, *, detail: bool, now: datetime) -> FinalFile:
    """A final file beside today's figures; without the `detail`, those that a member of the consortium reads."""
    changed = differences(read(seen.figures), await figures_of_year(seen.year, now=now))
    return FinalFile(seen, changed if detail else told_to_members(changed))


async def _page_of(year: FromPath[str], now: Now) -> Template:
    known = await report_years(now=now)
    or_not_found(known.get(year))
    return page(await _shown(year, known, now))


@post(HERE + "/{year:str}/textes/{section:str}", opt=may("reports.keep") | {"form_on": HERE})
@form_act(WriteWords, page=_page_of, each="section")
async def write_section(
    asked: WriteWords, year: FromPath[str], section: FromPath[str], person: AsCoordinator, now: Now
) -> Redirect:
    period = or_not_found((await report_years(now=now)).get(year))
    await write_words(asked, year=period.first_year or 0, section=section, by=person.account, now=now)
    return done(f"{HERE}?annee={year}", "texte-garde", at=f"texte-{section}")


@post(HERE + "/{year:str}/versions", opt=may("reports.keep") | {"form_on": HERE})
@form_act(DeclareFinal, page=_page_of)
async def declare_one_final(
    asked: DeclareFinal, form: Form, year: FromPath[str], person: AsCoordinator, now: Now
) -> Redirect:
    if not form.ticked("sure"):
        raise Invalid({"sure": "Cochez la case pour confirmer : un dossier final est gardé tel quel."})
    await declare_final(asked, year=year, by=person.account, now=now)
    return done(f"{HERE}?annee={year}", "dossier-final", at="versions")


async def _draft(year: str, what: str, small: str, person: Coordinator, now: datetime) -> Response[bytes]:
    content = await export_draft(year, what, small=bool(small), by=person.account, now=now)
    return download(content, name=file_name(year, what))


@get(HERE + "/{year:str}/dossier.pdf", opt=may("reports.keep"))
async def report_pdf(
    year: FromPath[str], person: AsCoordinator, now: Now, petits: FromQuery[str] = ""
) -> Response[bytes]:
    return await _draft(year, "pdf", petits, person, now)


@get(HERE + "/{year:str}/dossier.docx", opt=may("reports.keep"))
async def report_docx(
    year: FromPath[str], person: AsCoordinator, now: Now, petits: FromQuery[str] = ""
) -> Response[bytes]:
    return await _draft(year, "docx", petits, person, now)


@get(HERE + "/{year:str}/feuille.pdf", opt=may("reports.keep"))
async def report_sheet(
    year: FromPath[str], person: AsCoordinator, now: Now, petits: FromQuery[str] = ""
) -> Response[bytes]:
    return await _draft(year, "sheet", petits, person, now)


Reader = AnyOf[Coordinator | OfPartner]


async def _kept(year: str, version: int, what: str, person: Coordinator | OfPartner, now: datetime) -> Response[bytes]:
    content = await export_final(year, version, what, by=person.account, now=now)
    return download(content, name=file_name(year, what, version=version))


@get(HERE + "/{year:str}/versions/{version:int}/dossier.pdf", opt=may("reports.read"))
async def final_pdf(year: FromPath[str], version: FromPath[int], person: Reader, now: Now) -> Response[bytes]:
    return await _kept(year, version, "pdf", person, now)


@get(HERE + "/{year:str}/versions/{version:int}/dossier.docx", opt=may("reports.read"))
async def final_docx(year: FromPath[str], version: FromPath[int], person: Reader, now: Now) -> Response[bytes]:
    return await _kept(year, version, "docx", person, now)


@get(HERE + "/{year:str}/versions/{version:int}/feuille.pdf", opt=may("reports.read"))
async def final_sheet(year: FromPath[str], version: FromPath[int], person: Reader, now: Now) -> Response[bytes]:
    return await _kept(year, version, "sheet", person, now)
