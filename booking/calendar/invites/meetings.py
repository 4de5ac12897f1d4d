"""A mentoring action as mails and agendas tell it, read again each time."""

from __future__ import annotations

from datetime import datetime

from booking.calendar.invites.rules import Placed
from booking.words.ptech import cohort_words, length_words
from booking.words.wording import counted
from workshops.database.row_types import row_as, rows_as
from workshops.programmes.ptech.rules import ACTION_KINDS, ONE_DAY_MINUTES, ActionKind, entry_ends_at

# Where no place is said, pupils go to the company for these, which is known by its commune alone.
AT_COMPANY = f"a.place = '' AND k.id IS NOT NULL AND a.kind IN ('{ActionKind.VISITE}', '{ActionKind.STAGE}')"
# Somewhere else than the lycée, its address is the place alone, and nothing is known of its coordinates.
AT_LYCEE = f"a.place = '' AND NOT ({AT_COMPANY})"
AT = f"""
  CASE WHEN {AT_LYCEE} THEN h.name WHEN {AT_COMPANY} THEN k.name ELSE a.place END AS host_name,
  CASE WHEN {AT_LYCEE} THEN h.address ELSE '' END AS address,
  CASE WHEN {AT_LYCEE} THEN h.postcode ELSE '' END AS postcode,
  CASE WHEN {AT_LYCEE} THEN h.commune WHEN {AT_COMPANY} THEN k.commune ELSE '' END AS commune,
  CASE WHEN {AT_LYCEE} THEN h.lat END AS lat, CASE WHEN {AT_LYCEE} THEN h.lon END AS lon
"""
ITS_COHORT = """
  JOIN ptech_cohorts c ON c.id = a.cohort JOIN ptech_schemes p ON p.id = c.scheme JOIN schools h ON h.id = p.school
  LEFT JOIN companies k ON k.id = a.company
"""
_MEETINGS = f"""
SELECT a.id, a.uid, a.sequence, a.state, a.reason, a.kind, a.title AS subject, a.starts_at, a.minutes, a.people,
  a.cohort, a.changed_at, a.company, coalesce(k.name, '') AS company_name, p.title AS scheme, c.entry_year, c.label,
  h.id AS school, h.name AS school_name, {AT}
FROM mentoring_actions a {ITS_COHORT}
"""  # noqa: S608 - constants only
MEETING = f"{_MEETINGS} WHERE a.id = $1"
# $1 the lycée or null, $2 the company or null, $3 since when they are kept, $4 since when a calling-off is shown.
MEETINGS = f"""{_MEETINGS}
WHERE (p.school = $1 OR a.company = $2) AND a.starts_at > $3 AND (a.state <> 'called_off' OR a.changed_at > $4)
ORDER BY a.starts_at, a.id"""


class Meeting(Placed, frozen=True, kw_only=True):
    """A mentoring action: `subject` is what it is called, `company` who leads it, None for the lycée itself."""

    id: int
    uid: str
    sequence: int
    state: str
    reason: str
    kind: str
    subject: str
    starts_at: datetime
    minutes: int
    people: int
    cohort: int
    changed_at: datetime
    company: int | None
    company_name: str
    scheme: str
    entry_year: int
    label: str
    school: int
    school_name: str

    invited = True
    access = ""

    @property
    def ends_at(self) -> datetime:
        """The end of its calendar entry, which is its first day when it lasts longer."""
        return entry_ends_at(self.starts_at, self.minutes)

    @property
    def cohort_name(self) -> str:
        return cohort_words(self.scheme, self.entry_year, self.label)

    @property
    def title(self) -> str:
        """The entry's title."""
        return meeting_title(subject=self.subject, cohort=self.cohort_name, minutes=self.minutes)

    @property
    def workshop(self) -> str:
        """What is done, and how long a pupil does it."""
        return f"{ACTION_KINDS[self.kind]} : {self.subject} ({length_words(self.minutes)})"

    @property
    def who(self) -> str:
        """Who meets."""
        return meeting_people(
            cohort=self.cohort_name, school=self.school_name, company=self.company_name, people=self.people
        )


def meeting_title(*, subject: str, cohort: str, minutes: int) -> str:
    """« P-TECH : Visite de l'atelier, MEI Jules Haag, rentrée 2026 »; a longer one than a day shows its first day."""
    first = "" if minutes <= ONE_DAY_MINUTES else " (premier jour)"
    return f"P-TECH : {subject}{first}, {cohort}"


def meeting_people(*, cohort: str, school: str, company: str, people: int) -> str:
    """« MEI Jules Haag, rentrée 2026, Lycée Jules Haag ; Horlogerie du Doubs : 2 personnes »"""
    comes = f" ; {company} : {counted(people, 'personne')}" if company else ""
    return f"{cohort}, {school}{comes}"


async def meeting(action: int) -> Meeting | None:
    """An action, whatever its state."""
    return await row_as(Meeting, MEETING, action)


async def meetings_of(
    *, school: int | None = None, company: int | None = None, since: datetime, cancelled_since: datetime
) -> list[Meeting]:
    """The actions of a lycée's cohorts, or of a company, as agendas hold them."""
    return await rows_as(Meeting, MEETINGS, school, company, since, cancelled_since)
