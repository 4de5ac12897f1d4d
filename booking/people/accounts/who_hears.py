"""Who hears of an act: the person it concerns, or whoever stands in once her account is closed. Never nobody.

Each function gives SQL to join in the statement that writes the mails: the people of one school or company as
`a (id, email, name)`. A collège that has nobody left is heard of at its official mailbox, which is no account: its `id`
is 0. Where no address is left at all, and for a lycée or a company without people, the coordination hears of it.

A person whose mails come back hears as before, and so does whoever stands in: her address may be a good one again.

What they call their own tables, `heard…`, no statement calls its own: a column of the caller's means what it says.
"""

from __future__ import annotations

from workshops.schools.queries import MAILBOX

_ARRIVES = "NOT EXISTS (SELECT FROM doubtful_addresses heard_lost WHERE heard_lost.email = {email})"
_SURE = _ARRIVES.format(email="heard.email")
_FROM = "FROM memberships heard_as JOIN accounts heard ON heard.id = heard_as.account AND heard.disabled_at IS NULL"
_NOBODY = "NOT EXISTS (SELECT FROM heard_person WHERE heard_person.sure)"
_COORDINATORS = f"SELECT heard.id, heard.email, heard.name {_FROM} WHERE heard_as.role = 'coordinator' AND {_NOBODY}"
_THE_PERSON = "SELECT heard_person.id, heard_person.email, heard_person.name FROM heard_person"


def college_hears(school: str, booked_by: str) -> str:
    """Who reserved, else the collège's teacher of longest standing, else its mailbox, else the coordination.

    A teacher whom the collège has not confirmed hears of her own demands alone.
    """
    teacher = f"""heard_as.school = {school} AND heard_as.role = 'teacher'
      AND (NOT heard_as.awaiting OR heard.id = {booked_by})"""
    return f"""LATERAL (
  WITH heard_person AS ({_first(teacher, booked_by)}), heard_mailbox AS (
    SELECT 0 AS id, heard_at.mailbox AS email, left(heard_there.name, 160) AS name,
      {_ARRIVES.format(email="heard_at.mailbox")} AS sure
    FROM schools heard_there, LATERAL (SELECT {MAILBOX.format(school="heard_there")} AS mailbox) heard_at
    WHERE heard_there.id = {school} AND heard_at.mailbox <> '' AND {_NOBODY}
  )
  {_THE_PERSON}
  UNION ALL SELECT heard_mailbox.id, heard_mailbox.email, heard_mailbox.name FROM heard_mailbox
  UNION ALL {_COORDINATORS} AND NOT EXISTS (SELECT FROM heard_mailbox WHERE heard_mailbox.sure)
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


def principal_or_mailbox_hears(school: str) -> str:
    """A collège's principal, and the collège's mailbox too while mails to her come back: what it says acts on nothing,
    a visa's own link goes to her alone."""
    return f"""LATERAL (
  SELECT p.* FROM {principal_hears(school)}
  UNION SELECT 0, heard_box.mailbox, left(heard_at.name, 160)
  FROM {principal_hears(school)}, schools heard_at, LATERAL (
    SELECT {MAILBOX.format(school="heard_at")} AS mailbox) heard_box
  WHERE heard_at.id = {school} AND heard_box.mailbox NOT IN ('', p.email) AND NOT {_ARRIVES.format(email="p.email")}
) p"""  # noqa: S608 - names of columns only


def lycee_hears(school: str) -> str:
    """Every host of the lycée, else the coordination, which names a new one."""
    return _or_coordinators(_everyone(f"heard_as.school = {school} AND heard_as.role = 'host'"))


def company_hears(company: str, announced_by: str | None = None) -> str:
    """Who announced the coming, else the company's person of longest standing, else the coordination.

    Without `announced_by`, everybody of the company.
    """
    hers = f"heard_as.company = {company} AND heard_as.role = 'company'"
    return _or_coordinators(_everyone(hers) if announced_by is None else _first(hers, announced_by))


def partner_hears(partner: str) -> str:
    """Everybody who reads for this member of the consortium, else the coordination; that alone where there is none."""
    return _or_coordinators(_everyone(f"heard_as.partner = {partner} AND heard_as.role = 'consortium'"))


def _or_coordinators(people: str) -> str:
    return f"LATERAL (WITH heard_person AS ({people}) {_THE_PERSON} UNION ALL {_COORDINATORS}) a"


def _everyone(who: str) -> str:
    return f"SELECT heard.id, heard.email, heard.name, {_SURE} AS sure {_FROM} WHERE {who}"


def _first(who: str, hers: str) -> str:
    """That person, else the first of long standing; those whose mails come back with whoever comes next."""
    return f"""SELECT heard_turn.* FROM (
    SELECT heard.id, heard.email, heard.name, {_SURE} AS sure, count(*) FILTER (WHERE {_SURE}) OVER (
      ORDER BY (heard.id = {hers}) DESC NULLS LAST, heard_as.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS before {_FROM} WHERE {who}
  ) heard_turn WHERE heard_turn.before = 0"""  # noqa: S608 - names of columns only
