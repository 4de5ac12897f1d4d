"""Who makes a course with the lycée, and which BTS lead to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from workshops.acts import Act, chosen, labelled, typed
from workshops.bts1.lock import lock_course
from workshops.bts1.rules import KINDS, CoursePartnerKind
from workshops.bts1.tables import CoursePartner, Feeder
from workshops.companies.tables import Company
from workshops.database import transaction, value
from workshops.events.record import record, record_by
from workshops.partners.tables import Partner
from workshops.refusals import Invalid, NotFound
from workshops.schools.tables import School
from workshops.scope import Scope

ADD = """
INSERT INTO bts1_partners (course, kind, name, company, partner) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (course, name) DO NOTHING RETURNING id
"""


class AddPartner(Act, frozen=True, kw_only=True):
    """Who makes the course: a member of the consortium, a company, or another body by its name."""

    kind: Annotated[CoursePartnerKind, labelled("Type", "What kind it is.", words=KINDS, column="type")]
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


class AddFeeder(Act, frozen=True, kw_only=True):
    """A BTS that leads to the course: of the lycée that teaches it, or of any."""

    bts: Annotated[str, typed("BTS", "The name of the BTS.", least=1, most=160, column=("bts", "BTS d'origine"))]
    taught_at: Annotated[int, chosen("Lycée qui l'enseigne", "The lycée that teaches it.")] | None = msgspec.field(
        name="school_id", default=None
    )


async def add_partner(course: int, asked: AddPartner, *, scope: Scope, by: int | None, now: datetime) -> int:
    """Someone makes the course with the lycée; returns the line's number.

    A member of the consortium and a company that is known are named as they are there.

    Raises Invalid, NotFound.
    """
    if asked.company is not None and asked.kind != CoursePartnerKind.ENTREPRISE:
        raise Invalid({"company": "Une entreprise de la liste est un partenaire du type Entreprise."})
    async with transaction():
        await lock_course(course, scope=scope)
        name = await _named(asked.name, company=asked.company, partner=asked.partner)
        made = await value(ADD, course, asked.kind, name, asked.company, asked.partner)
        if made is None:
            raise Invalid({"name": f"« {name} » est déjà partenaire de cette formation."})
        await record_by(by, "course_partner_added", about_kind="course", about=course, detail=name, now=now)
        return int(made)


async def _named(name: str, *, company: int | None, partner: int | None) -> str:
    for field, known, found in (
        ("company", company, Company.select(Company.name).where(Company.id == company)),
        ("partner", partner, Partner.select(Partner.name).where(Partner.id == partner)),
    ):
        if known is not None:
            its = await found.first()
            if its is None:
                raise Invalid({field: "Ce partenaire n'est plus dans la liste."})
            return str(its["name"])
    if not name:
        raise Invalid({"name": "Nom du partenaire : de 1 à 160 caractères."})
    return name


async def remove_partner(course: int, line: int, *, scope: Scope, by: int, now: datetime) -> None:
    """A partner of the course was a mistake, or left. Raises NotFound."""
    async with transaction():
        await lock_course(course, scope=scope)
        gone = CoursePartner.delete().where(CoursePartner.id == line, CoursePartner.course == course)
        if not await gone.returning(CoursePartner.id):
            raise NotFound
        await record("course_partner_removed", by=by, about_kind="course", about=course, now=now)


async def add_feeder(course: int, asked: AddFeeder, *, scope: Scope, by: int | None, now: datetime) -> int:
    """Graduates of a BTS may enter, of one lycée or of any. Raises Invalid, NotFound."""
    bts, taught_at = asked.bts, asked.taught_at
    async with transaction():
        await lock_course(course, scope=scope)
        if taught_at is not None and not await School.exists().where(School.id == taught_at, School.kind == "lycee"):
            raise Invalid({"taught_at": "Lycée : choisissez dans la liste."})
        if await Feeder.exists().where(Feeder.course == course, Feeder.bts == bts, Feeder.school == taught_at):
            raise Invalid({"bts": "Ce BTS est déjà noté."})
        (made,) = await Feeder.insert(Feeder(course=course, bts=bts, school=taught_at)).returning(Feeder.id)
        await record_by(by, "course_feeder_added", about_kind="course", about=course, detail=bts, now=now)
        return int(made["id"])


async def remove_feeder(course: int, feeder: int, *, scope: Scope, by: int, now: datetime) -> None:
    """A BTS does not lead to the course any more. Raises NotFound."""
    async with transaction():
        await lock_course(course, scope=scope)
        gone = Feeder.delete().where(Feeder.id == feeder, Feeder.course == course)
        if not await gone.returning(Feeder.id):
            raise NotFound
        await record("course_feeder_removed", by=by, about_kind="course", about=course, now=now)
