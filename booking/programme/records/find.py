"""What a line names, by what people write: a lycée by its UAI, its scheme or its course by title."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.companies.tables import Company
from workshops.database import row, rows, value
from workshops.programmes.bts1.rules import KINDS
from workshops.programmes.ptech.plan_action import ChangeAction
from workshops.programmes.ptech.tables import Cohort
from workshops.refusals import Invalid
from workshops.schools.tables import School

SCHEMES = "SELECT p.id FROM ptech_schemes p JOIN schools s ON s.id = p.school WHERE s.uai = $1 AND p.title = $2"
COURSE = "SELECT c.id FROM bts1_courses c JOIN schools s ON s.id = c.school WHERE s.uai = $1 AND c.title = $2"
MEMBER = """
SELECT id FROM partners WHERE name = $2 AND kind NOT IN ('lycee', 'entreprise')
  AND CASE WHEN kind = ANY($3::varchar[]) THEN kind ELSE 'autre' END = $1
"""
# By its number, or by who does what and when: one that was called off comes last.
ACTION = """
SELECT id, company, state, kind, title, date_trunc('minute', starts_at) AS starts_at, minutes, people, place
FROM mentoring_actions
WHERE cohort = $1 AND CASE WHEN $2::int IS NOT NULL THEN id = $2
  ELSE company IS NOT DISTINCT FROM $3 AND date_trunc('minute', starts_at) = $4 AND title = $5 END
ORDER BY state = 'called_off', id LIMIT 1
"""


class KnownAction(Struct, frozen=True):
    """A mentoring action as it is stored, and what would ask for it."""

    id: int
    company: int | None
    state: str
    asked: ChangeAction


async def lycee(uai: str) -> int:
    """A lycée of the annuaire. Raises Invalid."""
    found = await School.select(School.id).where(School.uai == uai, School.kind == "lycee").first()
    return _known(None if found is None else found["id"], "uai", f"aucun lycée n'a l'UAI {uai}")


async def scheme_or_none(uai: str, title: str) -> int | None:
    """A lycée's P-TECH scheme. Raises Invalid when two have this name."""
    found = await rows(SCHEMES, uai, title)
    if len(found) > 1:
        raise Invalid({"dispositif": f"deux dispositifs de ce lycée s'appellent « {title} » : renommez-en un"})
    return found[0]["id"] if found else None


async def cohort_or_none(scheme: int, entry_year: int) -> int | None:
    """A scheme's cohort of one rentrée."""
    found = await Cohort.select(Cohort.id).where(Cohort.scheme == scheme, Cohort.entry_year == entry_year).first()
    return None if found is None else int(found["id"])


async def cohort(uai: str, title: str, entry_year: int) -> int:
    """A cohort by its lycée, its scheme and its rentrée. Raises Invalid."""
    scheme = await scheme_or_none(uai, title)
    found = None if scheme is None else await cohort_or_none(scheme, entry_year)
    told = f"la cohorte {entry_year} de « {title} » n'existe pas : importez d'abord les cohortes"
    return _known(found, "rentree", told)


async def course_or_none(uai: str, title: str) -> int | None:
    """A lycée's BTS+1 course."""
    found: int | None = await value(COURSE, uai, title)
    return found


async def course(uai: str, title: str) -> int:
    """A lycée's BTS+1 course. Raises Invalid."""
    told = f"la formation « {title} » n'existe pas : importez d'abord les formations"
    return _known(await course_or_none(uai, title), "formation", told)


async def company(siret: str) -> int:
    """A company that is known. Raises Invalid."""
    found = await Company.select(Company.id).where(Company.siret == siret).first()
    return _known(None if found is None else found["id"], "siret", f"aucune entreprise n'a le SIRET {siret}")


async def consortium_member(kind: str, name: str) -> int | None:
    """A member of the consortium by its name, in its role beside a BTS+1 course."""
    found: int | None = await value(MEMBER, kind, name, list(KINDS))
    return found


async def action(
    cohort: int, *, number: int | None, company: int | None, starts_at: datetime, title: str
) -> KnownAction | None:
    """A cohort's mentoring action, by its number or else by its company, its hour and its title."""
    found = await row(ACTION, cohort, number, company, starts_at, title)
    if found is None:
        return None
    told = dict(found)
    return KnownAction(told.pop("id"), told.pop("company"), told.pop("state"), ChangeAction(**told))


def _known(found: int | None, column: str, sentence: str) -> int:
    if found is None:
        raise Invalid({column: sentence})
    return found
