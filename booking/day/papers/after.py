"""After the visit: the sheet to hang in the class, and the attestation that both schools sign."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Block, Built, Facts, Heading, Paper, PaperText, Signatures, Taught
from booking.presentation.drawings import drawing_for
from booking.words.wording import counted, day, number
from workshops.builds.queries import BuildLine
from workshops.catalogue.rules import Diploma


def built(visit: PaperVisit) -> Paper:
    """What the class built, with the figures that the lycée noted, never a pupil's."""
    came = visit.pupils if visit.counted is None else visit.counted
    intro = PaperText(
        f"Groupe {visit.group_name}, {visit.college} : {counted(came, 'élève')} à l'atelier « {visit.workshop} »,"
        f" {visit.lycee}, {visit.commune}, le {day(visit.starts_at)}.",
        strong=True,
    )
    objects: list[Block] = [_object(build, visit.summaries.get(build.tech_object, "")) for build in visit.builds]
    if not objects:
        objects.append(PaperText("Le lycée n'a noté aucun objet pour cette visite."))
    with_them = (PaperText(f"Avec nous : {', '.join(visit.companies)}."),) if visit.companies else ()
    taught = tuple(_taught(one, several=len(visit.builds) > 1) for one in visit.diplomas)
    learn: tuple[Block, ...] = (Heading("Où apprendre cela"), *taught) if taught else ()
    return Paper(
        kind="bilan",
        title="Ce que nous avons construit",
        use="À afficher dans la classe",
        visit=visit.line,
        sheets=((intro, *with_them, *objects, *learn),),
        poster=True,
    )


def _object(build: BuildLine, summary: str) -> Built:
    figures = [
        (number(build.made), _agreed(build.made, "commencé")),
        (number(build.finished), _agreed(build.finished, "terminé")),
        (number(build.working), "en marche"),
    ]
    if build.taken_home:
        figures.append((number(build.taken_home), _agreed(build.taken_home, "emporté")))
    if build.minutes:
        figures.append((duration(build.minutes), "à l'établi"))
    return Built(build.name, summary, drawing_for(build.name), tuple(figures), build.note, build.id, build.photo)


def _taught(diploma: Diploma, *, several: bool) -> Taught:
    """« Lycée Jules Haag, Besançon, 12 km », and of which object where the class built several."""
    of = " et ".join(diploma.objects) if several else ""
    where = ", ".join(filter(None, (diploma.lycee, diploma.commune, away(diploma))))
    return Taught(diploma.title, " · ".join(filter(None, (of, where))), diploma.link)


def away(diploma: Diploma) -> str:
    """« 12 km », « 40 km (estimé) »; nothing where nothing tells."""
    if diploma.km is None:
        return ""
    far = f"{number(diploma.km)} km" if diploma.km else "moins d'un km"
    return f"{far} (estimé)" if diploma.estimated else far


def duration(minutes: int) -> str:
    """« 45 min », « 2 h », « 2 h 30 »"""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _agreed(count: int, word: str) -> str:
    return word if count < 2 else word + "s"


def attestation(visit: PaperVisit) -> Paper:
    """Which class came, when, where, to what workshop, how many were counted."""
    came = () if visit.counted is None else (("Élèves comptés par le lycée", str(visit.counted)),)
    with_them = () if not visit.adults_counted else (("Accompagnateurs", str(visit.adults_counted)),)
    objects = ", ".join(f"{build.name} ({counted(build.finished, 'terminé')})" for build in visit.builds)
    return Paper(
        kind="attestation",
        title="Attestation de visite",
        use="Pour le collège, signée par les deux établissements",
        visit=visit.line,
        sheets=(
            (
                PaperText(
                    f"{visit.lycee}, {visit.commune}, atteste que le groupe {visit.group}, {visit.college},"
                    f" {visit.college_commune}, a participé à l'atelier « {visit.workshop} » dans le cadre du programme"
                    " TECHNILAB.",
                    strong=True,
                ),
                Facts(
                    (
                        ("Date et heures", visit.when),
                        ("Lieu", visit.where),
                        ("Atelier", visit.workshop),
                        *came,
                        *with_them,
                        *((("Objets fabriqués", objects),) if objects else ()),
                    )
                ),
                PaperText("Cette attestation vaut pour le groupe entier. Elle ne nomme aucun élève."),
                Signatures(
                    (
                        (
                            f"Pour le lycée{f', {visit.signatory}' if visit.signatory else ''}",
                            "Nom, signature et cachet",
                        ),
                        (
                            f"Pour le collège{f', {visit.principal}' if visit.principal else ''}",
                            "Nom, signature et cachet",
                        ),
                    ),
                    stamped=True,
                    dated="Fait à ……………………………………, le ……………………………………",
                ),
            ),
        ),
        poster=True,
    )
