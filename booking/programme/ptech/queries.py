"""Who is told of a mentoring action."""

from __future__ import annotations

from booking.calendar.invites.meetings import Meeting
from booking.people.accounts.who_hears import company_hears, lycee_hears
from workshops.database import rows, value

ROLE = """
SELECT m.role FROM memberships m JOIN accounts a ON a.id = m.account AND a.email = $1
WHERE m.school = $2 AND m.role = 'host' OR m.company = $3 AND m.role = 'company' ORDER BY m.role LIMIT 1
"""
PEOPLE = f"""
SELECT a.* FROM {lycee_hears("$1::int")}
UNION SELECT a.* FROM {company_hears("$2::int")} WHERE $2 IS NOT NULL ORDER BY id
"""  # noqa: S608 - constants only


async def role_at(told: Meeting, email: str) -> str:
    """What this person is to the action: of the company, host of the lycée, or coordinator who stands in."""
    return await value(ROLE, email, told.school, told.company) or "coordinator"


async def people_of(told: Meeting) -> list[tuple[int, str, str]]:
    """The lycée's hosts and the company's people, each once: (account, mail, name). A side that has nobody left is
    heard of by the coordination."""
    return [(one["id"], one["email"], one["name"]) for one in await rows(PEOPLE, told.school, told.company)]
