"""The papers of a visit in the order of the file, under its cover, drawn for whoever prints them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from booking.day.papers.after import attestation, built
from booking.day.papers.day_papers import number_list, programme, safety
from booking.day.papers.journey import access, transport
from booking.day.papers.letterhead import Letterhead, letterhead
from booking.day.papers.queries import PaperVisit, visit_on_paper
from booking.day.papers.rules import AFTER, ASKED, BEFORE, Built, Facts, Grid, Heading, Paper, PaperText, refuse_papers
from booking.day.papers.signed_papers import families, mission, visa
from booking.day.photos.keep_photo import FOLDER
from booking.words.wording import counted, short_day
from workshops.refusals import NotFound, or_not_found

WRITTEN: dict[str, Callable[[PaperVisit], Paper]] = {
    "programme": programme,
    "liste": number_list,
    "familles": families,
    "mission": mission,
    "transport": transport,
    "securite": safety,
    "acces": access,
    "bilan": built,
    "attestation": attestation,
    "visa": visa,
}


def pack_of(visit: PaperVisit) -> tuple[Paper, ...]:
    """The whole file to take along, its cover first. Raises NoPapers while the visit is not confirmed."""
    refuse_papers(visit.state)
    papers = tuple(WRITTEN[kind](visit) for kind in BEFORE)
    return (cover(visit, papers), *papers)


def paper_of(visit: PaperVisit, kind: str) -> Paper:
    """One paper by its name. Raises NotFound for a name that is none, NoPapers, NotYetBuilt, NoVisaAsked."""
    if kind not in WRITTEN:
        raise NotFound
    refuse_papers(visit.state, after=kind in AFTER, asked=kind in ASKED)
    return WRITTEN[kind](visit)


def sentence(visit: PaperVisit) -> str:
    """The visit in one sentence."""
    return (
        f"Le groupe {visit.group_name} ({visit.college}, {visit.college_commune}) vient à l'atelier"
        f" « {visit.workshop} », {visit.lycee}, {visit.commune}, le {visit.when}."
    )


def cover(visit: PaperVisit, papers: tuple[Paper, ...]) -> Paper:
    """What the file holds, in order, and who each paper is for."""
    contents = tuple((str(place), paper.title, paper.use) for place, paper in enumerate(papers, 1))
    return Paper(
        kind="couverture",
        title="Dossier de la visite",
        use="",
        visit=visit.line,
        sheets=(
            (
                PaperText(sentence(visit), strong=True),
                Facts(
                    (
                        ("Groupe", f"{visit.group}, {visit.people}"),
                        ("Collège", visit.from_where),
                        ("Lycée d'accueil", visit.where),
                    )
                ),
                Heading("Dans ce dossier"),
                Grid(("", "Papier", "Usage"), contents, (8, 42, 50)),
                PaperText(
                    f"Aucun nom d'élève ne figure dans ce dossier : {counted(visit.pupils, 'numéro')} suffisent"
                    " au lycée. Les noms s'écrivent au stylo et restent au collège.",
                    soft=True,
                ),
            ),
        ),
    )


async def pack_pdf(
    reservation: int,
    *,
    data_dir: Path,
    only: str | None = None,
    needs: bool = True,
    site: str = "",
    printed_on: date | None = None,
) -> bytes:
    """The PDF of the whole file, or of one paper; `data_dir` holds the photos of what was built.

    The caller has checked whose visit it is, and tells whether what the group needs is for this reader.

    Raises NotFound, NoPapers while the visit is not confirmed, NotYetBuilt for a paper of after the visit.
    """
    visit = or_not_found(await visit_on_paper(reservation, needs=needs, site=site))
    papers = tuple(_chosen(visit, only))
    title, head = title_of(visit, papers), await letterhead()
    return await asyncio.to_thread(_draw, papers, title, data_dir / FOLDER, printed_on, head)


async def halves_pdf(
    reservations: Sequence[int],
    *,
    data_dir: Path,
    only: str | None = None,
    site: str = "",
    printed_on: date | None = None,
) -> bytes:
    """The PDF of the files of both halves of a class, or of one paper of each, one after the other. The caller has
    checked whose they are.

    Raises NotFound, NoPapers while one is not confirmed.
    """
    visits = [await visit_on_paper(one, site=site) for one in reservations]
    papers = tuple(paper for visit in visits if visit is not None for paper in _chosen(visit, only))
    if not papers or visits[0] is None:
        raise NotFound
    title, head = title_of(visits[0], papers), await letterhead()
    return await asyncio.to_thread(_draw, papers, title, data_dir / FOLDER, printed_on, head)


def _chosen(visit: PaperVisit, only: str | None) -> Sequence[Paper]:
    return pack_of(visit) if only is None else (paper_of(visit, only),)


def title_of(visit: PaperVisit, papers: Sequence[Paper]) -> str:
    """The document's title, « Dossier de la visite, 4e B, jeu. 25 mars »."""
    return f"{papers[0].title}, {visit.group_name}, {short_day(visit.starts_at)}"


def _draw(papers: Sequence[Paper], title: str, folder: Path, printed_on: date | None, head: Letterhead) -> bytes:
    from booking.day.papers.draw import draw  # noqa: PLC0415 - reportlab doubles the time to the first page

    return draw(papers, title=title, photos=dict(_photos(papers, folder)), printed_on=printed_on, head=head)


def _photos(papers: Sequence[Paper], folder: Path) -> Iterator[tuple[str, bytes]]:
    """The photos that are there; an object whose file is gone keeps its drawing."""
    blocks = (block for paper in papers for sheet in paper.sheets for block in sheet)
    for name in (block.photo for block in blocks if isinstance(block, Built) and block.photo):
        if (folder / name).is_file():
            yield name, (folder / name).read_bytes()
