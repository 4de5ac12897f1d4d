"""From what was done to one notice for each person who is told: the statement that reads who she is."""

from __future__ import annotations

from booking.mails.pace import TOGETHER_WITHIN, Pace
from booking.mails.recipients import CHOSEN
from booking.mails.together import KNOWS, MOVES_IN_SQL
from booking.people.accounts.daily_mail import READS_DAILY
from booking.people.accounts.who_hears import (
    college_hears,
    company_hears,
    lycee_hears,
    partner_hears,
    principal_or_mailbox_hears,
)
from booking.people.applications.queries import ANSWERING
from booking.visits.demands.keep import FOLLOWED_BY
from booking.visits.reservation_states import SURE_SQL

_CHOSEN = ", ".join(f"('{letter}', '{what}', '{reminder}')" for (letter, what), reminder in CHOSEN.items())
# Nobody waits in the evening for what is done to a visit to come whose list is locked by then, two days before it.
_LOCKED = f"""SELECT FROM slots near WHERE near.list_locks_at <= $12 AND near.ends_at > $11 AND near.id IN (
  (SELECT r.slot FROM reservations r WHERE w.about_kind = 'reservation' AND r.id = w.about),
  (SELECT t.slot FROM attendances t WHERE w.about_kind = 'attendance' AND t.id = w.about),
  CASE WHEN done.act IN ({MOVES_IN_SQL}) THEN w.also END)"""  # noqa: S608 - constants only
_IN_THE_EVENING = f"""w.pace = '{Pace.DAY}' AND EXISTS (
  SELECT FROM accounts heard_daily
  WHERE heard_daily.id = t.id AND {READS_DAILY.format(account="heard_daily", now="$11")}
) AND NOT EXISTS ({_LOCKED})"""
# Whoever did it waits for the mail that says so.
_AT_ONCE = f"w.pace = '{Pace.AT_ONCE}' OR done.by = t.id"
# Whom a version before has told of an event, under the names of its letters and no reader, is not told of it again.
# A lycée hears of a visit that was sure once, of no other demand.
# $1 event to $10 pace: arrays; $11 now; $12 the evening. A visit that has moved on since stood, at the event's moment,
# in the slot that its next move left. OFFSET 0 hides how many come: one plan, which takes longer than running it, is as
# good for all.
TELL = f"""
WITH words AS (
  SELECT w.* FROM (
    SELECT $1::bigint[] AS events, $2::varchar[] AS kinds, $3::int[] AS things, $4::int[] AS others,
      $5::varchar[] AS whom, $6::varchar[] AS letters, $7::varchar[] AS readers, $8::varchar[] AS whats,
      $9::varchar[] AS entries, $10::varchar[] AS paces OFFSET 0
  ) sent, unnest(events, kinds, things, others, whom, letters, readers, whats, entries, paces)
    AS w (event, about_kind, about, also, told, letter, reader, what, entry, pace)
), visits AS (
  SELECT w.*, r.school AS college, r.booked_by, r.confirmed_at, there.school AS host, was.school AS former,
    own.was <> 'requested' OR own.state IN {SURE_SQL} AS sure,
    CASE WHEN w.told LIKE 'host%' AND own.was = 'requested'
      THEN {KNOWS.format(visit="r.id", slot="r.slot", event="w.event")} END AS knows
  FROM words w JOIN events own ON own.id = w.event JOIN reservations r ON r.id = w.about
  LEFT JOIN LATERAL (
    SELECT e.also AS slot FROM events e WHERE e.about_kind = 'reservation' AND e.about = r.id AND e.id > w.event
    AND e.act IN ({MOVES_IN_SQL}) ORDER BY e.id LIMIT 1) next ON true
  JOIN slots there ON there.id = coalesce(next.slot, r.slot)
  LEFT JOIN slots was ON was.id = w.also AND w.told LIKE 'host\\_%'
  WHERE w.about_kind = 'reservation'
), comings AS (
  SELECT w.*, t.company, t.announced_by, there.school AS host
  FROM words w JOIN attendances t ON t.id = w.about JOIN slots there ON there.id = t.slot
  WHERE w.about_kind = 'attendance'
  UNION ALL
  SELECT *, about, NULL, NULL FROM words WHERE about_kind = 'company'
  UNION ALL
  SELECT w.*, n.company, n.asked_by, NULL FROM words w JOIN near_alerts n ON n.id = w.about
  WHERE w.about_kind = 'near_alert'
), meetings AS (
  SELECT w.*, m.company, s.school FROM words w JOIN mentoring_actions m ON m.id = w.about
  JOIN ptech_cohorts c ON c.id = m.cohort JOIN ptech_schemes s ON s.id = c.scheme WHERE w.about_kind = 'action'
), questions_told AS (
  SELECT w.*, q.college, q.lycee, q.asked_by FROM words w JOIN questions q ON q.id = w.about
  WHERE w.about_kind = 'question'
), told AS (
  SELECT v.event, v.told, a.* FROM visits v CROSS JOIN {college_hears("v.college", "v.booked_by")}
  WHERE v.told = 'teacher'
  UNION ALL
  SELECT v.event, v.told, a.id, a.email, a.name FROM visits v
  JOIN accounts a ON a.id = v.also AND a.disabled_at IS NULL WHERE v.told IN ('former', 'proposed_to')
  UNION ALL
  SELECT v.event, v.told, a.* FROM visits v
  CROSS JOIN {lycee_hears("CASE v.told WHEN 'host_left' THEN v.former ELSE v.host END")}
  WHERE v.confirmed_at IS NOT NULL AND (v.told = 'host' OR (v.told = 'host_still' AND v.former = v.host)
    OR (v.told IN ('host_new', 'host_left') AND v.former <> v.host))
    AND (v.sure OR v.knows = CASE v.told WHEN 'host_left' THEN v.former ELSE v.host END)
  UNION ALL
  SELECT v.event, v.told, p.* FROM visits v CROSS JOIN {principal_or_mailbox_hears("v.college")}
  WHERE v.told = 'principal'
  UNION ALL
  SELECT c.event, c.told, a.* FROM comings c CROSS JOIN {company_hears("c.company", "c.announced_by")}
  WHERE c.told = 'company'
  UNION ALL
  SELECT c.event, c.told, a.* FROM comings c CROSS JOIN {lycee_hears("c.host")} WHERE c.told = 'host'
  UNION
  SELECT m.event, m.told, a.* FROM meetings m CROSS JOIN {lycee_hears("m.school")}
  UNION
  SELECT m.event, m.told, a.* FROM meetings m CROSS JOIN {company_hears("m.company")} WHERE m.company IS NOT NULL
  UNION ALL
  SELECT w.event, w.told, a.* FROM words w CROSS JOIN {company_hears("w.also")}
  WHERE w.told = 'mentor'
  UNION ALL
  SELECT q.event, q.told, a.* FROM questions_told q CROSS JOIN {college_hears("q.college", "q.asked_by")}
  WHERE q.told = 'teacher'
  UNION ALL
  SELECT q.event, q.told, a.* FROM questions_told q CROSS JOIN {lycee_hears("q.lycee")} WHERE q.told = 'host'
  UNION ALL
  SELECT w.event, w.told, a.* FROM words w CROSS JOIN {lycee_hears("w.about")}
  WHERE w.about_kind = 'school' AND w.told = 'host'
  UNION ALL
  SELECT w.event, w.told, a.* FROM words w JOIN slots held ON held.id = w.about
  CROSS JOIN {lycee_hears("held.school")} WHERE w.about_kind = 'slot' AND w.told = 'host'
  UNION ALL
  SELECT w.event, w.told, a.* FROM words w JOIN milestones due ON w.told = 'owner' AND due.id = w.about
  CROSS JOIN {partner_hears("due.owner")}
  UNION ALL
  SELECT w.event, w.told, a.id, a.email, a.name FROM words w
  JOIN sign_ups u ON w.told = 'colleagues' AND u.id = w.also
  JOIN memberships m ON m.school = w.about AND m.role = 'teacher' AND NOT m.awaiting
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  UNION ALL
  SELECT w.event, w.told, a.id, a.email, a.name FROM words w
  JOIN applications p ON w.told = 'answerer' AND p.id = w.about
  CROSS JOIN LATERAL ({ANSWERING}) answers JOIN accounts a ON a.id = answers.account AND a.disabled_at IS NULL
  JOIN events given ON given.id = w.event AND given.by IS DISTINCT FROM a.id
  UNION ALL
  SELECT w.event, w.told, a.id, a.email, a.name FROM words w
  JOIN memberships new ON w.told = 'other_host' AND new.id = w.also
  JOIN memberships m ON m.school = new.school AND m.role = 'host' AND m.account <> new.account
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  UNION ALL
  SELECT w.event, w.told, a.id, a.email, a.name FROM words w JOIN shares x ON x.id = w.about
  JOIN memberships m ON m.id = x.to_member JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  WHERE w.about_kind = 'share'
  UNION ALL
  SELECT w.event, w.told, a.* FROM words w JOIN demands d ON d.id = w.about
  CROSS JOIN {college_hears("d.school", FOLLOWED_BY)} WHERE w.about_kind IN ('alert', 'demand')
  UNION ALL
  SELECT w.event, w.told, a.id, a.email, a.name FROM words w
  JOIN memberships m ON w.told = 'coordinator' AND m.role = 'coordinator'
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  UNION ALL
  SELECT w.event, w.told, a.id, a.email, a.name FROM words w
  JOIN memberships m ON (w.told = 'weekly_host' AND m.role = 'host' AND m.school = w.about)
    OR (w.told = 'weekly_coordinator' AND m.role = 'coordinator' AND w.about = 0)
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL AND a.weekly_mail
)
INSERT INTO notices (event, kind, reader, what, account, to_email, to_name, about_kind, about, also, entry, once,
  created_at, daily, next_try_at)
SELECT t.event, w.letter, w.reader, w.what, t.id, t.email, t.name, w.about_kind, w.about, w.also, w.entry,
  t.event || ':' || w.letter || ':' || t.told || ':' || coalesce(t.id::text, 'principal'), $11, waits.daily,
  CASE WHEN waits.daily THEN $12 WHEN {_AT_ONCE} THEN $11 ELSE $11 + '{TOGETHER_WITHIN}'::interval END
FROM told t JOIN words w ON w.event = t.event AND w.told = t.told JOIN events done ON done.id = t.event
CROSS JOIN LATERAL (SELECT {_IN_THE_EVENING} AS daily) waits
WHERE NOT EXISTS (SELECT FROM accounts p JOIN (VALUES {_CHOSEN}) chosen (letter, what, reminder)
    ON chosen.letter = w.letter AND chosen.what = w.what
  WHERE p.id = t.id AND chosen.reminder = ANY (p.unwanted))
  AND NOT EXISTS (SELECT FROM notices sooner
    WHERE sooner.event = t.event AND sooner.reader = '' AND sooner.account IS NOT DISTINCT FROM t.id)
ORDER BY t.event, w.letter, t.told DESC, t.id
ON CONFLICT (once) DO NOTHING
"""  # noqa: S608 - constants only
