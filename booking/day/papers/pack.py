"""The papers of a visit, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable

from booking.day.papers.access import access
from booking.day.papers.attestation import attestation
from booking.day.papers.built import built
from booking.day.papers.cover import cover
from booking.day.papers.families import families
from booking.day.papers.mission import mission
from booking.day.papers.number_list import number_list
from booking.day.papers.programme import programme
from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import AFTER, ASKED, BEFORE, Paper, refuse_papers
from booking.day.papers.safety import safety
from booking.day.papers.transport import transport
from booking.day.papers.visa import visa
from workshops.refusals import NotFound

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
