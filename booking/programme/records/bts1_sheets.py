"""The tables of BTS+1: courses, dated steps, yearly counts, mobilities, who makes them, the BTS that lead to them."""

from __future__ import annotations

from datetime import datetime

from booking.programme.records.find import company, consortium_member, course, course_or_none, lycee
from booking.programme.records.rules import FIRM_NAME, SIRET, UAI, UAI_OF_BTS
from booking.programme.records.sheet import OWN, Cells, Owner, RecordSheet, Sender, act_of, columns_of, lines_of
from workshops.programmes.bts1 import keep_lines as lines
from workshops.programmes.bts1.add_up import RecordIntake
from workshops.programmes.bts1.draft_course import ChangeCourse, DraftCourse, change_course, draft_course
from workshops.programmes.bts1.rules import ORDER, SUSPENDED
from workshops.refusals import Invalid

_FROM = "bts1_courses c JOIN schools s ON s.id = c.school"
_COURSES = f"""SELECT s.uai, c.title, c.field, c.note, c.ects, c.language FROM {_FROM}
WHERE {OWN} ORDER BY s.uai, c.title"""  # noqa: S608 - constants only
_PARTNERS = f"""SELECT s.uai, c.title, t.kind, CASE WHEN t.company IS NULL THEN t.name ELSE '' END, f.siret,
  t.country, CASE WHEN t.company IS NULL THEN '' ELSE t.name END FROM {_FROM}
JOIN bts1_partners t ON t.course = c.id LEFT JOIN companies f ON f.id = t.company WHERE {OWN}
ORDER BY s.uai, c.title, t.kind, t.name"""  # noqa: S608 - constants only
_FEEDERS = f"""SELECT s.uai, c.title, t.bts, b.uai FROM {_FROM}
JOIN bts1_feeders t ON t.course = c.id LEFT JOIN schools b ON b.id = t.school WHERE {OWN}
ORDER BY s.uai, c.title, t.bts, b.uai"""  # noqa: S608 - constants only
_IN_TIME = f"array_position(ARRAY{[str(step) for step in (*ORDER, SUSPENDED)]}, t.step)"
NAMED_TWICE = "Laissez « partenaire » vide quand le SIRET est donné : le nom est celui de l'entreprise."
CARD = (UAI, *columns_of(ChangeCourse))
*MAKER, PARTNER_COUNTRY = columns_of(lines.AddPartner)


async def _course(line: Cells) -> int:
    return await course(line["uai"], line["formation"])


COURSE = Owner(CARD[:2], "s.uai, c.title", _FROM, "course", _course)


async def keep_course(line: Cells, sender: Sender, now: datetime) -> None:
    """A lycée's course, written down or corrected."""
    host = await lycee(line["uai"])
    known = await course_or_none(line["uai"], line["formation"])
    if known is None:
        await draft_course(act_of(DraftCourse, line), school=host, by=None, now=now)
    else:
        await change_course(known, act_of(ChangeCourse, line), **sender.acts(now))


async def keep_partner(line: Cells, sender: Sender, now: datetime) -> None:
    """Someone makes the course with the lycée: a company by its SIRET, a member of the consortium, another body."""
    of = await _course(line)
    name, siret = line["partenaire"], line["siret"]
    if siret is not None and name:
        raise Invalid({"partenaire": NAMED_TWICE})
    asked = act_of(
        lines.AddPartner,
        line,
        company=None if siret is None else await company(siret),
        partner=await consortium_member(line["type"], name) if name else None,
    )
    await lines.add_partner(of, asked, **sender.acts(now))


async def keep_feeder(line: Cells, sender: Sender, now: datetime) -> None:
    """A BTS leads to the course, of one lycée or of any."""
    of = await _course(line)
    taught_at = await lycee(line["uai_bts"]) if line["uai_bts"] else None
    await lines.add_feeder(of, act_of(lines.AddFeeder, line, taught_at=taught_at), **sender.acts(now))


def bts1_sheets() -> list[RecordSheet]:
    """The tables, in the order in which they are taken in."""
    return [
        RecordSheet(
            name="bts1-formations", title="Formations BTS+1", columns=CARD, keys=2, known=_COURSES, keep=keep_course
        ),
        lines_of(
            COURSE,
            "bts1_steps",
            lines.RecordStep,
            lines.record_step,
            name="bts1-etapes",
            title="Étapes des formations BTS+1",
            keys=1,
            order=_IN_TIME,
        ),
        lines_of(
            COURSE,
            "bts1_intakes",
            RecordIntake,
            lines.record_intake,
            name="bts1-effectifs",
            title="Effectifs des formations BTS+1",
            keys=1,
        ),
        lines_of(
            COURSE,
            "bts1_mobilities",
            lines.RecordMobility,
            lines.record_mobility,
            name="bts1-mobilites",
            title="Mobilités des étudiants BTS+1",
            keys=5,
        ),
        RecordSheet(
            name="bts1-partenaires",
            title="Partenaires des formations BTS+1",
            columns=(
                *COURSE.columns,
                *MAKER,
                SIRET,
                PARTNER_COUNTRY,
                FIRM_NAME,
            ),
            keys=5,
            known=_PARTNERS,
            keep=keep_partner,
            hint="Une entreprise connue par son SIRET, sans « partenaire » ; un autre organisme par son nom.",
        ),
        RecordSheet(
            name="bts1-bts",
            title="BTS qui mènent aux formations BTS+1",
            columns=(*COURSE.columns, *columns_of(lines.AddFeeder), UAI_OF_BTS),
            keys=4,
            known=_FEEDERS,
            keep=keep_feeder,
            hint="Sans « UAI du lycée du BTS », le BTS de tout lycée.",
        ),
    ]
