"""What a line names, by what people write: a lycée by its UAI, its scheme or its course by title."""

from __future__ import annotations

from workshops.database import rows, value
from workshops.refusals import Invalid

LYCEE = "SELECT id FROM schools WHERE uai = $1 AND kind = 'lycee'"
SCHEMES = "SELECT p.id FROM ptech_schemes p JOIN schools s ON s.id = p.school WHERE s.uai = $1 AND p.title = $2"
COHORT = "SELECT id FROM ptech_cohorts WHERE scheme = $1 AND entry_year = $2"
COURSE = "SELECT c.id FROM bts1_courses c JOIN schools s ON s.id = c.school WHERE s.uai = $1 AND c.title = $2"
COMPANY = "SELECT id FROM companies WHERE siret = $1"


async def lycee(uai: str) -> int:
    """A lycée of the annuaire. Raises Invalid."""
    return _known(await value(LYCEE, uai), "uai", f"aucun lycée n'a l'UAI {uai}")


async def scheme_or_none(uai: str, title: str) -> int | None:
    """A lycée's P-TECH scheme. Raises Invalid when two have this name."""
    found = await rows(SCHEMES, uai, title)
    if len(found) > 1:
        raise Invalid({"dispositif": f"deux dispositifs de ce lycée s'appellent « {title} » : renommez-en un"})
    return found[0]["id"] if found else None


async def cohort_or_none(scheme: int, entry_year: int) -> int | None:
    """A scheme's cohort of one rentrée."""
    found: int | None = await value(COHORT, scheme, entry_year)
    return found


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
    return _known(await value(COMPANY, siret), "siret", f"aucune entreprise n'a le SIRET {siret}")


def _known(found: int | None, column: str, sentence: str) -> int:
    if found is None:
        raise Invalid({column: sentence})
    return found
