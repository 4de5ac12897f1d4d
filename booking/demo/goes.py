"""What goes with the examples, statement by statement, in the order in which rows point to each other."""

from __future__ import annotations

from booking.people.accounts.sweep import FORGET_RIGHTS
from booking.people.passkeys.keep import FORGET_PASSKEYS

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
    "slots": "DELETE FROM slots WHERE id = ANY ($1::int[])",
    "workshops": "DELETE FROM workshops WHERE id = ANY ($1::int[])",
    "groups": "DELETE FROM groups WHERE id = ANY ($1::int[])",
    "ptech_schemes": "DELETE FROM ptech_schemes WHERE id = ANY ($1::int[])",
    "bts1_courses": "DELETE FROM bts1_courses WHERE id = ANY ($1::int[])",
    "milestones": "DELETE FROM milestones WHERE id = ANY ($1::int[])",
    "past_visits": "DELETE FROM past_visits WHERE id = ANY ($1::int[])",
    "tech_objects": "DELETE FROM tech_objects WHERE id = ANY ($1::int[])",
    "openings": "DELETE FROM openings WHERE id = ANY ($1::int[])",
}
TAKE_ROOMS = """DELETE FROM rooms m WHERE m.id = ANY ($1::int[])
AND NOT EXISTS (SELECT FROM slots s WHERE s.room = m.id) RETURNING id"""
TAKE_HEAD_COUNTS = "DELETE FROM head_counts WHERE example RETURNING id"
TAKE_HANDS = "DELETE FROM september_hands WHERE example RETURNING id"
TAKE_GIVEN = (
    "DELETE FROM lycee_staff WHERE example",
    "DELETE FROM hourly_rates WHERE example",
    "DELETE FROM funding_sums WHERE example",
)
TAKE_MARKS = "DELETE FROM academie_marks WHERE example RETURNING id"
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
# The mails that wait for them, and those that were theirs.
TAKE_NOTICES = "DELETE FROM notices WHERE account = ANY ($1::int[]) OR to_email = ANY ($2::varchar[]) RETURNING id"
# Rights first: a company that nobody acts for any more can go.
POINTED_AT = """SELECT EXISTS (SELECT FROM reservations WHERE booked_by = $1)
  OR EXISTS (SELECT FROM attendances WHERE announced_by = $1) OR EXISTS (SELECT FROM questions WHERE asked_by = $1)"""
FORGET_ALL_RIGHTS = (*FORGET_RIGHTS, *FORGET_PASSKEYS)
TAKE_ACCOUNT = "DELETE FROM accounts WHERE id = $1"
# After the accounts that act for them.
TAKE_PARTNERS = "DELETE FROM partners WHERE id = ANY ($1::int[])"
TAKE_COMPANIES = "DELETE FROM companies WHERE id = ANY ($1::int[])"
