"""The tables of BTS+1 in counts and dates: courses, dated steps, yearly counts, mobilities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booking.programme.records.find import course, course_or_none, lycee
from booking.programme.records.rules import Column
from booking.programme.records.sheet import OWN, RecordSheet, Sender
from workshops.bts1.add_up import COUNTS
from workshops.bts1.draft_course import change_course, draft_course
from workshops.bts1.record_intake import record_intake, record_mobility
from workshops.bts1.record_step import record_step
from workshops.bts1.rules import STAYS, STEPS

NAMES = {
    "places": "places",
    "applicants": "candidats",
    "enrolled": "inscrits",
    "apprentices": "apprentis",
    "girls": "filles",
    "completed": "diplomes",
    "employed_6m": "emploi_6_mois",
    "studying_6m": "etudes_6_mois",
    "seeking_6m": "recherche_6_mois",
    "unknown_6m": "sans_reponse_6_mois",
}
WHICH = (Column("uai", "uai"), Column("formation"))
_FROM = "bts1_courses c JOIN schools s ON s.id = c.school"
_COURSES = f"""SELECT s.uai, c.title, c.field, c.note FROM {_FROM}
WHERE {OWN} ORDER BY s.uai, c.title"""  # noqa: S608 - constants only
_IN_TIME = "array_position(ARRAY['idee', 'montage', 'habilitee', 'ouverte', 'premiere_promotion', 'suspendue'], t.step)"

Cells = dict[str, Any]


async def keep_course(line: Cells, sender: Sender, now: datetime) -> None:
    """A lycée's course, written down or corrected."""
    host = await lycee(line["uai"])
    known = await course_or_none(line["uai"], line["formation"])
    card = {"title": line["formation"], "field": line["domaine"], "note": line["precisions"]}
    if known is None:
        await draft_course(school=host, by=None, now=now, **card)
    else:
        await change_course(known, school=sender.school, by=None, now=now, **card)


async def keep_step(line: Cells, sender: Sender, now: datetime) -> None:
    """A step reached or planned."""
    of = await course(line["uai"], line["formation"])
    await record_step(
        of, step=line["etape"], step_on=line["le"], planned=line["prevue"], school=sender.school, now=now, by=None
    )


async def keep_intake(line: Cells, sender: Sender, now: datetime) -> None:
    """The counts of a school year."""
    counts = {code: line[name] for code, name in NAMES.items()}
    of = await course(line["uai"], line["formation"])
    await record_intake(of, school_year=line["annee_scolaire"], counts=counts, school=sender.school, now=now, by=None)


async def keep_mobility(line: Cells, sender: Sender, now: datetime) -> None:
    """How many went to a country, and what for."""
    await record_mobility(
        await course(line["uai"], line["formation"]),
        school_year=line["annee_scolaire"],
        country=line["pays"],
        kind=line["motif"],
        people=line["personnes"],
        school=sender.school,
        now=now,
        by=None,
    )


def bts1_sheets() -> list[RecordSheet]:
    """The tables, in the order in which they are taken in."""
    return [
        RecordSheet(
            name="bts1-formations",
            title="Formations BTS+1",
            columns=(*WHICH, Column("domaine"), Column("precisions", needed=False, most=1000)),
            keys=2,
            known=_COURSES,
            keep=keep_course,
        ),
        RecordSheet(
            name="bts1-etapes",
            title="Étapes des formations BTS+1",
            columns=(*WHICH, Column("etape", "choice", choices=STEPS), Column("le", "day"), Column("prevue", "yes")),
            keys=3,
            known=f"""SELECT s.uai, c.title, t.step, t.step_on, t.planned FROM {_FROM}
JOIN bts1_steps t ON t.course = c.id WHERE {OWN} ORDER BY s.uai, c.title, {_IN_TIME}""",  # noqa: S608 - constants only
            keep=keep_step,
        ),
        RecordSheet(
            name="bts1-effectifs",
            title="Effectifs des formations BTS+1",
            columns=(
                *WHICH,
                Column("annee_scolaire", "school_year"),
                *(Column(NAMES[code], "count", needed=False) for code in COUNTS),
            ),
            keys=3,
            known=f"""SELECT s.uai, c.title, i.school_year, {", ".join(f"i.{code}" for code in COUNTS)} FROM {_FROM}
JOIN bts1_intakes i ON i.course = c.id WHERE {OWN} ORDER BY s.uai, c.title, i.school_year""",  # noqa: S608 - constants only
            keep=keep_intake,
        ),
        RecordSheet(
            name="bts1-mobilites",
            title="Mobilités des étudiants BTS+1",
            columns=(
                *WHICH,
                Column("annee_scolaire", "school_year"),
                Column("pays", "country", most=60),
                Column("motif", "choice", choices=STAYS),
                Column("personnes", "count"),
            ),
            keys=5,
            known=f"""SELECT s.uai, c.title, m.school_year, m.country, m.kind, m.people FROM {_FROM}
JOIN bts1_mobilities m ON m.course = c.id WHERE {OWN}
ORDER BY s.uai, c.title, m.school_year, m.country, m.kind""",  # noqa: S608 - constants only
            keep=keep_mobility,
        ),
    ]
