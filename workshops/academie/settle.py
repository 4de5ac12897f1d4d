"""Set the académie that this Technilab serves."""

from __future__ import annotations

from workshops.academie.queries import academie
from workshops.academie.rules import AcademieSettings, Served, settled
from workshops.database import rows, transaction
from workshops.schools.queries import department_names
from workshops.schools.rules import zone_of

SET = """
INSERT INTO academie (id, name, zone, departments, neighbours, project, operator, contact, trusted_domains, signatory,
  college_mailbox, networks)
VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, zone = excluded.zone, departments = excluded.departments, neighbours = excluded.neighbours,
  project = excluded.project, operator = excluded.operator, contact = excluded.contact,
  trusted_domains = excluded.trusted_domains, signatory = excluded.signatory,
  college_mailbox = excluded.college_mailbox, networks = excluded.networks
"""
ALONE = "SELECT pg_advisory_xact_lock(hashtext('academie'))"
BEGIN = "INSERT INTO academie (id, name, zone, neighbours) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING"


async def settle(asked: AcademieSettings) -> tuple[Served, Served]:
    """Every page and paper says so from now on; returns what was set before and what is now. Raises Invalid."""
    async with transaction():
        await rows(ALONE)
        before = await academie()
        tidy = settled(asked, known=await department_names())
        await rows(
            SET,
            *(tidy.name, tidy.zone, list(tidy.departments), list(tidy.neighbours)),
            *(tidy.project, tidy.operator, tidy.contact, list(tidy.trusted_domains), tidy.signatory),
            tidy.college_mailbox,
            list(tidy.networks),
        )
        return before, await academie()


async def begin(names: list[str]) -> None:
    """The first import says which académie this is, the others being its neighbours; what is set already stays."""
    if names:
        first, *others = names
        await rows(BEGIN, first, zone_of(first) or "", sorted(others))
