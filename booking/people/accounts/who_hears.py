"""Who hears of an act: the person it concerns, or whoever stands in once her account is closed. Never nobody.

Each function gives SQL to join in the statement that writes the mails: the people of one school or company as
`a (id, email, name)`. A collège that has nobody left is heard of at its official mailbox, which is no account: its `id`
is 0. Where no address is left at all, and for a lycée or a company without people, the coordination hears of it.
"""

from __future__ import annotations

from workshops.schools.queries import MAILBOX

_PEOPLE = """SELECT a.id, a.email, a.name
    FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL"""
_NOBODY = "NOT EXISTS (SELECT FROM person)"
_COORDINATORS = f"""SELECT a.id, a.email, a.name
  FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  WHERE m.role = 'coordinator' AND {_NOBODY}"""  # noqa: S608 - constants only


def college_hears(school: str, booked_by: str) -> str:
    """Who reserved, else the collège's teacher of longest standing, else its mailbox, else the coordination.

    A teacher whom the collège has not confirmed hears of her own demands alone.
    """
    return f"""LATERAL (
  WITH person AS (
    {_PEOPLE}
    WHERE m.school = {school} AND m.role = 'teacher' AND (NOT m.awaiting OR a.id = {booked_by})
    ORDER BY (a.id = {booked_by}) DESC NULLS LAST, m.id LIMIT 1
  ), mailbox AS (
    SELECT 0 AS id, of.mailbox AS email, left(s.name, 160) AS name
    FROM schools s, LATERAL (SELECT {MAILBOX.format(school="s")} AS mailbox) of
    WHERE s.id = {school} AND of.mailbox <> '' AND {_NOBODY}
  )
  TABLE person UNION ALL TABLE mailbox UNION ALL {_COORDINATORS} AND NOT EXISTS (SELECT FROM mailbox)
) a"""  # noqa: S608 - names of columns only


def principal_hears(school: str) -> str:
    """A collège's principal at the address that somebody else than a teacher confirmed, else the collège's mailbox."""
    return f"""LATERAL (
  SELECT NULL::int AS id, CASE WHEN known THEN s.principal_mail ELSE mailbox END AS email,
    CASE WHEN known THEN s.principal_name ELSE left(s.name, 160) END AS name
  FROM schools s, LATERAL (
    SELECT s.principal_confirmed_at IS NOT NULL AS known, {MAILBOX.format(school="s")} AS mailbox) of
  WHERE s.id = {school} AND s.needs_approval AND (known OR mailbox <> '')
) p"""  # noqa: S608 - names of columns only


def lycee_hears(school: str) -> str:
    """Every host of the lycée, else the coordination, which names a new one."""
    return _everyone(f"m.school = {school} AND m.role = 'host'")


def company_hears(company: str, announced_by: str | None = None) -> str:
    """Who announced the coming, else the company's person of longest standing, else the coordination.

    Without `announced_by`, everybody of the company.
    """
    one = "" if announced_by is None else f" ORDER BY (a.id = {announced_by}) DESC NULLS LAST, m.id LIMIT 1"
    return _everyone(f"m.company = {company} AND m.role = 'company'{one}")


def _everyone(who: str) -> str:
    return f"LATERAL (WITH person AS ({_PEOPLE} WHERE {who}) TABLE person UNION ALL {_COORDINATORS}) a"
