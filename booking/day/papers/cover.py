"""The cover of the file: the visit in one sentence, and what follows."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Facts, Grid, Heading, Paper, Text
from booking.wording import counted


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
                Text(sentence(visit), strong=True),
                Facts(
                    (
                        ("Groupe", f"{visit.group}, {visit.people}"),
                        ("Collège", visit.from_where),
                        ("Lycée d'accueil", visit.where),
                    )
                ),
                Heading("Dans ce dossier"),
                Grid(("", "Papier", "Usage"), contents, (8, 42, 50)),
                Text(
                    f"Aucun nom d'élève ne figure dans ce dossier : {counted(visit.pupils, 'numéro')} suffisent"
                    " au lycée. Les noms s'écrivent au stylo et restent au collège.",
                    soft=True,
                ),
            ),
        ),
    )
