"""Take the examples away from data that go on for real: the invented people, and what only they made.

What a real account touched stays, whole visits with all who come, and is listed: somebody has to look at it.
"""

from __future__ import annotations

import json
from datetime import datetime

from msgspec import Struct

from booking.demo.goes import (
    BECAUSE,
    FORGET_ALL_RIGHTS,
    POINTED_AT,
    TAKE,
    TAKE_ACCOUNT,
    TAKE_COMPANIES,
    TAKE_GIVEN,
    TAKE_HANDS,
    TAKE_HEAD_COUNTS,
    TAKE_INVITATIONS,
    TAKE_KNOCKS,
    TAKE_LINES,
    TAKE_MARKS,
    TAKE_NOTICES,
    TAKE_OF_COURSES,
    TAKE_OF_SCHEMES,
    TAKE_OF_SLOTS,
    TAKE_PARTNERS,
    TAKE_QUESTIONS,
    TAKE_REPORTS,
    TAKE_ROOMS,
    USED_ROOMS,
)
from booking.demo.settle import CARRIERS, FUNDER
from booking.people.accounts.sweep import BURY
from workshops.closed_years.correct import SAY
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.tallies.count import recount

# One at a time, and nobody signs in as one of them meanwhile.
LOCK = "SELECT id, email FROM accounts WHERE example ORDER BY id FOR UPDATE"
_REAL = """SELECT e.about_kind, e.about FROM events e JOIN accounts real ON real.id = e.by AND NOT real.example
  WHERE e.about IS NOT NULL"""


def _touched(kind: str, number: str) -> str:
    return f"EXISTS (SELECT FROM touched WHERE touched.about_kind = '{kind}' AND touched.about = {number})"


def _real(account: str) -> str:
    return f"EXISTS (SELECT FROM accounts whose WHERE whose.id = {account} AND NOT whose.example)"


# Of each kind the invented things that a real account touched, or that something real stands on, each with its name.
STAYS = f"""
WITH touched AS MATERIALIZED ({_REAL}), slots_kept AS MATERIALIZED (
  SELECT s.id FROM slots s WHERE NOT s.example OR s.frozen OR {_touched("slot", "s.id")}
    OR EXISTS (SELECT FROM reservations r JOIN groups g ON g.id = r."group" WHERE r.slot = s.id
      AND (NOT g.example OR {_real("r.booked_by")} OR {_touched("reservation", "r.id")}))
    OR EXISTS (SELECT FROM attendances t JOIN companies c ON c.id = t.company WHERE t.slot = s.id
      AND (NOT c.example OR {_real("t.announced_by")} OR {_touched("attendance", "t.id")}))
    OR EXISTS (SELECT FROM questions q JOIN reservations r ON r.id = q.reservation WHERE r.slot = s.id
      AND ({_real("q.asked_by")} OR {_touched("question", "q.id")}))
    OR EXISTS (SELECT FROM scans n WHERE n.slot = s.id AND {_real("n.scanned_by")})
    OR EXISTS (SELECT FROM desk_links d WHERE d.slot = s.id AND {_real("d.made_by")})
), workshops_kept AS MATERIALIZED (
  SELECT w.id FROM workshops w WHERE NOT w.example OR {_touched("workshop", "w.id")}
    OR EXISTS (SELECT FROM slots s JOIN slots_kept ON slots_kept.id = s.id WHERE s.workshop = w.id)
), groups_kept AS MATERIALIZED (
  SELECT g.id FROM groups g WHERE NOT g.example OR {_real("g.teacher")} OR {_touched("group", "g.id")}
    OR EXISTS (SELECT FROM reservations r JOIN slots_kept ON slots_kept.id = r.slot WHERE r."group" = g.id)
), schemes_kept AS MATERIALIZED (
  SELECT p.id FROM ptech_schemes p WHERE NOT p.example OR {_touched("scheme", "p.id")}
    OR EXISTS (SELECT FROM ptech_cohorts c WHERE c.scheme = p.id AND ({_touched("cohort", "c.id")}
      OR EXISTS (SELECT FROM mentoring_actions m WHERE m.cohort = c.id AND {_touched("action", "m.id")})))
), courses_kept AS MATERIALIZED (
  SELECT b.id FROM bts1_courses b WHERE NOT b.example OR {_touched("course", "b.id")}
), milestones_kept AS MATERIALIZED (
  SELECT m.id FROM milestones m WHERE NOT m.example OR {_touched("milestone", "m.id")}
), partners_kept AS MATERIALIZED (
  SELECT p.id FROM partners p WHERE NOT p.example OR {_touched("partner", "p.id")}
    OR EXISTS (SELECT FROM milestones m JOIN milestones_kept ON milestones_kept.id = m.id WHERE m.owner = p.id)
    OR EXISTS (SELECT FROM memberships m WHERE m.partner = p.id AND {_real("m.account")})
    OR EXISTS (SELECT FROM bts1_partners b JOIN courses_kept ON courses_kept.id = b.course WHERE b.partner = p.id)
), companies_kept AS MATERIALIZED (
  SELECT c.id FROM companies c WHERE NOT c.example OR {_touched("company", "c.id")}
    OR EXISTS (SELECT FROM memberships m WHERE m.company = c.id AND {_real("m.account")})
    OR EXISTS (SELECT FROM attendances t JOIN slots_kept ON slots_kept.id = t.slot WHERE t.company = c.id)
    OR EXISTS (SELECT FROM ptech_mentors m JOIN ptech_cohorts h ON h.id = m.cohort
      JOIN schemes_kept ON schemes_kept.id = h.scheme WHERE m.company = c.id)
    OR EXISTS (SELECT FROM mentoring_actions m JOIN ptech_cohorts h ON h.id = m.cohort
      JOIN schemes_kept ON schemes_kept.id = h.scheme WHERE m.company = c.id)
    OR EXISTS (SELECT FROM bts1_partners b JOIN courses_kept ON courses_kept.id = b.course WHERE b.company = c.id)
    OR EXISTS (SELECT FROM partners p JOIN partners_kept ON partners_kept.id = p.id WHERE p.company = c.id)
), visits_kept AS MATERIALIZED (
  SELECT v.id FROM past_visits v WHERE NOT v.example OR {_touched("past_visit", "v.id")}
), objects_kept AS MATERIALIZED (
  SELECT o.id FROM tech_objects o WHERE NOT o.example OR {_touched("object", "o.id")}
    OR EXISTS (SELECT FROM workshop_objects l JOIN workshops_kept ON workshops_kept.id = l.workshop
      WHERE l.tech_object = o.id)
    OR EXISTS (SELECT FROM builds b JOIN slots_kept ON slots_kept.id = b.slot WHERE b.tech_object = o.id)
    OR EXISTS (SELECT FROM past_visits v JOIN visits_kept ON visits_kept.id = v.id WHERE v.tech_object = o.id)
    OR EXISTS (SELECT FROM demands a JOIN memberships m ON m.id = a.membership
      WHERE a.tech_object = o.id AND {_real("m.account")})
), questions_kept AS MATERIALIZED (
  SELECT q.id FROM questions q WHERE {_real("q.asked_by")} OR {_touched("question", "q.id")}
), openings_kept AS MATERIALIZED (
  SELECT o.id FROM openings o WHERE {_touched("opening", "o.id")}
    OR EXISTS (SELECT FROM demands d JOIN reservations r ON r.demand = d.id JOIN slots_kept ON slots_kept.id = r.slot
      WHERE d.opening = o.id)
)
SELECT 'slots' AS kind, x.id, x.id IN (TABLE slots_kept) AS stays,
  to_char(x.starts_at AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY HH24:MI') || ', ' || w.title AS name
FROM slots x JOIN workshops w ON w.id = x.workshop WHERE x.example
UNION ALL SELECT 'workshops', x.id, x.id IN (TABLE workshops_kept), x.title FROM workshops x WHERE x.example
UNION ALL SELECT 'groups', x.id, x.id IN (TABLE groups_kept), x.name || ', ' || s.name
  FROM groups x JOIN schools s ON s.id = x.school WHERE x.example
UNION ALL SELECT 'ptech_schemes', x.id, x.id IN (TABLE schemes_kept), x.title FROM ptech_schemes x WHERE x.example
UNION ALL SELECT 'bts1_courses', x.id, x.id IN (TABLE courses_kept), x.title FROM bts1_courses x WHERE x.example
UNION ALL SELECT 'milestones', x.id, x.id IN (TABLE milestones_kept), x.title FROM milestones x WHERE x.example
UNION ALL SELECT 'partners', x.id, x.id IN (TABLE partners_kept), x.name FROM partners x WHERE x.example
UNION ALL SELECT 'companies', x.id, x.id IN (TABLE companies_kept), x.name FROM companies x WHERE x.example
UNION ALL SELECT 'past_visits', x.id, x.id IN (TABLE visits_kept), x.group_label FROM past_visits x WHERE x.example
UNION ALL SELECT 'tech_objects', x.id, x.id IN (TABLE objects_kept), x.name FROM tech_objects x WHERE x.example
UNION ALL SELECT 'questions', x.id, x.id IN (TABLE questions_kept), s.name FROM questions x
  JOIN accounts a ON a.id = x.asked_by AND a.example JOIN schools s ON s.id = x.lycee
UNION ALL SELECT 'openings', x.id, false, '' FROM openings x WHERE x.id NOT IN (TABLE openings_kept)
ORDER BY 1, 2
"""  # noqa: S608 - names of columns only
WORDS = {
    "accounts": "comptes d'exemple",
    "slots": "créneaux",
    "reservations": "réservations",
    "attendances": "venues d'entreprises",
    "workshops": "ateliers",
    "rooms": "salles",
    "groups": "groupes",
    "questions": "questions à un lycée",
    "ptech_schemes": "dispositifs P-TECH, avec leurs cohortes",
    "bts1_courses": "formations BTS+1",
    "milestones": "jalons, avec leurs preuves",
    "partners": "membres du consortium",
    "companies": "entreprises",
    "past_visits": "visites d'avant Technilab",
    "tech_objects": "objets technologiques",
    "openings": "périodes d'ouverture",
    "head_counts": "effectifs de collèges",
    "september_hands": "sections des mains levées de septembre",
    "academie_marks": "marques",
    "college_invitations": "courriers à des collèges",
    "report_words": "textes du dossier France 2030",
    "final_reports": "dossiers déclarés finals",
    "notices": "mails des comptes d'exemple",
}


class Forgotten(Struct, frozen=True):
    """How many of each kind went, by the names of `WORDS`, and what stays because a real account touched it."""

    gone: dict[str, int]
    stays: list[tuple[str, str]]


class _OnlyAsked(Exception):
    """Undo it all: somebody wanted to know."""


async def forget_examples(*, now: datetime, dry_run: bool = False) -> Forgotten:
    """Take the examples away, whole or not at all; `dry_run` says what it would be. A second time changes nothing.

    Schools, calendar, targets, settings and the journal stay: they are nobody's.
    """
    told: list[Forgotten] = []
    try:
        async with transaction():
            await rows(SAY, json.dumps({"reason": BECAUSE, "at": now.isoformat()}), True)
            told.append(await _forget(now))
            if dry_run:
                raise _OnlyAsked
    except _OnlyAsked:
        pass
    return told[0]


async def _forget(now: datetime) -> Forgotten:
    invented = {one["id"]: one["email"] for one in await rows(LOCK)}
    if not invented:
        return Forgotten({}, [])
    goes: dict[str, list[int]] = {name: [] for name in (*TAKE, "questions", "partners", "companies")}
    stays = []
    for one in await rows(STAYS):
        if one["stays"]:
            stays.append((one["kind"], one["name"]))
        else:
            goes[one["kind"]].append(one["id"])
    used = [one["room"] for one in await rows(USED_ROOMS)]
    gone = {kind: len(numbers) for kind, numbers in goes.items()}
    await rows(TAKE_QUESTIONS, goes["questions"])
    for table, statement in TAKE_OF_SLOTS:
        gone[table] = len(await rows(statement, goes["slots"]))
    for statement in TAKE_OF_SCHEMES:
        await rows(statement, goes["ptech_schemes"])
    for statement in TAKE_OF_COURSES:
        await rows(statement, goes["bts1_courses"])
    for kind, statement in TAKE.items():
        await rows(statement, goes[kind])
    gone["rooms"] = len(await rows(TAKE_ROOMS, used))
    gone["head_counts"] = len(await rows(TAKE_HEAD_COUNTS))
    gone["september_hands"] = len(await rows(TAKE_HANDS))
    gone["academie_marks"] = len(await rows(TAKE_MARKS))
    await rows(TAKE_LINES, CARRIERS, FUNDER)
    for statement in TAKE_KNOCKS:
        await rows(statement)
    for statement in TAKE_GIVEN:
        await rows(statement)
    gone["college_invitations"] = len(await rows(TAKE_INVITATIONS, list(invented)))
    for kind, statement in TAKE_REPORTS.items():
        gone[kind] = len(await rows(statement, list(invented)))
    gone["notices"] = len(await rows(TAKE_NOTICES, list(invented), list(invented.values())))
    for account in invented:
        await _take_account(account, now)
    gone["accounts"] = len(invented)
    await rows(TAKE_PARTNERS, goes["partners"])
    await rows(TAKE_COMPANIES, goes["companies"])
    await recount()
    await record("examples_forgotten", by=None, about_kind="settings", about=None, now=now)
    return Forgotten({name: gone[name] for name in WORDS if gone.get(name)}, stays)


async def _take_account(account: int, now: datetime) -> None:
    if not await value(POINTED_AT, account):
        await rows(TAKE_ACCOUNT, account)
        return
    for statement in FORGET_ALL_RIGHTS:
        await rows(statement, account)
    await rows(BURY, account, now)
