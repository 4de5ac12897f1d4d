"""Take the examples away from data that go on for real: the invented people, and what only they made.

What a real account touched stays, whole visits with all who come, and is listed: somebody has to look at it.
"""

from __future__ import annotations

import json
from datetime import datetime

from msgspec import Struct

from booking.demo.settle import CARRIERS, FUNDER
from booking.people.accounts.sweep import BURY, FORGET_RIGHTS
from booking.people.applications.forget import FORGET_MADE_BY
from booking.people.passkeys.keep import FORGET_PASSKEYS
from workshops.closed_years.correct import SAY
from workshops.database import owners_transaction, rows, value
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
# Before the visits that they are about: without them two could be about none.
TAKE_QUESTIONS = "DELETE FROM questions WHERE id = ANY ($1::int[])"
# In the order in which rows point to each other; what cascades is not named. $1: the slots that go.
TAKE_OF_SLOTS = (
    ("scans", "DELETE FROM scans WHERE slot = ANY ($1::int[]) RETURNING id"),
    ("builds", "DELETE FROM builds WHERE slot = ANY ($1::int[]) RETURNING id"),
    ("slot_hosts", "DELETE FROM slot_hosts WHERE slot = ANY ($1::int[]) RETURNING id"),
    ("turnouts", "DELETE FROM turnouts WHERE slot = ANY ($1::int[]) RETURNING id"),
    ("turnouts_before", "DELETE FROM turnouts_before WHERE slot = ANY ($1::int[]) RETURNING id"),
    ("company_turnouts", "DELETE FROM company_turnouts WHERE slot = ANY ($1::int[]) RETURNING id"),
    (
        "presences",
        """DELETE FROM presences p USING badges b LEFT JOIN reservations r ON r.id = b.reservation
        LEFT JOIN attendances t ON t.id = b.attendance WHERE b.id = p.badge
        AND (p.slot = ANY ($1::int[]) OR coalesce(r.slot, t.slot) = ANY ($1::int[])) RETURNING p.id""",
    ),
    (
        "badges",
        """DELETE FROM badges b WHERE b.reservation IN (SELECT id FROM reservations WHERE slot = ANY ($1::int[]))
        OR b.attendance IN (SELECT id FROM attendances WHERE slot = ANY ($1::int[])) RETURNING id""",
    ),
    (
        "approvals",
        """DELETE FROM approvals WHERE reservation IN (SELECT id FROM reservations WHERE slot = ANY ($1::int[]))
        RETURNING id""",
    ),
    ("reservations", "DELETE FROM reservations WHERE slot = ANY ($1::int[]) RETURNING id"),
    (
        "demands",
        """DELETE FROM demands d USING groups g WHERE g.id = d."group" AND g.example
        AND NOT EXISTS (SELECT FROM reservations r WHERE r.demand = d.id AND r.slot <> ALL ($1::int[]))
        RETURNING d.id""",
    ),
    ("attendances", "DELETE FROM attendances WHERE slot = ANY ($1::int[]) RETURNING id"),
)
USED_ROOMS = "SELECT DISTINCT room FROM slots WHERE example AND room IS NOT NULL"
TAKE_OF_SCHEMES = (
    "DELETE FROM mentoring_actions WHERE cohort IN (SELECT id FROM ptech_cohorts WHERE scheme = ANY ($1::int[]))",
    "DELETE FROM ptech_mentors WHERE cohort IN (SELECT id FROM ptech_cohorts WHERE scheme = ANY ($1::int[]))",
    "DELETE FROM ptech_censuses WHERE cohort IN (SELECT id FROM ptech_cohorts WHERE scheme = ANY ($1::int[]))",
    "DELETE FROM ptech_outcomes WHERE cohort IN (SELECT id FROM ptech_cohorts WHERE scheme = ANY ($1::int[]))",
    "DELETE FROM ptech_cohorts WHERE scheme = ANY ($1::int[])",
)
TAKE_OF_COURSES = (
    "DELETE FROM bts1_feeders WHERE course = ANY ($1::int[])",
    "DELETE FROM bts1_intakes WHERE course = ANY ($1::int[])",
    "DELETE FROM bts1_mobilities WHERE course = ANY ($1::int[])",
    "DELETE FROM bts1_partners WHERE course = ANY ($1::int[])",
    "DELETE FROM bts1_steps WHERE course = ANY ($1::int[])",
)
TAKE = {
    kind: f"DELETE FROM {kind} WHERE id = ANY ($1::int[])"  # noqa: S608
    for kind in (
        *("slots", "workshops", "groups", "ptech_schemes", "bts1_courses"),
        *("milestones", "past_visits", "tech_objects", "openings"),
    )
}
TAKE_ROOMS = """DELETE FROM rooms m WHERE m.id = ANY ($1::int[])
AND NOT EXISTS (SELECT FROM slots s WHERE s.room = m.id) RETURNING id"""
_OF_EXAMPLES = ("head_counts", "september_hands", "academie_marks", "lycee_staff", "hourly_rates", "funding_sums")
TAKE_EXAMPLES = {kind: f"DELETE FROM {kind} WHERE example RETURNING id" for kind in _OF_EXAMPLES}  # noqa: S608
# Lines that no coordinator has written over.
TAKE_LINES = "UPDATE academie SET carriers = '', funder = '' WHERE carriers = $1 AND funder = $2"
TAKE_INVITATIONS = "DELETE FROM college_invitations WHERE invited_by = ANY ($1::int[]) RETURNING id"
# Words of the file for France 2030, and the files that an invented coordinator declared final.
TAKE_REPORTS = {
    "report_words": "DELETE FROM report_words WHERE written_by IS NULL OR written_by = ANY ($1::int[]) RETURNING id",
    "final_reports": "DELETE FROM final_reports WHERE declared_by = ANY ($1::int[]) RETURNING id",
}
# Who knocked in the trial, from addresses that nobody can own (RFC 2606).
TAKE_KNOCKS = (
    "DELETE FROM sign_ups WHERE email LIKE '%@example.org'",
    "DELETE FROM company_requests WHERE email LIKE '%@example.org'",
)
# Of a year that was closed in the trial too.
BECAUSE = "Exemples de la version d'essai retirés"
TAKE_NOTICES = "DELETE FROM notices WHERE account = ANY ($1::int[]) OR to_email = ANY ($2::varchar[]) RETURNING id"
# Rights first: a company that nobody acts for any more can go.
POINTED_AT = """SELECT EXISTS (SELECT FROM reservations WHERE booked_by = $1)
  OR EXISTS (SELECT FROM attendances WHERE announced_by = $1) OR EXISTS (SELECT FROM questions WHERE asked_by = $1)"""
FORGET_ALL_RIGHTS = (FORGET_MADE_BY, *FORGET_RIGHTS, *FORGET_PASSKEYS)
TAKE_ACCOUNT = "DELETE FROM accounts WHERE id = $1"
# After the accounts that act for them.
TAKE_PARTNERS = "DELETE FROM partners WHERE id = ANY ($1::int[])"
TAKE_COMPANIES = "DELETE FROM companies WHERE id = ANY ($1::int[])"
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
        async with owners_transaction():
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
    for kind, statement in TAKE_EXAMPLES.items():
        gone[kind] = len(await rows(statement))
    await rows(TAKE_LINES, CARRIERS, FUNDER)
    for statement in TAKE_KNOCKS:
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
