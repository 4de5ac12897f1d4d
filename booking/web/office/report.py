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
from booking.programme.report.differ import (
    Changed,
    KeptFigure,
    differences,
    figures_of_year,
    goes_on,
    read,
    told_to_members,
)
from booking.programme.report.export import export_draft, export_final
from booking.programme.report.gather import report_years
from booking.programme.report.queries import (
    FinalSeen,
    ProposedWords,
    finals,
    provisional,
    words_proposed,
    words_written,
)
from booking.programme.report.rules import TITLES, SectionKey
from booking.programme.report.write_words import WriteSection, WriteSections, WriteWords, write_all_words
from workshops.acts.plain_words import some_lines
from workshops.refusals import Invalid, or_not_found

HERE = "/gestion/dossier"


class FinalFile(Struct, frozen=True):
    """A final file and which of its figures are no more so: those `of_year`, and those of the programme that `goes_on`.

    `replaced_by`: the version that followed it, 0 for the last one.
    """

    seen: FinalSeen
    of_year: Sequence[Changed]
    goes_on: Sequence[Changed]
    replaced_by: int


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
        return page(ReportRead(await _finals(await finals(), detail=False, now=now)))
    known = await report_years(now=now)
    return page(await _shown(annee if annee in known else next(iter(known)), known, now))


async def _shown(year: str, known: Mapping[str, object], now: datetime) -> ReportPage:
    first = int(year[:4])
    saved, proposed = await words_written(first), await words_proposed(first)
    declared = await _finals(await finals(first), detail=True, now=now)
    return ReportPage(
        year=year,
        years={name: f"Année scolaire {name}" for name in known},
        sections=[SectionToWrite(key, title, saved.get(key, ""), proposed.get(key)) for key, title in TITLES.items()],
        provisional=await provisional(first, now=now),
        finals=declared,
        version=1 + max((one.seen.version for one in declared), default=0),
    )


async def _finals(seen: Sequence[FinalSeen], *, detail: bool, now: datetime) -> list[FinalFile]:
    """Final files beside today's figures; without the `detail`, those that a member of the consortium reads."""
    last: dict[str, int] = {}
    today: dict[str, Sequence[KeptFigure]] = {}
    found = []
    for one in seen:
        if one.year not in today:
            last[one.year], today[one.year] = one.version, await figures_of_year(one.year, now=now)
        changed = differences(read(one.figures), today[one.year])
        told = changed if detail else told_to_members(changed)
        of_year, later = [it for it in told if not goes_on(it)], [it for it in told if goes_on(it)]
        replaced_by = one.version + 1 if one.version < last[one.year] else 0
        found.append(FinalFile(one, of_year, later, replaced_by))
    return found


async def _page_of(year: FromPath[str], now: Now) -> Template:
    known = await report_years(now=now)
    or_not_found(known.get(year))
    return page(await _shown(year, known, now))


def _sections(form: Form) -> list[WriteSection]:
    """The texts that are no more what the page showed, and those of an earlier year that are ticked; what is wrong with
    one is said beside it."""
    found = []
    for key in SectionKey:
        row = form.part(f"-{key}")
        shown, typed_now = (some_lines(row.typed.get(name, "")) for name in ("shown", "text"))
        if "text" not in row.typed or (typed_now == shown and not row.ticked("take")):
            continue
        try:
            found.append(row.act(WriteSection, section=key))
        except Invalid:
            form.errors |= {f"{name}-{key}": sentence for name, sentence in row.errors.items()}
    return found


@post(HERE + "/{year:str}/textes", opt=may("reports.keep") | {"form_on": HERE})
@form_act(WriteSections, page=_page_of, sections=_sections)
async def write_sections(asked: WriteSections, year: FromPath[str], person: AsCoordinator, now: Now) -> Redirect:
    period = or_not_found((await report_years(now=now)).get(year))
    await write_all_words(asked, year=period.first_year or 0, by=person.account, now=now)
    return done(f"{HERE}?annee={year}", "textes-gardes")


@post(HERE + "/{year:str}/versions", opt=may("reports.keep") | {"form_on": HERE})
@form_act(DeclareFinal, page=_page_of)
async def declare_one_final(
    asked: DeclareFinal, form: Form, year: FromPath[str], person: AsCoordinator, now: Now
) -> Redirect:
    if not form.ticked("sure"):
        raise Invalid({"sure": "Cochez la case pour confirmer : un dossier final est gardé tel quel."})
    await declare_final(asked, year=year, by=person.account, now=now)
    return done(f"{HERE}?annee={year}", "dossier-final")


async def _draft(year: str, what: str, small: str, person: Coordinator, now: datetime) -> Response[bytes]:
    taken = await export_draft(year, what, small=bool(small), by=person.account, now=now)
    return download(taken.content, name=taken.name)


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
    taken = await export_final(year, version, what, by=person.account, now=now)
    return download(taken.content, name=taken.name)


@get(HERE + "/{year:str}/versions/{version:int}/dossier.pdf", opt=may("reports.read"))
async def final_pdf(year: FromPath[str], version: FromPath[int], person: Reader, now: Now) -> Response[bytes]:
    return await _kept(year, version, "pdf", person, now)


@get(HERE + "/{year:str}/versions/{version:int}/dossier.docx", opt=may("reports.read"))
async def final_docx(year: FromPath[str], version: FromPath[int], person: Reader, now: Now) -> Response[bytes]:
    return await _kept(year, version, "docx", person, now)


@get(HERE + "/{year:str}/versions/{version:int}/feuille.pdf", opt=may("reports.read"))
async def final_sheet(year: FromPath[str], version: FromPath[int], person: Reader, now: Now) -> Response[bytes]:
    return await _kept(year, version, "sheet", person, now)
