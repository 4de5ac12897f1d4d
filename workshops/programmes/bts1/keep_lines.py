"""The lines of a course, written down, corrected and taken back: its dated steps, its years in counts, who went abroad,
who makes it with the lycée, which BTS lead to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import astuple
from piccolo.columns import Column
from piccolo.table import Table

from workshops.acts import Act, a_number, chosen, labelled, typed
from workshops.closed_years.correct import recording
from workshops.companies.tables import Company
from workshops.database import value
from workshops.database.row_types import columns_of, insert_of, rows_as
from workshops.events.record import record, record_by
from workshops.partners.tables import Partner
from workshops.programmes.bts1.add_up import COUNTS, MOST, RecordIntake
from workshops.programmes.bts1.rules import (
    FIRST_YEAR,
    LAST_YEAR,
    WEEKS_MOST,
    CoursePartnerKind,
    DatedStep,
    SchoolYear,
    StayDirection,
    StayKind,
    StepKind,
    a_country,
    country_written,
    refuse_stay_year,
    refuse_step,
    refuse_year,
)
from workshops.programmes.bts1.tables import CoursePartner, Feeder, Intake, Mobility, Step
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.rules import paris_day, year_words
from workshops.schools.tables import School
from workshops.scope import Scope

LOCKED = "SELECT school FROM bts1_courses WHERE id = $1 FOR NO KEY UPDATE"
KNOWN = f"SELECT {columns_of(DatedStep, 's')} FROM bts1_steps s WHERE s.course = $1"  # noqa: S608 - names of our own columns


class RecordStep(Act, frozen=True, kw_only=True):
    """A step (idee, montage, habilitee, ouverte, premiere_promotion, suspendue), reached on a day or planned."""

    step: Annotated[StepKind, labelled("Étape", "Which step.", column="etape")]
    step_on: Annotated[date, labelled("Date", "Its day.", column="le")]
    planned: Annotated[bool, labelled("À cette date, elle est", "Not reached yet.", column=("prevue", "prévue"))] = (
        False
    )


class RecordMobility(Act, frozen=True, kw_only=True):
    """How many people went to a country in a school year, or came from it (`direction`), what for (stage, etudes,
    visite), to whom (`host_name`) and how long."""

    school_year: Annotated[SchoolYear, Meta(extra={"form": {"stay_year": "Année scolaire"}})]
    country: Annotated[str, a_country("Pays", "Where they went, or came from.", least=2, column="pays")]
    kind: Annotated[StayKind, labelled("Motif", "What for.", form={"stay": "Motif"}, column="motif")]
    direction: Annotated[StayDirection, labelled("Sens", "Whether they go or come.", column="sens", later=True)] = (
        StayDirection.OUTGOING
    )
    host_name: Annotated[
        str,
        typed(
            "Établissement ou entreprise d'accueil",
            "The school or company that receives them.",
            most=160,
            column=("accueil", "accueil"),
            later=True,
        ),
    ] = ""
    people: Annotated[int, a_number("Personnes", "How many.", 1, MOST, column="personnes")]
    weeks: (
        Annotated[
            int,
            a_number(
                "Durée en semaines",
                "How long, any week that begins counted.",
                1,
                WEEKS_MOST,
                column="semaines",
                later=True,
            ),
        ]
        | None
    ) = None


class AddPartner(Act, frozen=True, kw_only=True):
    """Who makes the course: a member of the consortium, a company, or another body by its name."""

    kind: Annotated[CoursePartnerKind, labelled("Type", "What kind it is.", column="type")]
    name: Annotated[
        str, typed("Nom du partenaire", "That of another body.", most=160, column=("partenaire", "partenaire"))
    ] = ""
    company: Annotated[int, chosen("Entreprise", "A company that is known.")] | None = msgspec.field(
        name="company_id", default=None
    )
    partner: (
        Annotated[
            int, chosen("Membre du consortium", "A member of the consortium.", form={"maker": "Membre du consortium"})
        ]
        | None
    ) = msgspec.field(name="partner_id", default=None)
    country: Annotated[
        str,
        a_country(
            "Pays, s'il est à l'étranger",
            "Of a partner abroad, its country.",
            form={"partner_country": "Pays, s'il est à l'étranger"},
            column=("pays_partenaire", "pays du partenaire"),
            later=True,
        ),
    ] = ""


class AddFeeder(Act, frozen=True, kw_only=True):
    """A BTS that leads to the course: of the lycée that teaches it, or of any."""

    bts: Annotated[str, typed("BTS", "The name of the BTS.", least=1, most=160, column=("bts", "BTS d'origine"))]
    taught_at: Annotated[int, chosen("Lycée qui l'enseigne", "The lycée that teaches it.")] | None = msgspec.field(
        name="school_id", default=None
    )


RECORD_STEP = insert_of("bts1_steps", "course", row_type=RecordStep, once=("course", "step"), again=True)
RECORD_INTAKE = insert_of("bts1_intakes", "course", row_type=RecordIntake, once=("course", "school_year"), again=True)
STAY_KEYS = ("course", "school_year", "country", "kind", "direction", "host_name")
RECORD_STAY = insert_of("bts1_mobilities", "course", row_type=RecordMobility, once=STAY_KEYS, again=True)
NAME_ONE = "Nommez le partenaire : un membre du consortium, une entreprise, ou un autre organisme par son nom."
ADD_PARTNER = insert_of("bts1_partners", "course", row_type=AddPartner, once=("course", "name"))


class CourseLine(Struct, frozen=True):
    """Lines of one kind: where they stand, which columns say which one is meant, the event of one that goes."""

    table: type[Table]
    of: Column
    key: Column
    removed: str


STEP = CourseLine(Step, Step.course, Step.step, "course_step_removed")
INTAKE = CourseLine(Intake, Intake.course, Intake.school_year, "course_intake_removed")
MOBILITY = CourseLine(Mobility, Mobility.course, Mobility.id, "course_mobility_removed")
PARTNER = CourseLine(CoursePartner, CoursePartner.course, CoursePartner.id, "course_partner_removed")
FEEDER = CourseLine(Feeder, Feeder.course, Feeder.id, "course_feeder_removed")


@asynccontextmanager
async def changing_course(course: int, *, scope: Scope, by: int | None, now: datetime) -> AsyncIterator[int]:
    """One act on a course, which gives its lycée: whoever else changes it waits.

    Raises NotFound for one of a lycée that the scope does not reach, YearFrozen.
    """
    async with recording(by=by, school=scope.school, now=now):
        school = await value(LOCKED, course)
        if school is None or not scope.reaches(school):
            raise NotFound
        yield int(school)


async def take_line_back(
    line: CourseLine, course: int, key: int | str, *, scope: Scope, by: int | None, now: datetime
) -> None:
    """A line of a course was a mistake, or is no more: the one of this step, this school year or this number.

    Raises NotFound.
    """
    if line is INTAKE and key not in range(FIRST_YEAR, LAST_YEAR + 1):
        raise NotFound
    async with changing_course(course, scope=scope, by=by, now=now):
        if not await line.table.delete().where(line.of == course, line.key == key).returning(line.key):
            raise NotFound
        detail = str(key) if line is STEP else year_words(int(key)) if line is INTAKE else ""
        await record(line.removed, by=by, about_kind="course", about=course, detail=detail, now=now)


async def record_step(course: int, asked: RecordStep, *, scope: Scope, by: int | None, now: datetime) -> None:
    """A course reaches a step, plans it, or has its day corrected. Steps follow each other in time.

    Raises Invalid, NotFound.
    """
    async with changing_course(course, scope=scope, by=by, now=now):
        known = await rows_as(DatedStep, KNOWN, course)
        refuse_step(DatedStep(asked.step, asked.step_on, asked.planned), known, today=paris_day(now))
        await value(RECORD_STEP, course, *astuple(asked))
        detail = f"{asked.step} : {asked.step_on.isoformat()}{', prévue' if asked.planned else ''}"
        await record_by(by, "course_step_recorded", about_kind="course", about=course, detail=detail, now=now)


async def record_intake(course: int, asked: RecordIntake, *, scope: Scope, by: int | None, now: datetime) -> None:
    """The counts of a school year (2026 is 2026-2027), each None until it is known; said again, they are replaced.

    More students than places is possible. Raises Invalid, NotFound.
    """
    refuse_year(asked.school_year, now=now)
    async with changing_course(course, scope=scope, by=by, now=now):
        await value(RECORD_INTAKE, course, *astuple(asked))
        counts = {name: getattr(asked, name) for name in COUNTS}
        told = ", ".join(f"{name} {count}" for name, count in counts.items() if count is not None)
        detail = f"{year_words(asked.school_year)} : {told}"
        await record_by(by, "course_intake_recorded", about_kind="course", about=course, detail=detail, now=now)


async def record_mobility(course: int, asked: RecordMobility, *, scope: Scope, by: int | None, now: datetime) -> int:
    """How many went to a country in a school year, or came from it, what for and to whom; said again, how many and how
    long are replaced.

    Returns its number. Raises Invalid, NotFound.
    """
    refuse_stay_year(asked.school_year, now=now)
    async with changing_course(course, scope=scope, by=by, now=now):
        stay = msgspec.structs.replace(asked, country=await _as_before(course, asked.country))
        made = int(await value(RECORD_STAY, course, *astuple(stay)))
        detail = f"{year_words(stay.school_year)} : {stay.country}, {stay.kind}, {stay.direction}, {stay.people}"
        await record_by(by, "course_mobility_recorded", about_kind="course", about=course, detail=detail, now=now)
        return made


async def add_partner(course: int, asked: AddPartner, *, scope: Scope, by: int | None, now: datetime) -> int:
    """Someone makes the course with the lycée; returns the line's number.

    A member of the consortium and a company that is known are named as they are there. Of one that is a partner
    already, another country is a correction.

    Raises Invalid, NotFound.
    """
    if asked.company is not None and asked.kind != CoursePartnerKind.ENTREPRISE:
        raise Invalid({"company": "Une entreprise de la liste est un partenaire du type Entreprise."})
    if asked.partner is not None and asked.country:
        raise Invalid({"country": "Un membre du consortium n'a pas de pays ici : laissez vide."})
    async with changing_course(course, scope=scope, by=by, now=now):
        name = await _named(asked)
        country = country_written(asked.country)
        made = await value(ADD_PARTNER, course, asked.kind, name, asked.company, asked.partner, country)
        if made is None:
            made = await _corrected(course, name, country)
        if made is None:
            raise Invalid({"name": f"« {name} » est déjà partenaire de cette formation."})
        await record_by(by, "course_partner_added", about_kind="course", about=course, detail=name, now=now)
        return int(made)


async def _corrected(course: int, name: str, country: str) -> int | None:
    """The line of a partner whose country is another now; never that of a member of the consortium."""
    same = CoursePartner.update({CoursePartner.country: country}).where(CoursePartner.course == course)
    named = same.where(CoursePartner.name == name, CoursePartner.partner.is_null())
    told = await named.where(CoursePartner.country != country).returning(CoursePartner.id)
    return int(told[0]["id"]) if told else None


async def _as_before(course: int, country: str) -> str:
    """A country as the course's stays have it already, whose line is the same one; else as the list writes it."""
    name = country_written(country)
    stays = await Mobility.select(Mobility.country).where(Mobility.course == course)
    known = {one["country"] for one in stays}
    return name if name in known else next((one for one in known if country_written(one) == name), name)


async def _named(asked: AddPartner) -> str:
    for field, known, found in (
        ("company", asked.company, Company.select(Company.name).where(Company.id == asked.company)),
        ("partner", asked.partner, Partner.select(Partner.name).where(Partner.id == asked.partner)),
    ):
        if known is not None:
            its = await found.first()
            if its is None:
                raise Invalid({field: "Ce partenaire n'est plus dans la liste."})
            return str(its["name"])
    if not asked.name:
        raise Invalid({"name": NAME_ONE})
    return asked.name


async def add_feeder(course: int, asked: AddFeeder, *, scope: Scope, by: int | None, now: datetime) -> int:
    """Graduates of a BTS may enter, of one lycée or of any. Raises Invalid, NotFound."""
    bts, taught_at = asked.bts, asked.taught_at
    async with changing_course(course, scope=scope, by=by, now=now):
        if taught_at is not None and not await School.exists().where(School.id == taught_at, School.kind == "lycee"):
            raise Invalid({"taught_at": "Lycée : choisissez dans la liste."})
        if await Feeder.exists().where(Feeder.course == course, Feeder.bts == bts, Feeder.school == taught_at):
            raise Invalid({"bts": "Ce BTS est déjà noté."})
        (made,) = await Feeder.insert(Feeder(course=course, bts=bts, school=taught_at)).returning(Feeder.id)
        await record_by(by, "course_feeder_added", about_kind="course", about=course, detail=bts, now=now)
        return int(made["id"])
