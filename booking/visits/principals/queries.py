"""What a principal reads of her collège's outings: classes, numbers, places; no pupil's name, no need."""

from __future__ import annotations

from datetime import date, datetime, time

from msgspec import Struct

from booking.people.accounts.rules import LinkSpent, hash_of
from booking.visits.reservation_states import BOOKED_OR_MADE_SQL
from workshops.database import value
from workshops.database.row_types import row_as, rows_as
from workshops.school_calendar.rules import first_day_of, paris_day, paris_instant, school_year_of

PAGE = """SELECT p.school, s.name AS school_name, s.commune, p.ends_at FROM outing_pages p
JOIN schools s ON s.id = p.school WHERE p.token_hash = $1 AND p.revoked_at IS NULL AND p.ends_at > $2"""
OUTINGS = f"""SELECT r.id, r.state, r.starts_at, r.ends_at, g.name AS group_name, r.pupils, r.adults,
  w.title AS workshop, h.name AS host_name, h.commune, coalesce(a.name, '') AS teacher, r.slot,
  r.visa_note, r.visa_paper_on
FROM reservations r JOIN groups g ON g.id = r."group" JOIN slots sl ON sl.id = r.slot
JOIN workshops w ON w.id = sl.workshop JOIN schools h ON h.id = sl.school LEFT JOIN accounts a ON a.id = r.booked_by
WHERE r.school = $1 AND r.starts_at >= $2 AND r.starts_at < $3 AND r.replaces IS NULL
  AND r.state IN {BOOKED_OR_MADE_SQL}
ORDER BY r.starts_at, r.id"""  # noqa: S608 - constants only
GIVEN = """SELECT max(given_at) FROM outing_pages WHERE school = $1 AND revoked_at IS NULL AND ends_at > $2"""


class PageOfOutings(Struct, frozen=True):
    """Whose outings a link shows, and until when."""

    school: int
    school_name: str
    commune: str
    ends_at: datetime


class Outing(Struct, frozen=True):
    """A visit as the principal reads it: which class, how many, where, with whom."""

    id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    group_name: str
    pupils: int
    adults: int
    workshop: str
    host_name: str
    commune: str
    teacher: str
    slot: int
    visa_note: str
    visa_paper_on: date | None


class PageOver(LinkSpent):
    title = "Lien terminé"
    sentence = "Ce lien n'ouvre plus rien : l'année scolaire est finie, ou il a été révoqué. Demandez-en un au collège."


class AddressAnswered(LinkSpent):
    title = "Déjà répondu"
    sentence = "Cette question a sa réponse, ou une autre adresse a été donnée depuis. Vous pouvez fermer cette page."


class EndAnswered(LinkSpent):
    title = "Déjà répondu"
    sentence = "Cette question a sa réponse, ou l'enseignant y a renoncé depuis. Vous pouvez fermer cette page."


async def page_of_outings(token: str, *, now: datetime) -> PageOfOutings | None:
    """What a link opens; None when it is unknown, revoked or over."""
    return await row_as(PageOfOutings, PAGE, hash_of(token), now)


async def outings_of(school: int, *, now: datetime) -> list[Outing]:
    """The visits of a collège in the school year under way, asked for, to come and gone by, the earliest first."""
    return await rows_as(Outing, OUTINGS, school, *year_of_outings(now))


async def outings_given_at(school: int, *, now: datetime) -> datetime | None:
    """When the link that opens today was sent, None without one."""
    found: datetime | None = await value(GIVEN, school, now)
    return found


def year_of_outings(now: datetime) -> tuple[datetime, datetime]:
    """From 1 August of the school year under way until the end of the next 31 August."""
    first = school_year_of(paris_day(now))
    return paris_instant(first_day_of(first), time()), paris_instant(date(first + 1, 9, 1), time())
