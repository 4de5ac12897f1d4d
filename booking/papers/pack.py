"""The papers of a visit, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable

from booking.papers.access import access
from booking.papers.attestation import attestation
from booking.papers.built import built
from booking.papers.cover import cover
from booking.papers.families import families
from booking.papers.mission import mission
from booking.papers.number_list import number_list
from booking.papers.programme import programme
from booking.papers.queries import PaperVisit
from booking.papers.rules import AFTER, ASKED, BEFORE, Paper, refuse_papers
from booking.papers.safety import safety
from booking.papers.transport import transport
from booking.papers.visa import visa
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
