"""What the coordinator reads that no single subject knows."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.outbox.notices.queries import outbox
from booking.programme.coordination.rules import Care, Delayed, LateSlot
from booking.visits.reservation_states import HOLDS_SEATS_SQL
from booking.words.letters import RENAMED, letter_words
from workshops.database import rows, value
from workshops.database.row_types import rows_as
from workshops.school_calendar.rules import paris_day
from workshops.slots.rules import TO_COME_SQL

LATE_SHOWN = 10
MAILS_LOOKED_AT = 2_000
RETURNED_SHOWN = 100

# Since when the lycée has been reminded to close a slot, this week.
REMINDED = """(SELECT max(e.at) FROM events e WHERE e.act = 'closing_asked' AND e.about_kind = 'school'
  AND e.about = s.school AND e.also = s.id AND e.at > $1::timestamptz - interval '7 days')"""
# OFFSET 0: few open slots have begun; PostgreSQL would else go through all that ended in ten years. Only those that are
# shown are named.
LATE = f"""
SELECT s.id, w.title, s.school, h.name AS school_name, h.commune, s.starts_at, s.seats_taken AS pupils,
       s.company_places_taken AS companies, {REMINDED} AS reminded_at, s.in_all
FROM (
  SELECT *, count(*) OVER () AS in_all
  FROM (SELECT * FROM slots WHERE state IN {TO_COME_SQL} AND starts_at < $1 OFFSET 0) begun
  WHERE ends_at < $1 AND groups_taken > 0 ORDER BY starts_at, id LIMIT $2
) s JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
ORDER BY s.starts_at, s.id
"""  # noqa: S608 - constants only
PUT_OFFS = """
SELECT p.subject, p.until_on, p.number, coalesce(a.name, '') AS by_name
FROM put_offs p LEFT JOIN accounts a ON a.id = p.put_off_by WHERE p.until_on > $1::date
"""
MAILS = """
SELECT count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'dropped') AS dropped,
       max(sent_at) AS last_sent_at
FROM (SELECT state, sent_at FROM notices WHERE id > (SELECT max(id) FROM notices) - $1) latest
"""
# Of a stranger's address, whom nobody here can call, and of what was only a convenience.
NOT_TO_CALL = ("sign_up", "counter_declined", "slot_shared")
# What a version before told under another name, and no reader, is told again by the letter of today.
_OLD_NAMES = ", ".join(f"('{old.partition('/')[0]}', '{new.letter}', '{new.reader}')" for old, new in RENAMED.items())
# Somebody else has read it: whoever was told in her place, or a colleague who is told of the same things.
READ_BY_ANOTHER = f"""EXISTS (SELECT FROM notices o WHERE o.event = n.event AND o.id <> n.id
  AND (o.kind = n.kind AND o.reader = n.reader
    OR n.reader = '' AND n.what = '' AND (n.kind, o.kind, o.reader) IN (VALUES {_OLD_NAMES}))
  AND o.state IN ('queued', 'sent') AND (o.created_at >= n.returned_at OR EXISTS (
    SELECT FROM memberships hers JOIN memberships theirs
      ON theirs.school = hers.school OR theirs.company = hers.company
    WHERE hers.account = n.account AND theirs.account = o.account)))"""  # noqa: S608 - constants only
UNREAD = f"""n.state = 'returned' AND n.spoken_at IS NULL
  AND n.kind NOT IN {NOT_TO_CALL} AND NOT {READ_BY_ANOTHER}"""
_RETURNED = """
SELECT n.id, n.kind, n.reader, n.what, n.to_name, n.to_email,
  coalesce(n.returned_at, n.created_at) AS returned_at, n.last_error, r.slot,
  coalesce(hers.name, theirs.name, visits.name, k.name, '') AS place,
  coalesce(hers.phone, theirs.phone, visits.phone, '') AS phone
FROM notices n LEFT JOIN accounts a ON a.email = n.to_email
LEFT JOIN LATERAL (SELECT m.school, m.company FROM memberships m WHERE m.account = a.id ORDER BY m.id LIMIT 1) m ON true
LEFT JOIN schools hers ON hers.id = m.school LEFT JOIN companies k ON k.id = m.company
LEFT JOIN LATERAL (SELECT p.name, p.phone FROM schools p
  WHERE a.id IS NULL AND (p.principal_mail = n.to_email OR p.mail = n.to_email) ORDER BY p.id LIMIT 1) theirs ON true
LEFT JOIN reservations r ON n.about_kind = 'reservation' AND r.id = n.about
LEFT JOIN schools visits ON a.id IS NULL AND visits.id = r.school
"""
TO_SAY = f"{_RETURNED} WHERE {UNREAD} ORDER BY n.returned_at DESC, n.id DESC LIMIT $1"
COUNT_TO_SAY = f"SELECT count(*) FROM notices n WHERE {UNREAD}"  # noqa: S608 - constants only
READ_ELSEWHERE = f"""{_RETURNED} WHERE n.state = 'returned' AND n.to_email <> '' AND NOT ({UNREAD})
ORDER BY n.returned_at DESC, n.id DESC LIMIT $1"""
_PEOPLE = """
SELECT a.id AS account, a.name, a.email, m.role, a.last_seen_at, a.disabled_at IS NOT NULL AS disabled
FROM memberships m JOIN accounts a ON a.id = m.account WHERE m.{place} = $1 ORDER BY m.role, a.name, a.id
"""
PEOPLE_OF_SCHOOL, PEOPLE_OF_COMPANY, PEOPLE_OF_PARTNER = (
    _PEOPLE.format(place=place) for place in ("school", "company", "partner")
)
_EVER = "FROM tallies WHERE span = 'ever' AND begins = date '2000-01-01' AND by = '{by}' AND {by} = $1"
_RECEIVED, _MADE = _EVER.format(by="lycee"), _EVER.format(by="college")
FIGURES = f"""
SELECT
  (SELECT count(*) FROM slots s WHERE s.school = $1 AND s.state IN {TO_COME_SQL} AND s.starts_at > $2)
    AS slots_ahead,
  coalesce((SELECT visits {_RECEIVED}), 0)::bigint AS visits_received,
  coalesce((SELECT declared_visits {_RECEIVED}), 0)::bigint AS declared_received,
  coalesce((SELECT pupils {_RECEIVED}), 0)::bigint AS pupils_received,
  (SELECT count(*) FROM reservations r WHERE r.school = $1 AND r.starts_at > $2
   AND r.state IN {HOLDS_SEATS_SQL}) AS visits_ahead,
  coalesce((SELECT visits {_MADE}), 0)::bigint AS visits_made,
  coalesce((SELECT declared_visits {_MADE}), 0)::bigint AS declared_made,
  coalesce((SELECT pupils {_MADE}), 0)::bigint AS pupils_sent
"""  # noqa: S608 - constants only


class Returned(Struct, frozen=True):
    """A mail that came back: to whom it was, of which school or company (`phone` of a school), which visit's `slot`."""

    id: int
    kind: str
    reader: str
    what: str
    to_name: str
    to_email: str
    returned_at: datetime
    last_error: str
    slot: int | None
    place: str
    phone: str

    @property
    def letter(self) -> str:
        """What the coordination calls it."""
        return letter_words(self.kind, self.reader, self.what)


class Mails(Struct, frozen=True):
    """What became of the latest mails."""

    sent: int
    dropped: int
    last_sent_at: datetime | None


class SchoolPerson(Struct, frozen=True):
    """Someone who acts for a school, a company or a partner."""

    account: int
    name: str
    email: str
    role: str
    last_seen_at: datetime | None
    disabled: bool


class SchoolFigures(Struct, frozen=True):
    """What a school did in the programme, as a lycée that receives and as a collège that comes.

    `declared_received` and `declared_made` of these visits are past ones, which nobody scanned.
    """

    slots_ahead: int
    visits_received: int
    declared_received: int
    pupils_received: int
    visits_ahead: int
    visits_made: int
    declared_made: int
    pupils_sent: int


async def care(*, now: datetime) -> Care:
    """What needs the coordinator: failed mails, a silent worker, visits that nobody closed."""
    box = await outbox()
    late = await rows(LATE, now, LATE_SHOWN)
    return Care(
        failed=box.failed,
        waiting=box.waiting,
        oldest_at=box.oldest_at,
        beat_at=box.beat_at,
        late=[LateSlot(**{name: it for name, it in one.items() if name != "in_all"}) for one in late],
        late_in_all=late[0]["in_all"] if late else 0,
    )


async def put_offs(*, now: datetime) -> dict[str, Delayed]:
    """What does not ask before a day to come, by subject."""
    return {one.subject: one for one in await rows_as(Delayed, PUT_OFFS, paris_day(now))}


async def to_say(*, most: int = RETURNED_SHOWN) -> list[Returned]:
    """The mails that came back and that nobody else has read, the latest first: they are said on the telephone."""
    return await rows_as(Returned, TO_SAY, most)


async def count_to_say() -> int:
    """How many mails are to be said on the telephone."""
    return int(await value(COUNT_TO_SAY))


async def read_elsewhere() -> list[Returned]:
    """The mails that came back and that somebody else has read, or heard of, the latest first."""
    return await rows_as(Returned, READ_ELSEWHERE, RETURNED_SHOWN)


async def mails() -> Mails:
    """The latest mails that left, and those that had become pointless: of the last 2 000 written."""
    (found,) = await rows_as(Mails, MAILS, MAILS_LOOKED_AT)
    return found


async def people_of_school(school: int) -> list[SchoolPerson]:
    """Who signs in for a school."""
    return await rows_as(SchoolPerson, PEOPLE_OF_SCHOOL, school)


async def people_of_company(company: int) -> list[SchoolPerson]:
    """Who signs in for a company."""
    return await rows_as(SchoolPerson, PEOPLE_OF_COMPANY, company)


async def people_of_partner(partner: int) -> list[SchoolPerson]:
    """Who reads for a member of the consortium."""
    return await rows_as(SchoolPerson, PEOPLE_OF_PARTNER, partner)


async def figures_of_school(school: int, *, now: datetime) -> SchoolFigures:
    """The counts of one school since the beginning."""
    (found,) = await rows_as(SchoolFigures, FIGURES, school, now)
    return found
