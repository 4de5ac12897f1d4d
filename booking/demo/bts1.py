"""The examples' BTS+1 courses, from one that is only an idea to one with graduates, one late and one suspended.

The examples' consortium: real public bodies, the lycées and the invented companies of the trial.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from booking.demo.settle import Cast, invite_example, read_tables
from workshops.partners.rules import PartnerKind
from workshops.partners.welcome import WelcomePartner, welcome
from workshops.programmes.bts1 import keep_lines as lines
from workshops.programmes.bts1.add_up import COUNTS, RecordIntake
from workshops.programmes.bts1.draft_course import DraftCourse, draft_course
from workshops.programmes.bts1.rules import KINDS, CoursePartnerKind, StayDirection, StayKind, StepKind
from workshops.school_calendar.rules import autumn_of, paris_day
from workshops.schools.queries import school_by_uai
from workshops.scope import of_school


def months_from_rentree(months: int, *, now: datetime) -> date:
    """The first of a month, so many after (or before) the rentrée of the school year under way."""
    passed = autumn_of(paris_day(now)) * 12 + 8 + months
    return date(passed // 12, passed % 12 + 1, 1)


async def open_courses(cast: Cast, bodies: dict[str, int], *, now: datetime) -> None:
    """Draft every course with its steps, who makes it, its counts; `bodies` are the consortium's, by kind."""
    for entry in read_tables("formations"):
        school = cast.lycees[entry["lycee"]].id
        card = DraftCourse(
            title=entry["titre"],
            field=entry["domaine"],
            note=entry["note"],
            ects=entry.get("ects"),
            language=entry.get("langue", ""),
        )
        course = await draft_course(card, school=school, example=True, now=now, by=None)
        own: dict[str, Any] = {"scope": of_school(school), "by": None, "now": now}
        await _date_steps(course, entry, **own)
        for kind in entry["organismes"]:
            known = CoursePartnerKind(kind) if kind in KINDS else CoursePartnerKind.AUTRE
            await lines.add_partner(course, lines.AddPartner(kind=known, partner=bodies[kind]), **own)
        for number in entry["entreprises"]:
            firm = lines.AddPartner(kind=CoursePartnerKind.ENTREPRISE, company=cast.companies[number].place)
            await lines.add_partner(course, firm, **own)
        for name, country in entry.get("etranger", []):
            abroad = lines.AddPartner(kind=CoursePartnerKind.AUTRE, name=name, country=country)
            await lines.add_partner(course, abroad, **own)
        for bts, uai in entry["bts"]:
            taught_at = await school_by_uai(uai) if uai else None
            feeder = lines.AddFeeder(bts=bts, taught_at=taught_at.id if taught_at else None)
            await lines.add_feeder(course, feeder, **own)
        await _count(course, entry, **own)


async def _date_steps(course: int, entry: dict[str, Any], *, now: datetime, **own: Any) -> None:
    for step, months in entry["etapes"].items():
        on = months_from_rentree(months, now=now)
        planned = on > paris_day(now) or step in entry.get("prevues", [])
        dated = lines.RecordStep(step=StepKind(step), step_on=on, planned=planned)
        await lines.record_step(course, dated, now=now, **own)


async def _count(course: int, entry: dict[str, Any], *, now: datetime, **own: Any) -> None:
    latest = autumn_of(paris_day(now))
    for counts in entry["annees"]:
        known = {name: counts.get(name) for name in COUNTS}
        intake = RecordIntake(school_year=latest + counts["annee"], **known)
        await lines.record_intake(course, intake, now=now, **own)
    for counts in entry["mobilites"]:
        told = {name: counts[name] for name in ("country", "people", "host_name", "weeks") if name in counts}
        stay = lines.RecordMobility(
            school_year=latest + counts["annee"],
            kind=StayKind(counts["kind"]),
            direction=StayDirection(counts.get("direction", StayDirection.OUTGOING)),
            **told,
        )
        await lines.record_mobility(course, stay, now=now, **own)


JOINED = -24
LYCEE = "Reçoit les collégiens et porte des formations."
# Who reads for the university.
MEMBER = "Gérard Lhomme"
COMPANY = "Vient aux visites, accueille et mentore."


async def gather_consortium(cast: Cast, *, now: datetime) -> dict[str, int]:
    """Welcome every partner; returns the number of each public body by its kind."""

    def joined(months: int) -> date:
        return months_from_rentree(months, now=now)

    bodies, university = {}, ""
    for entry in read_tables("consortium"):
        asked = WelcomePartner(
            kind=PartnerKind(entry["type"]),
            name=entry["nom"],
            role=entry["role"],
            web=entry["site"],
            from_on=joined(entry["mois"]),
        )
        bodies[entry["type"]] = await welcome(asked, example=True, by=None, now=now)
        university = entry["nom"] if entry["type"] == "universite" else university
    for lycee in cast.lycees.values():
        asked = WelcomePartner(kind=PartnerKind.LYCEE, school=lycee.id, role=LYCEE, from_on=joined(JOINED))
        await welcome(asked, example=True, by=None, now=now)
    for number, company in enumerate(cast.companies):
        since = joined(JOINED + number)
        asked = WelcomePartner(kind=PartnerKind.ENTREPRISE, company=company.place, role=COMPANY, from_on=since)
        await welcome(asked, example=True, by=None, now=now)
    await invite_example(MEMBER, role="consortium", partner=university, now=now)
    return bodies
