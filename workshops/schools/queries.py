"""Which schools there are, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from workshops.acts.plain_words import holds, patterns
from workshops.cache.versions import VersionedCache
from workshops.database import rows, value
from workshops.database.row_types import row_as, rows_as
from workshops.schools.rules import BOOKING_DAYS, Arrival, Named

# Kilometres to a school as the crow flies; `{lat}` and `{lon}` become numbered parameters, `{school}` the table.
KILOMETRES = """2 * 6371.0 * asin(sqrt(
  sin(radians({school}.lat - {lat}) / 2) ^ 2
  + cos(radians({lat})) * cos(radians({school}.lat)) * sin(radians({school}.lon - {lon}) / 2) ^ 2))"""
# A box that surely holds the circle of so many kilometres, by the index of where lycées stand.
AROUND = """{school}.lat BETWEEN {lat} - {km} / 111.0 AND {lat} + {km} / 111.0
  AND {school}.lon BETWEEN {lon} - {km} / (100.0 * cos(radians({lat})))
  AND {lon} + {km} / (100.0 * cos(radians({lat})))"""

_CARD = (
    "id, uai, name, kind, commune, department, zone, priority, lat, lon, phone, mail, address, postcode, rural, closed"
)
_TOLD = holds("name || ' ' || commune || ' ' || uai", "$1::text[]")
_HOLDS = f"""
FROM schools WHERE {_TOLD}
  AND ($2::varchar IS NULL OR kind = $2) AND ($3::varchar IS NULL OR department = $3) AND part_of IS NULL
"""
_FOUND = f"SELECT {_CARD} {_HOLDS}"
FOUND_IN_ALL = f"SELECT count(*) {_HOLDS}"

ONE = f"SELECT {_CARD} FROM schools WHERE id = $1"  # noqa: S608 - constants only
BY_UAI = f"SELECT {_CARD} FROM schools WHERE uai = $1"  # noqa: S608 - as above
FOUND = f"{_FOUND} ORDER BY commune, name, id LIMIT $4 OFFSET $5"
FOUND_AFTER = f"{_FOUND} AND id > $4 ORDER BY id LIMIT $5"
OF_KIND = f"""
SELECT {_CARD} FROM schools
WHERE kind = $1 AND part_of IS NULL AND NOT closed AND ($2::varchar IS NULL OR department = $2)
ORDER BY commune, name
"""  # noqa: S608 - as above
DEPARTMENTS = """
SELECT department AS code, coalesce(d.name, department) AS name,
       count(*) FILTER (WHERE kind = 'college') AS colleges, count(*) FILTER (WHERE kind = 'lycee') AS lycees
FROM schools s LEFT JOIN departments d ON d.code = s.department
WHERE part_of IS NULL AND NOT closed GROUP BY department, d.name ORDER BY department
"""
NAMES = "SELECT code, name FROM departments ORDER BY code"
NAMED = "SELECT id, uai, name, commune FROM schools WHERE id = ANY ($1::int[])"


class SchoolCard(Struct, frozen=True):
    """A school as a list or a page names it; `lat` and `lon` are degrees, `zone` its holidays, `rural` None unknown."""

    id: int
    uai: str
    name: str
    kind: str
    commune: str
    department: str
    zone: str
    priority: str
    lat: float | None
    lon: float | None
    phone: str
    mail: str
    address: str
    postcode: str
    rural: bool | None = None
    closed: bool = False


class SchoolName(Struct, frozen=True):
    """A school as it is named beside something else."""

    id: int
    uai: str
    name: str
    commune: str


class Department(Struct, frozen=True):
    """A département, with how many collèges and lycées of it are known."""

    code: str
    name: str
    colleges: int
    lycees: int


async def school(number: int) -> SchoolCard | None:
    """One school by its number here."""
    return await row_as(SchoolCard, ONE, number)


async def school_by_uai(uai: str) -> SchoolCard | None:
    """One school by its national number."""
    return await row_as(SchoolCard, BY_UAI, uai.strip().upper())


async def names_of(numbers: Iterable[int | None]) -> dict[int, SchoolName]:
    """The schools of a list by their numbers: one statement, however long it is; none for a list that names none."""
    asked = {number for number in numbers if number is not None}
    return {one.id: one for one in await rows_as(SchoolName, NAMED, asked)} if asked else {}


async def schools_named(words: str, *, kind: str | None = None, limit: int = 20) -> list[SchoolCard]:
    """Schools whose name, commune or UAI holds every word typed; none when nothing is typed."""
    return await schools_found(words, kind=kind, limit=limit) if patterns(words) else []


async def schools_found(
    words: str, *, kind: str | None = None, department: str | None = None, limit: int, skip: int = 0
) -> list[SchoolCard]:
    """Schools that hold every word typed, accents or not, by commune; sections are left out.

    At most `limit` of them that follow the first `skip`.
    """
    return await rows_as(SchoolCard, FOUND, patterns(words), kind, department, limit, skip)


async def count_schools(words: str, *, kind: str | None = None, department: str | None = None) -> int:
    """How many there are."""
    return int(await value(FOUND_IN_ALL, patterns(words), kind, department))


async def schools_after(
    number: int, *, words: str = "", kind: str | None = None, department: str | None = None, limit: int
) -> list[SchoolCard]:
    """The same schools by number: at most `limit` that follow this one."""
    return await rows_as(SchoolCard, FOUND_AFTER, patterns(words), kind, department, number, limit)


_TEXTS = """SELECT id, name || ' ' || commune || ' ' || uai AS text FROM schools WHERE part_of IS NULL
  AND ($1::varchar IS NULL OR kind = $1) ORDER BY commune, name"""
MEANT = f"""SELECT {_CARD} FROM schools WHERE id = ANY ($1::int[]) AND NOT ($2 AND closed)
ORDER BY array_position($1::int[], id) LIMIT $3"""  # noqa: S608 - as above
_named: VersionedCache[Named] = VersionedCache(size=4)


async def schools_meant(words: str, *, kind: str | None = None, limit: int, closed: bool = True) -> list[SchoolCard]:
    """Schools whose name, commune and UAI hold the words typed, or words that are near: « vicor hugo besancon ».

    The nearest first, then by commune; `closed` ones too unless told otherwise. Their words are kept until a school
    changes.
    """

    async def ask() -> Named:
        return Named({one["id"]: one["text"] for one in await rows(_TEXTS, kind)})

    if not words.strip():
        return []
    near = (await _named.answer(kind, ask, lycee="")).nearest(words)
    return await rows_as(SchoolCard, MEANT, near, not closed, limit)


async def lycees(department: str | None = None) -> list[SchoolCard]:
    """Every lycée once: the sections that have a UAI of their own are left out."""
    return await rows_as(SchoolCard, OF_KIND, "lycee", department)


_departments: VersionedCache[list[Department]] = VersionedCache(size=1)


async def departments() -> list[Department]:
    """The départements in which schools are known; kept until a school changes."""

    async def ask() -> list[Department]:
        return await rows_as(Department, DEPARTMENTS)

    return await _departments.answer("", ask, lycee="")


async def department_names() -> dict[str, str]:
    """Every département that has or had a school here: its code with its name."""
    return {one["code"]: one["name"] for one in await rows(NAMES)}


class Visa(Struct, frozen=True):
    """Whether a collège's visits need its principal's visa, and whom to ask.

    `confirmed_at`: since when the principal's address is confirmed; until then, and without one, the demands go to the
    collège's own `mailbox`, empty when there is none. `ending`: a teacher proposed to stop, nobody answered yet.
    """

    needed: bool
    principal_name: str
    principal_mail: str
    confirmed_at: datetime | None
    mailbox: str
    ending: bool = False

    @property
    def unconfirmed(self) -> bool:
        """Whether an address waits for somebody else than the teacher to confirm it."""
        return bool(self.principal_mail) and self.confirmed_at is None


# The annuaire names each school's own; a form is right of those of the académie that is served, and guesses the rest.
MAILBOX = """CASE WHEN position('@' IN {school}.mail) > 1 THEN lower({school}.mail) ELSE coalesce((
    SELECT replace(served.college_mailbox, '{{uai}}', lower({school}.uai)) FROM academie served
    JOIN departments served_in ON served_in.academie = served.name
    WHERE served_in.code = {school}.department AND {school}.kind = 'college'), '')
  END"""
"""A collège's own mailbox: the annuaire's, else the académie's form of them; `{school}` is the table."""
_VISA = f"""SELECT s.needs_approval AS needed, s.principal_name, s.principal_mail,
  s.principal_confirmed_at AS confirmed_at, {MAILBOX.format(school="s")} AS mailbox,
  s.visa_end_link IS NOT NULL AS ending FROM schools s"""  # noqa: S608 - constants only
VISA = f"{_VISA} WHERE s.id = $1"


async def has_mailbox(school: int) -> bool:
    """Whether a collège's own mailbox is known: nothing is asked there otherwise."""
    return bool((await visa_of(school)).mailbox)


async def visa_of(school: int) -> Visa:
    """A collège's setting; none for a school that is not known."""
    return await row_as(Visa, VISA, school) or Visa(
        needed=False, principal_name="", principal_mail="", confirmed_at=None, mailbox=""
    )


class AddressAsked(Struct, frozen=True):
    """The address that a collège's mailbox is asked to confirm."""

    school: int
    school_name: str
    commune: str
    principal_name: str
    principal_mail: str


ADDRESS_ASKED = """SELECT id AS school, name AS school_name, commune, principal_name, principal_mail FROM schools
WHERE principal_link = $1 AND principal_confirmed_at IS NULL AND principal_mail <> ''"""


async def address_asked(link_hash: bytes) -> AddressAsked | None:
    """What a link asks the collège's mailbox; None once it is answered, or another address was given since."""
    return await row_as(AddressAsked, ADDRESS_ASKED, link_hash)


class Welcomed(Struct, frozen=True):
    """How groups come to a lycée, the function of whoever signs for it, and how many school days before a visit its
    reservations close."""

    arrival: Arrival
    signatory: str
    booking_days: int


async def welcomed_at(school: int) -> Welcomed:
    """What a lycée has said of it; nothing for a school that is not known."""
    asked = "SELECT stop, walk_minutes, coach_drop, signatory, booking_days FROM schools WHERE id = $1"
    return await row_as(Welcomed, asked, school) or Welcomed(Arrival(), "", BOOKING_DAYS)


class EndAsked(Struct, frozen=True):
    """The collège whose visa a teacher proposes to end."""

    school: int
    school_name: str
    commune: str


END_ASKED = """SELECT id AS school, name AS school_name, commune FROM schools
WHERE visa_end_link = $1 AND needs_approval"""


async def end_asked(link_hash: bytes) -> EndAsked | None:
    """What a link asks whoever signs; None once it is answered, or the teacher has thought better of it."""
    return await row_as(EndAsked, END_ASKED, link_hash)


class VisaToSettle(Struct, frozen=True):
    """A collège of which the coordination alone can confirm the principal's address, or end the visa."""

    school: int
    school_name: str
    commune: str


TO_SETTLE = f"""SELECT s.id AS school, s.name AS school_name, s.commune FROM schools s
WHERE s.principal_confirmed_at IS NULL AND (s.principal_mail <> '' OR s.visa_end_link IS NOT NULL)
  AND {MAILBOX.format(school="s")} = '' ORDER BY s.name, s.id"""  # noqa: S608 - constants only


async def visas_to_settle() -> list[VisaToSettle]:
    """The collèges without any mailbox that we know whose question about the visa nobody else can answer."""
    return await rows_as(VisaToSettle, TO_SETTLE)
