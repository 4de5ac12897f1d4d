"""The papers of a visit: the file to take along, each paper as a page, what the class keeps afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from booking.day.badges.print_sheet import halves_sheet_of
from booking.day.badges.rules import PRINTABLE
from booking.day.papers.cards import Keepsake, cards_of, cards_pdf
from booking.day.papers.pack import halves_pdf, pack_of, pack_pdf, paper_of, sentence
from booking.day.papers.queries import PaperVisit, visit_on_paper
from booking.day.papers.rules import AFTER, ASKED, BEFORE, Built, Paper
from booking.door.http.answers import Page, download, page, renders
from booking.door.rights.guards import Now, PartOfVisit, SiteSettings, may
from booking.people.accounts.queries import Coordinator, Host, Teacher
from booking.presentation.drawings import Shape, shapes_of
from booking.process.settings import Settings
from booking.visits.asking.pairs import halves_of
from booking.visits.preparation.tick import note_cards_printed, note_printed
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
async def papers_page(reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings) -> Template:
    """The contents of the file, each paper to read or to print."""
    visit = await _on_paper(reservation, person, settings)
    _, *papers = pack_of(visit)
    after = [paper_of(visit, kind) for kind in AFTER] if visit.state == "attended" else []
    return page(Papers(visit=visit, sentence=sentence(visit), papers=papers, after=after))


@get("/mes-visites/{reservation:int}/papiers/{kind:str}", opt=may("visits.print"))
async def paper_page(
    reservation: FromPath[int], kind: FromPath[str], person: PartOfVisit, settings: SiteSettings
) -> Template:
    visit = await _on_paper(reservation, person, settings)
    if kind not in BEFORE + ASKED:
        raise NotFound()
    return _read(visit, kind, pdf=f"/mes-visites/{reservation}/papiers.pdf?papier={kind}")


@get("/mes-visites/{reservation:int}/papiers.pdf", opt=may("visits.print"))
async def papers_pdf(
    reservation: FromPath[int],
    person: PartOfVisit,
    settings: SiteSettings,
    now: Now,
    papier: FromQuery[str | None] = None,
) -> Response[bytes]:
    """The whole file, or the one paper named."""
    if papier is not None and papier not in BEFORE + ASKED:
        raise NotFound()
    return await _printed(reservation, person, settings, now, papier, name=papier or "dossier")


@get("/mes-visites/{reservation:int}/bilan", opt=may("visits.print"))
async def built_page(reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings) -> Template:
    """What the class built, to hang in its room."""
    visit = await _on_paper(reservation, person, settings)
    return _read(visit, "bilan", pdf=f"/mes-visites/{reservation}/bilan.pdf")


@get("/mes-visites/{reservation:int}/bilan.pdf", opt=may("visits.print"))
async def built_pdf(
    reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings, now: Now
) -> Response[bytes]:
    return await _printed(reservation, person, settings, now, "bilan", name="bilan")


@get("/mes-visites/{reservation:int}/attestation", opt=may("visits.print"))
async def attestation_page(reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings) -> Template:
    """The group's attestation, for both schools to sign."""
    visit = await _on_paper(reservation, person, settings)
    return _read(visit, "attestation", pdf=f"/mes-visites/{reservation}/attestation.pdf")


@get("/mes-visites/{reservation:int}/attestation.pdf", opt=may("visits.print"))
async def attestation_pdf(
    reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings, now: Now
) -> Response[bytes]:
    return await _printed(reservation, person, settings, now, "attestation", name="attestation")


@renders("school/cards.html")
class CardsRead(Page, frozen=True):
    """The cards of a visit, said once, and their numbers."""

    visit: PaperVisit
    cards: Keepsake


@get("/mes-visites/{reservation:int}/cartes", opt=may("visits.print"))
async def cards_page(reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings) -> Template:
    """What each pupil keeps: a card by number, without a name."""
    visit = await _on_paper(reservation, person, settings)
    return page(CardsRead(visit=visit, cards=await cards_of(reservation)))


@get("/mes-visites/{reservation:int}/cartes.pdf", opt=may("visits.print"))
async def cards_to_cut(reservation: FromPath[int], person: PartOfVisit, now: Now) -> Response[bytes]:
    await one_seen(reservation, person)
    drawn = await cards_pdf(reservation, printed_on=now)
    if isinstance(person, Teacher):
        await note_cards_printed(reservation, by=person.account, now=now)
    return download(drawn, name=f"cartes-{reservation}.pdf")


async def _on_paper(reservation: int, person: Teacher | Host | Coordinator, settings: Settings) -> PaperVisit:
    await one_seen(reservation, person)
    return or_not_found(await visit_on_paper(reservation, needs=_reads_needs(person), site=settings.base_url))


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
        reservation,
        data_dir=settings.data_dir,
        only=only,
        needs=_reads_needs(person),
        site=settings.base_url,
        printed_on=now,
    )
    return download(drawn, name=f"{name}-{reservation}.pdf")


@get("/mes-visites/{reservation:int}/moities.pdf", opt=may("visits.print"))
async def both_papers_pdf(
    reservation: FromPath[int],
    person: PartOfVisit,
    settings: SiteSettings,
    now: Now,
    papier: FromQuery[str | None] = None,
) -> Response[bytes]:
    """The files of both halves, as the teacher takes them along, or the one paper named of each."""
    if papier not in {None, *BEFORE}:
        raise NotFound()
    both = await _both(reservation, person)
    drawn = await halves_pdf(both, data_dir=settings.data_dir, only=papier, site=settings.base_url, printed_on=now)
    return download(drawn, name=f"{papier or 'dossier'}-moities-{reservation}.pdf")


@get("/reservations/{reservation:int}/moities.pdf", opt=may("visits.print"))
async def both_badges_pdf(
    reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings, now: Now
) -> Response[bytes]:
    """The badges of both halves, a divider before each."""
    both = await _both(reservation, person)
    drawn = await halves_sheet_of(both, secret_key=settings.secret_key, printed_on=now)
    if isinstance(person, Teacher):
        await note_printed(both, by=person.account, now=now)
    return download(drawn, name=f"badges-moities-{reservation}.pdf")


async def _both(reservation: int, person: Teacher | Host | Coordinator) -> list[int]:
    """Those of the two halves that have papers and that this person is part of."""
    seen = await one_seen(reservation, person)
    both = [one for one in await halves_of(seen.pair) if one.state in PRINTABLE]
    own = [one.id for one in both if seen.host == one.host or not isinstance(person, Host)]
    if not own:
        raise NotFound()
    return own
