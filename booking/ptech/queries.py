"""Who is told of a mentoring action."""

from __future__ import annotations

from booking.accounts.queries import hosts_of
from booking.invites.meetings import Meeting
from workshops.database import rows

PEOPLE_OF_COMPANY = """
SELECT a.id, a.email, a.name FROM memberships m JOIN accounts a ON a.id = m.account
WHERE m.company = $1 AND m.role = 'company' AND a.disabled_at IS NULL ORDER BY a.id
"""


async def people_of_company(company: int) -> list[tuple[int, str, str]]:
    """(account, mail, name) of those who act for a company."""
    return [(one["id"], one["email"], one["name"]) for one in await rows(PEOPLE_OF_COMPANY, company)]


async def people_of(told: Meeting) -> list[tuple[int, str, str]]:
    """The lycée's hosts and the company's people, each once: (account, mail, name)."""
    company = [] if told.company is None else await people_of_company(told.company)
    return list({person[0]: person for person in [*await hosts_of(told.school), *company]}.values())
