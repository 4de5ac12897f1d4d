"""Who makes a course with the lycée, and which BTS lead to it."""

from __future__ import annotations

from workshops.bts1.lock import lock_course
from workshops.bts1.rules import KINDS
from workshops.database import transaction, value
from workshops.refusals import Invalid, NotFound

MEMBER = "SELECT name FROM partners WHERE id = $1"
COMPANY = "SELECT name FROM companies WHERE id = $1"
ADD = """
INSERT INTO bts1_partners (course, kind, name, company, partner) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (course, name) DO NOTHING RETURNING id
"""
REMOVE = "DELETE FROM bts1_partners WHERE id = $2 AND course = $1 RETURNING id"
LYCEE = "SELECT EXISTS (SELECT 1 FROM schools WHERE id = $1 AND kind = 'lycee')"
KNOWN_FEEDER = """
SELECT EXISTS (SELECT 1 FROM bts1_feeders WHERE course = $1 AND bts = $2 AND school IS NOT DISTINCT FROM $3)
"""
ADD_FEEDER = "INSERT INTO bts1_feeders (course, bts, school) VALUES ($1, $2, $3) RETURNING id"
REMOVE_FEEDER = "DELETE FROM bts1_feeders WHERE id = $2 AND course = $1 RETURNING id"


async def add_partner(
    course: int,
    *,
    kind: str,
    name: str = "",
    company: int | None = None,
    partner: int | None = None,
    school: int | None,
) -> int:
    """Someone makes the course with the lycée; returns the line's number.

    `partner` is a member of the consortium, `company` a company that is known: their names are taken from there.
    `school` None is a coordinator. Raises Invalid, NotFound.
    """
    if kind not in KINDS:
        raise Invalid({"kind": "Partenaire : choisissez dans la liste."})
    if company is not None and kind != "entreprise":
        raise Invalid({"company": "Une entreprise de la liste est un partenaire du type Entreprise."})
    async with transaction():
        await lock_course(course, school=school)
        name = await _named(" ".join(name.split()), company=company, partner=partner)
        made = await value(ADD, course, kind, name, company, partner)
        if made is None:
            raise Invalid({"name": f"« {name} » est déjà partenaire de cette formation."})
        return int(made)


async def _named(name: str, *, company: int | None, partner: int | None) -> str:
    for field, asked, known in (("company", COMPANY, company), ("partner", MEMBER, partner)):
        if known is not None:
            found = await value(asked, known)
            if found is None:
                raise Invalid({field: "Ce partenaire n'est plus dans la liste."})
            return str(found)
    if not 1 <= len(name) <= 160:
        raise Invalid({"name": "Nom du partenaire : de 1 à 160 caractères."})
    return name


async def remove_partner(course: int, line: int, *, school: int | None) -> None:
    """A partner of the course was a mistake, or left. Raises NotFound."""
    async with transaction():
        await lock_course(course, school=school)
        if await value(REMOVE, course, line) is None:
            raise NotFound


async def add_feeder(course: int, *, bts: str, taught_at: int | None = None, school: int | None) -> int:
    """Graduates of a BTS may enter, of the lycée `taught_at` or of any. Raises Invalid, NotFound."""
    bts = " ".join(bts.split())
    if not 1 <= len(bts) <= 160:
        raise Invalid({"bts": "BTS : de 1 à 160 caractères."})
    async with transaction():
        await lock_course(course, school=school)
        if taught_at is not None and not await value(LYCEE, taught_at):
            raise Invalid({"taught_at": "Lycée : choisissez dans la liste."})
        if await value(KNOWN_FEEDER, course, bts, taught_at):
            raise Invalid({"bts": "Ce BTS est déjà noté."})
        return int(await value(ADD_FEEDER, course, bts, taught_at))


async def remove_feeder(course: int, feeder: int, *, school: int | None) -> None:
    """A BTS does not lead to the course any more. Raises NotFound."""
    async with transaction():
        await lock_course(course, school=school)
        if await value(REMOVE_FEEDER, course, feeder) is None:
            raise NotFound
