"""What the journal tells: the latest acts, and the whole story of one thing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from booking.words.acts import ACTS
from booking.words.wording import WHO
from workshops.database.row_types import rows_as

# Who acted, of an event whose account is `a`: for an organisation its program alone, never whoever answers for it; a
# collège's, in whose name too.
PROGRAM = "LEFT JOIN applications acting ON acting.id = {event}.program"
_ACTED = """CASE WHEN {event}.program IS NULL THEN '' ELSE coalesce(acting.name, 'retiré') END AS program,
  coalesce({event}.program IS NULL OR acting.role = 'teacher', false) AS in_person"""
# Acts and counted refusals bear numbers of one sequence: each gives its latest, and the latest of both are told.
_NARROWED = """WHERE j.id < $1 AND ($3 = '' OR j.about_kind = $3)
  AND strpos(lower(concat_ws(' ', {who})), lower($4)) > 0 ORDER BY j.id DESC LIMIT $2"""
LATEST = f"""
(SELECT j.id, j.at, j.act, j.by AS account, coalesce(a.name, '') AS name, j.about_kind, j.about,
   coalesce(w.words, j.detail) AS detail, 1 AS often, NULL AS until,
   coalesce(s.name || ', ' || s.commune, '') AS school, {_ACTED.format(event="j")}
 FROM events j LEFT JOIN accounts a ON a.id = j.by LEFT JOIN event_words w ON w.event = j.id
   LEFT JOIN schools s ON j.about_kind = 'school' AND s.id = j.about
   {PROGRAM.format(event="j")} {_NARROWED.format(who="a.name, a.email, acting.name")})
UNION ALL
(SELECT j.id, j.at, j.act, nullif(j.account, 0), coalesce(a.name, ''), j.about_kind,
   CASE j.about_kind WHEN 'account' THEN nullif(j.account, 0) END, j.detail, j.often, j.until, '', '', true
 FROM refusal_counts j LEFT JOIN accounts a ON a.id = j.account {_NARROWED.format(who="a.name, a.email")})
ORDER BY id DESC LIMIT $2"""  # noqa: S608 - constants only
FIRST_PAGE = 2**63 - 1


def done_by(name: str, program: str, *, in_person: bool) -> str:
    """« Claire Renaud, par le logiciel « Agenda » » of a collège's, « Le logiciel « Agenda » » of any other."""
    if not program:
        return name
    return f"{name}, par le logiciel « {program} »" if name and in_person else f"Le logiciel « {program} »"


class JournalLine(Struct, frozen=True):
    """One line of the journal; `name` is empty for the system and for an account that was erased.

    A refusal was met `often`, from `at` `until` then. `school` is the one that the act was about, in words. `program`:
    the one by which it was done; `in_person`: in the name of the account's person, or by herself.
    """

    id: int
    at: datetime
    act: str
    account: int | None
    name: str
    about_kind: str
    about: int | None
    detail: str
    often: int
    until: datetime | None
    school: str
    program: str
    in_person: bool

    @property
    def who(self) -> str:
        """Who acted, as the journal says it."""
        nobody = "Un compte effacé" if self.account else "Technilab, ou quelqu'un sans compte"
        return done_by(self.name or nobody, self.program, in_person=self.in_person)


async def latest(
    *, limit: int = 50, before: int = FIRST_PAGE, about_kind: str = "", who: str = ""
) -> list[JournalLine]:
    """The latest acts, the newest first; the last one's `id` is the `before` of the next page.

    Those on one kind of thing only, or of people whose name or address holds `who`.
    """
    return await rows_as(JournalLine, LATEST, before, limit, about_kind, who.strip())


ABOUT = f"""
SELECT e.at, e.act, coalesce(a.name, '') AS name, coalesce(w.words, e.detail) AS detail, {_ACTED.format(event="e")}
FROM events e LEFT JOIN accounts a ON a.id = e.by LEFT JOIN event_words w ON w.event = e.id
{PROGRAM.format(event="e")}
WHERE e.about_kind = $1 AND e.about = $2 ORDER BY e.id DESC LIMIT $3
"""  # noqa: S608 - constants only


class Told(Struct, frozen=True):
    """An act on one thing; `name` is empty for the system and for an account that was erased."""

    at: datetime
    act: str
    name: str
    detail: str
    program: str
    in_person: bool

    @property
    def who(self) -> str:
        """Who did it; empty for the system and for an account that was erased."""
        return done_by(self.name, self.program, in_person=self.in_person)

    @property
    def words(self) -> str:
        """What was done."""
        return ACTS[self.act]


async def latest_about(
    kind: Literal["school", "company", "partner", "milestone"], number: int, *, limit: int = 10
) -> list[Told]:
    """What was last done to a school, a company, a partner or a milestone, the newest first."""
    return await rows_as(Told, ABOUT, kind, number, limit)


# Whoever acted, as somebody of the collège, of the lycée or of the coordination; the clock and the principal, who has
# no account, are told apart by what was done.
STORY = f"""
SELECT e.at, e.act, e.by, CASE
    WHEN e.by IS NULL AND e.act IN ('reservation_approve', 'reservation_refuse', 'reservation_approve_also',
      'reservation_refuse_also', 'change_approve', 'change_refuse')
      THEN 'principal'
    WHEN e.by IS NULL AND e.act IN ('reservation_admit', 'reservation_visa_asked', 'reservation_turn_away')
      THEN 'teacher'
    WHEN e.by IS NULL THEN 'clock'
    ELSE coalesce((SELECT m.role FROM memberships m WHERE m.account = e.by
      AND (m.role = 'coordinator' OR m.school IN (r.school, sl.school))
      ORDER BY m.role = 'coordinator', m.id LIMIT 1), 'gone')
  END AS role, {_ACTED.format(event="e")}
FROM events e {PROGRAM.format(event="e")} LEFT JOIN reservations r ON e.about_kind = 'reservation' AND r.id = e.about
JOIN slots sl ON sl.id = coalesce(r.slot, e.about)
WHERE e.about_kind = $1 AND e.about = $2 ORDER BY e.id
"""  # noqa: S608 - constants only


class Happened(Struct, frozen=True):
    """One thing that happened to a visit, and as what whoever did it acted: `clock` for Technilab itself, `gone` for
    somebody who has no role there any more."""

    at: datetime
    act: str
    by: int | None
    role: str
    program: str
    in_person: bool

    def who(self, *, reader: int | None) -> str:
        """Who did it, to whom reads it; « vous » is herself, or a program in her name."""
        herself = reader is not None and self.by == reader and self.in_person
        who = "vous" if herself else WHO[self.role]
        return f"{who}, par le logiciel « {self.program} »" if self.program else who


async def story(about_kind: Literal["reservation", "slot"], about: int) -> list[Happened]:
    """What happened to a visit or to a slot, from its beginning."""
    return await rows_as(Happened, STORY, about_kind, about)


class StoryLine(Struct, frozen=True):
    """One thing that happened, and who did it: nobody is named."""

    at: datetime
    words: str
    who: str


async def story_of(about_kind: Literal["reservation", "slot"], about: int, *, reader: int | None) -> list[StoryLine]:
    """The story of a visit or of a slot, from its beginning; `reader` is the account that reads it."""
    return [StoryLine(one.at, ACTS[one.act], one.who(reader=reader)) for one in await story(about_kind, about)]
