"""Badges drawn for whoever prints them: a visit's, both halves of a class, a lycée's day, a company's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record
from msgspec import Struct
from msgspec.structs import replace

from booking.day.badges.presets import AS_IT_IS, PlaceBadges
from booking.day.badges.queries import printed_badge, printed_badges
from booking.day.badges.rules import PRINTABLE, NoBadges, PrintedBadge, PrintedDivider, PrintedGroup, may_print
from booking.visits.badge_codes.issue import add_missing, add_missing_of_company
from booking.visits.badge_codes.rules import spares_for
from booking.words.wording import counted, day, hour, mark
from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.refusals import or_not_found


async def sheet_of(
    reservation_id: int,
    *,
    secret_key: str,
    first_names: bool = False,
    placed: PlaceBadges = AS_IT_IS,
    printed_on: date | None = None,
) -> bytes:
    """The PDF of a visit's badges on this sheet of labels. The caller has checked whose visit it is.

    `first_names` prints those of a group that opted in: for its own teacher only.

    Raises NotFound, NoBadges while the visit is not confirmed, SecretChanged when the badges of another key would be
    printed.
    """
    visit = or_not_found(await printed_badges(reservation_id, secret_key, first_names=first_names))
    if not may_print(visit.state):
        raise NoBadges
    if visit.lacks_some:
        await add_missing(reservation_id, among=PRINTABLE, secret_key=secret_key)
        visit = await printed_badges(reservation_id, secret_key, first_names=first_names) or visit
    return await asyncio.to_thread(_draw, visit.badges, placed, visit.title, printed_on)


async def calibration_of(placed: PlaceBadges) -> bytes:
    """The PDF to print on plain paper before a sheet of labels is spent."""
    return await asyncio.to_thread(_draw_calibration, placed)


def _draw_calibration(placed: PlaceBadges) -> bytes:
    from booking.day.badges.sheet import calibration_page  # noqa: PLC0415 - as above

    return calibration_page(placed.labels, dx_mm=placed.dx_mm, dy_mm=placed.dy_mm)


_SLOT = "s.id AS slot, s.starts_at, s.ends_at, w.title, coalesce(m.name, '') AS room, host.name AS place"
_OF_SLOT = """JOIN workshops w ON w.id = s.workshop JOIN schools host ON host.id = s.school
  LEFT JOIN rooms m ON m.id = s.room"""
_GROUP = f"""SELECT {_SLOT}, r.id AS reservation, NULL::int AS attendance, r.mark, r.badge_salt, g.name AS label,
  c.name || ', ' || c.commune AS who, r.pupils, r.adults
FROM reservations r JOIN slots s ON s.id = r.slot {_OF_SLOT} JOIN groups g ON g.id = r."group"
  JOIN schools c ON c.id = r.school"""  # noqa: S608 - constants only
_COMPANY = f"""SELECT {_SLOT}, NULL::int AS reservation, a.id AS attendance, NULL::smallint AS mark, a.badge_salt,
  c.name AS label, c.commune AS who, 0::smallint AS pupils, a.people AS adults
FROM attendances a JOIN slots s ON s.id = a.slot {_OF_SLOT}
  JOIN companies c ON c.id = a.company"""  # noqa: S608 - constants only
_OF_DAY = """s.school = $1 AND s.state <> 'called_off'
  AND s.starts_at >= $2::date::timestamp AT TIME ZONE 'Europe/Paris'
  AND s.starts_at < ($2::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'"""
PARTIES = f"""{_GROUP} WHERE {_OF_DAY} AND r.state = ANY ($3::text[])
UNION ALL {_COMPANY} WHERE {_OF_DAY} AND a.state = 'announced'
ORDER BY starts_at, slot, reservation NULLS LAST, label, attendance"""
ONE_GROUP = f"{_GROUP} WHERE r.id = ANY ($1::int[]) AND r.state = ANY ($2::text[]) ORDER BY r.half, r.id"
ONE_COMPANY = f"{_COMPANY} WHERE a.id = $1 AND a.company = $2 AND a.state = 'announced' AND s.state <> 'called_off'"
# A company that comes with fewer people than it said keeps its badges, and prints those of its people.
BADGES = """SELECT reservation, attendance, kind, number, short_code, token_hash, no_photo, '' AS first_name
FROM badges b WHERE revoked_at IS NULL AND (reservation = ANY ($1::int[]) OR attendance = ANY ($2::int[])
  AND number <= (SELECT a.people FROM attendances a WHERE a.id = b.attendance))
ORDER BY array_position(ARRAY['pupil', 'adult', 'spare', 'company'], kind::text), number"""


class Party(Struct, frozen=True):
    """A group or a company of a day, whose badges lie together in the pile."""

    slot: int
    starts_at: datetime
    ends_at: datetime
    title: str
    room: str
    place: str
    reservation: int | None
    attendance: int | None
    mark: int | None
    badge_salt: UUID
    label: str
    who: str
    pupils: int
    adults: int
    badges: tuple[Record, ...] = ()

    @property
    def wanted(self) -> int:
        """How many badges it has once all are issued."""
        return self.adults + (self.pupils + spares_for(self.pupils) if self.reservation else 0)

    @property
    def count(self) -> str:
        """« 24 élèves, 2 adultes, 3 réserves », or « 2 personnes » for a company."""
        if self.reservation is None:
            return counted(self.adults, "personne")
        parts = ((self.pupils, "élève"), (self.adults, "adulte"), (spares_for(self.pupils), "réserve"))
        return ", ".join(counted(number, word) for number, word in parts)


async def parties_of_day(school: int, *, on: date) -> list[Party]:
    """Who is expected in a lycée on a day, by hour, slot and group, companies last: what its pile of badges holds."""
    return await rows_as(Party, PARTIES, school, on, sorted(PRINTABLE))


async def day_sheet_of(
    school: int,
    *,
    on: date,
    secret_key: str,
    placed: PlaceBadges = AS_IT_IS,
    printed_on: date | None = None,
) -> bytes:
    """The PDF of all the badges of a lycée's day, a divider before each group; never a first name.

    Raises NoBadges on a day when nobody comes, SecretChanged.
    """
    parties = await parties_of_day(school, on=on)
    if not parties:
        raise NoBadges("Personne n'est attendu ce jour-là : il n'y a pas de badge à imprimer.")
    parties = await _with_badges(parties, secret_key)
    title = f"Badges, {parties[0].place}, {day(parties[0].starts_at)}"
    pile = (item for party in parties for item in pile_of(party, secret_key))
    return await asyncio.to_thread(_draw, pile, placed, title, printed_on)


async def halves_sheet_of(reservations: Sequence[int], *, secret_key: str, printed_on: date) -> bytes:
    """The PDF of the badges of both halves of a class, a divider before each; never a first name.

    The caller has checked whose visits they are. Raises NoBadges while neither is confirmed, SecretChanged.
    """
    parties = await rows_as(Party, ONE_GROUP, list(reservations), sorted(PRINTABLE))
    if not parties:
        raise NoBadges()
    parties = await _with_badges(parties, secret_key)
    title = f"Badges, {parties[0].label}, {day(parties[0].starts_at)}"
    pile = (item for party in parties for item in pile_of(party, secret_key))
    return await asyncio.to_thread(_draw, pile, AS_IT_IS, title, printed_on)


async def company_sheet_of(
    attendance: int, *, company: int, secret_key: str, placed: PlaceBadges = AS_IT_IS, printed_on: date | None = None
) -> bytes:
    """The PDF of a company's badges for one coming; raises NotFound for another company's, SecretChanged."""
    found = or_not_found(await row_as(Party, ONE_COMPANY, attendance, company))
    (party,) = await _with_badges([found], secret_key)
    badges = (item for item in pile_of(party, secret_key) if isinstance(item, PrintedBadge))
    title = f"Badges, {party.label}, {day(party.starts_at)}"
    return await asyncio.to_thread(_draw, badges, placed, title, printed_on)


def pile_of(party: Party, secret_key: str) -> Iterator[PrintedBadge | PrintedDivider]:
    """A divider, then the badges, each derived as it is drawn."""
    sign = None if party.mark is None else mark(party.mark)
    group = PrintedGroup(label=party.label, mark=sign, place=party.place, day=day(party.starts_at))
    where = f"{party.title}, {party.room}" if party.room else party.title
    yield PrintedDivider(group, f"{hour(party.starts_at)} à {hour(party.ends_at)}", where, party.who, party.count)
    for badge in party.badges:
        yield printed_badge(badge, group, party.badge_salt, secret_key)


async def _with_badges(parties: list[Party], secret_key: str) -> list[Party]:
    """Each party with its badges; those that nobody has needed before are issued now."""
    filled = await _read(parties)
    lacking = [party for party in filled if len(party.badges) < party.wanted]
    for party in lacking:
        if party.reservation is not None:
            await add_missing(party.reservation, among=PRINTABLE, secret_key=secret_key)
        elif party.attendance is not None:
            await add_missing_of_company(party.attendance, people=party.adults, secret_key=secret_key)
    return await _read(parties) if lacking else filled


async def _read(parties: list[Party]) -> list[Party]:
    theirs: dict[tuple[int | None, int | None], list[Record]] = {}
    asked = [party.reservation for party in parties], [party.attendance for party in parties]
    for badge in await rows(BADGES, *asked):
        theirs.setdefault((badge["reservation"], badge["attendance"]), []).append(badge)
    return [replace(party, badges=tuple(theirs.get((party.reservation, party.attendance), ()))) for party in parties]


def _draw(
    pile: Sequence[PrintedBadge] | Iterator[PrintedBadge | PrintedDivider],
    placed: PlaceBadges,
    title: str,
    printed_on: date | None,
) -> bytes:
    from booking.day.badges.sheet import badge_sheet  # noqa: PLC0415 - reportlab doubles the time to the first page

    return badge_sheet(pile, **placed.drawn, title=title, printed_on=printed_on)
