"""Who hears of an act: the person it concerns, or whoever stands in once her account is closed. Never nobody.

Each function gives SQL to join in the statement that writes the mails: the people of one school or company as
`a (id, email, name)`. A collège that has nobody left is heard of at its official mailbox, which is no account: its `id`
is 0. Where no address is left at all, and for a lycée or a company without people, the coordination hears of it.

What they call their own tables, `heard…`, no statement calls its own: a column of the caller's means what it says.
"""

from __future__ import annotations

from workshops.schools.queries import MAILBOX

_PEOPLE = """SELECT heard.id, heard.email, heard.name
    FROM memberships heard_as JOIN accounts heard ON heard.id = heard_as.account AND heard.disabled_at IS NULL"""
_NOBODY = "NOT EXISTS (SELECT FROM heard_person)"
_COORDINATORS = f"{_PEOPLE} WHERE heard_as.role = 'coordinator' AND {_NOBODY}"


def college_hears(school: str, booked_by: str) -> str:
    """Who reserved, else the collège's teacher of longest standing, else its mailbox, else the coordination.

    A teacher whom the collège has not confirmed hears of her own demands alone.
    """
    return f"""LATERAL (
  WITH heard_person AS (
    {_PEOPLE}
    WHERE heard_as.school = {school} AND heard_as.role = 'teacher' AND (NOT heard_as.awaiting OR heard.id = {booked_by})
    ORDER BY (heard.id = {booked_by}) DESC NULLS LAST, heard_as.id LIMIT 1
  ), heard_mailbox AS (
    SELECT 0 AS id, heard_at.mailbox AS email, left(heard_there.name, 160) AS name
    FROM schools heard_there, LATERAL (SELECT {MAILBOX.format(school="heard_there")} AS mailbox) heard_at
    WHERE heard_there.id = {school} AND heard_at.mailbox <> '' AND {_NOBODY}
  )
  TABLE heard_person UNION ALL TABLE heard_mailbox
  UNION ALL {_COORDINATORS} AND NOT EXISTS (SELECT FROM heard_mailbox)
) a"""  # noqa: S608 - names of columns only


def principal_hears(school: str) -> str:
    """A collège's principal at the address that somebody else than a teacher confirmed, else the collège's mailbox."""
    return f"""LATERAL (
  SELECT NULL::int AS id, CASE WHEN heard_at.known THEN heard_there.principal_mail ELSE heard_at.mailbox END AS email,
    CASE WHEN heard_at.known THEN heard_there.principal_name ELSE left(heard_there.name, 160) END AS name
  FROM schools heard_there, LATERAL (
    SELECT heard_there.principal_confirmed_at IS NOT NULL AS known,
      {MAILBOX.format(school="heard_there")} AS mailbox) heard_at
  WHERE heard_there.id = {school} AND heard_there.needs_approval AND (heard_at.known OR heard_at.mailbox <> '')
) p"""  # noqa: S608 - names of columns only


def lycee_hears(school: str) -> str:
    """Every host of the lycée, else the coordination, which names a new one."""
    return _everyone(f"heard_as.school = {school} AND heard_as.role = 'host'")


def company_hears(company: str, announced_by: str | None = None) -> str:
    """Who announced the coming, else the company's person of longest standing, else the coordination.

    Without `announced_by`, everybody of the company.
    """
    one = "" if announced_by is None else f" ORDER BY (heard.id = {announced_by}) DESC NULLS LAST, heard_as.id LIMIT 1"
    return _everyone(f"heard_as.company = {company} AND heard_as.role = 'company'{one}")


def _everyone(who: str) -> str:
    return f"LATERAL (WITH heard_person AS ({_PEOPLE} WHERE {who}) TABLE heard_person UNION ALL {_COORDINATORS}) a"
