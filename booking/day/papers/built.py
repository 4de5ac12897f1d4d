"""After the visit: the sheet to hang in the class."""

from __future__ import annotations

from booking.day.papers.drawings import drawing_for
from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Block, Built, Paper, Text
from booking.wording import counted, day, number
from workshops.builds.queries import BuildLine


def built(visit: PaperVisit) -> Paper:
    """What the class built, with the figures that the lycée noted, never a pupil's."""
    came = visit.pupils if visit.counted is None else visit.counted
    intro = Text(
        f"Groupe {visit.group_name}, {visit.college} : {counted(came, 'élève')} à l'atelier « {visit.workshop} »,"
        f" {visit.lycee}, {visit.commune}, le {day(visit.starts_at)}.",
        strong=True,
    )
    objects: list[Block] = [_object(build, visit.summaries.get(build.tech_object, "")) for build in visit.builds]
    if not objects:
        objects.append(Text("Le lycée n'a noté aucun objet pour cette visite."))
    return Paper(
        kind="bilan",
        title="Ce que nous avons construit",
        use="À afficher dans la classe",
        visit=visit.line,
        sheets=((intro, *objects),),
        poster=True,
    )


def _object(build: BuildLine, summary: str) -> Built:
    figures = [
        (number(build.made), _agreed(build.made, "commencé")),
        (number(build.finished), _agreed(build.finished, "terminé")),
        (number(build.working), "en marche"),
        (number(build.taken_home), _agreed(build.taken_home, "emporté")),
    ]
    if build.minutes:
        figures.append((duration(build.minutes), "à l'établi"))
    return Built(build.name, summary, drawing_for(build.name), tuple(figures), build.note, build.id, build.photo)


def duration(minutes: int) -> str:
    """« 45 min », « 2 h », « 2 h 30 »"""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _agreed(count: int, word: str) -> str:
    return word if count < 2 else word + "s"
