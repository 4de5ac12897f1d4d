"""The papers of a visit: the file to take along, each paper as a page, what the class keeps afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from booking.day.papers.pack import pack_of, pack_pdf, paper_of, sentence
from booking.day.papers.queries import PaperVisit, visit_on_paper
from booking.day.papers.rules import AFTER, ASKED, BEFORE, Built, Paper
from booking.door.http.answers import Page, download, page, renders
from booking.door.rights.guards import AnyOf, may
from booking.people.accounts.queries import Coordinator, Host, Teacher
from booking.presentation.drawings import Shape, shapes_of
from booking.process.settings import Settings
from booking.web.school.visits import one_seen
from workshops.refusals import NotFound, or_not_found


@renders("school/papers.html")
class Papers(Page, frozen=True):
    """The papers of a visit, those for `after` it apart."""

    visit: PaperVisit
    sentence: str
    papers: Sequence[Paper]
    after: Sequence[Paper]


@renders("school/paper.html")
class PaperRead(Page, frozen=True):
    visit: PaperVisit
    paper: Paper
    pictures: Mapping[str, tuple[Shape, ...]]
    pdf: str


@get("/mes-visites/{reservation:int}/papiers", opt=may("visits.print"))
async def papers_page(reservation: FromPath[int], person: AnyOf[Teacher | Host | Coordinator]) -> Template:
    """The contents of the file, each paper to read or to print."""
    visit = await _on_paper(reservation, person)
    _, *papers = pack_of(visit)
    after = [paper_of(visit, kind) for kind in AFTER] if visit.state == "attended" else []
    return page(Papers(visit=visit, sentence=sentence(visit), papers=papers, after=after))


@get("/mes-visites/{reservation:int}/papiers/{kind:str}", opt=may("visits.print"))
async def paper_page(
    reservation: FromPath[int], kind: FromPath[str], person: AnyOf[Teacher | Host | Coordinator]
) -> Template:
    visit = await _on_paper(reservation, person)
    if kind not in BEFORE + ASKED:
        raise NotFound()
    return _read(visit, kind, pdf=f"/mes-visites/{reservation}/papiers.pdf?papier={kind}")


@get("/mes-visites/{reservation:int}/papiers.pdf", opt=may("visits.print"))
async def papers_pdf(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
    papier: FromQuery[str | None] = None,
) -> Response[bytes]:
    """The whole file, or the one paper named."""
    if papier is not None and papier not in BEFORE + ASKED:
        raise NotFound()
    return await _printed(reservation, person, settings, now, papier, name=papier or "dossier")


@get("/mes-visites/{reservation:int}/bilan", opt=may("visits.print"))
async def built_page(reservation: FromPath[int], person: AnyOf[Teacher | Host | Coordinator]) -> Template:
    """What the class built, to hang in its room."""
    visit = await _on_paper(reservation, person)
    return _read(visit, "bilan", pdf=f"/mes-visites/{reservation}/bilan.pdf")


@get("/mes-visites/{reservation:int}/bilan.pdf", opt=may("visits.print"))
async def built_pdf(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    return await _printed(reservation, person, settings, now, "bilan", name="bilan")


@get("/mes-visites/{reservation:int}/attestation", opt=may("visits.print"))
async def attestation_page(reservation: FromPath[int], person: AnyOf[Teacher | Host | Coordinator]) -> Template:
    """The group's attestation, for both schools to sign."""
    visit = await _on_paper(reservation, person)
    return _read(visit, "attestation", pdf=f"/mes-visites/{reservation}/attestation.pdf")


@get("/mes-visites/{reservation:int}/attestation.pdf", opt=may("visits.print"))
async def attestation_pdf(
    reservation: FromPath[int],
    person: AnyOf[Teacher | Host | Coordinator],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    return await _printed(reservation, person, settings, now, "attestation", name="attestation")


async def _on_paper(reservation: int, person: Teacher | Host | Coordinator) -> PaperVisit:
    await one_seen(reservation, person)
    return or_not_found(await visit_on_paper(reservation, needs=_reads_needs(person)))


def _reads_needs(person: Teacher | Host | Coordinator) -> bool:
    return not isinstance(person, Coordinator)


def _read(visit: PaperVisit, kind: str, *, pdf: str) -> Template:
    paper = paper_of(visit, kind)
    drawings = {block.drawing for sheet in paper.sheets for block in sheet if isinstance(block, Built)}
    pictures = {drawing: shapes_of(drawing) for drawing in drawings}
    return page(PaperRead(visit=visit, paper=paper, pictures=pictures, pdf=pdf))


async def _printed(
    reservation: int,
    person: Teacher | Host | Coordinator,
    settings: Settings,
    now: datetime,
    only: str | None,
    *,
    name: str,
) -> Response[bytes]:
    await one_seen(reservation, person)
    drawn = await pack_pdf(
        reservation, data_dir=settings.data_dir, only=only, needs=_reads_needs(person), printed_on=now
    )
    return download(drawn, name=f"{name}-{reservation}.pdf")
