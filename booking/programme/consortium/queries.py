"""Who carries the programme, and what each has done in the school year under way."""

from __future__ import annotations

from datetime import date, datetime, time

from msgspec import Struct

from booking.words.wording import PARIS, paris, school_year_began
from workshops.cache.versions import VersionedCache
from workshops.database import rows
from workshops.partners.queries import PartnerCard, partners
from workshops.school_calendar.rules import first_day_of
from workshops.slots.rules import TO_COME_SQL

# $1: this morning; $2: when the school year ends; $3: its autumn; $4, $5: its first day and the next one's.
DONE = f"""
SELECT p.id,
  coalesce(received.visits, 0) AS slots, coalesce(received.declared_visits, 0) AS slots_declared,
  coalesce(received.pupils, 0) AS pupils,
  coalesce(came.visits, 0) AS attendances, coalesce(came.declared_visits, 0) AS attendances_declared,
  (SELECT count(*) FROM slots s WHERE s.school = p.school AND s.state IN {TO_COME_SQL}
     AND s.groups_taken > 0 AND s.starts_at >= $1 AND s.starts_at < $2)::int AS slots_ahead,
  (SELECT count(*) FROM attendances a JOIN slots s ON s.id = a.slot AND s.state IN {TO_COME_SQL}
     WHERE a.company = p.company AND a.state = 'announced' AND s.starts_at >= $1 AND s.starts_at < $2
  )::int AS attendances_ahead,
  (SELECT count(*) FROM ptech_cohorts c JOIN ptech_schemes s ON s.id = c.scheme
     WHERE c.entry_year BETWEEN $3 - 4 AND $3 AND (s.closed_on IS NULL OR s.closed_on >= $4::date)
       AND (p.school IN (s.school, s.bts_school)
            OR EXISTS (SELECT 1 FROM ptech_mentors m WHERE m.cohort = c.id AND m.company = p.company
                         AND m.from_on < $5::date
                         AND coalesce(m.to_on, 'infinity') >= $4::date))
  )::int AS cohorts,
  (SELECT count(*) FROM bts1_courses c
     WHERE (c.school = p.school
            OR EXISTS (SELECT 1 FROM bts1_partners b WHERE b.course = c.id
                         AND (b.partner = p.id OR b.company = p.company)))
       AND EXISTS (SELECT 1 FROM bts1_steps s WHERE s.course = c.id AND NOT s.planned
                     AND s.step_on < $5::date)
       AND NOT EXISTS (SELECT 1 FROM bts1_steps s WHERE s.course = c.id AND s.step = 'suspendue' AND NOT s.planned
                         AND s.step_on < $4::date)
  )::int AS courses
FROM partners p LEFT JOIN companies firm ON firm.id = p.company
LEFT JOIN tallies received ON received.span = 'year' AND received.begins = $4::date
  AND received.by = 'lycee' AND received.lycee = p.school
LEFT JOIN tallies came ON came.span = 'year' AND came.begins = $4::date
  AND came.by = 'company' AND came.key = firm.siret
"""  # noqa: S608 - constants only


class Member(Struct, frozen=True):
    """A partner and its school year: visits received, pupils in them, comings to visits, cohorts, BTS+1 courses.

    `slots_ahead` are those that a group makes: an empty slot is none.
    `slots_declared` and `attendances_declared` are those of past visits, which nobody scanned.
    `pupils` is None where everyone reads it and so few came, or where it would give so few away.
    """

    card: PartnerCard
    slots: int
    slots_declared: int
    slots_ahead: int
    pupils: int | None
    attendances: int
    attendances_declared: int
    attendances_ahead: int
    cohorts: int
    courses: int

    @property
    def idle(self) -> bool:
        """Whether nothing of it is counted this year."""
        told = (self.slots, self.slots_ahead, self.attendances, self.attendances_ahead, self.cohorts, self.courses)
        return not any(told)


_kept: VersionedCache[list[Member]] = VersionedCache(size=2, figures=True)


async def consortium(*, now: datetime) -> list[Member]:
    """The partners of today, by kind then by name, each with its school year so far: whole counts, not for everyone."""
    today = paris(now).date()
    return await _kept.answer(today, lambda: _members(today))


async def _members(today: date) -> list[Member]:
    began = school_year_began(today)
    until = first_day_of(began.year + 1)
    moments = [datetime.combine(day, time(), tzinfo=PARIS) for day in (today, until)]
    done = {one["id"]: dict(one) for one in await rows(DONE, *moments, began.year, began, until)}
    cards = [card for card in await partners() if card.member_on(today)]
    return [Member(card, **{name: it for name, it in done[card.id].items() if name != "id"}) for card in cards]
