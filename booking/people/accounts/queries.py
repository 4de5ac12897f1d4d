"""Who is calling, and who is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import fields

from booking.people.accounts.roles import NEWCOMER, ROLES, Permission, Place, menu_of
from booking.people.accounts.rules import SEEN_EVERY, SESSION_IDLE, USED_EVERY, Role, hash_of
from booking.people.accounts.tables import NotMeLink
from booking.people.accounts.who_hears import lycee_hears
from workshops.database import row, rows, value
from workshops.database.batching import Batcher
from workshops.scope import EVERYTHING, NOTHING, Scope, of_company, of_departments, of_school

HEARD_AT_LYCEE = f"SELECT a.* FROM {lycee_hears('$1::int')} ORDER BY a.id"  # noqa: S608 - constants only


class Person(Struct, frozen=True, kw_only=True):
    """Someone signed in, acting as one membership. `csrf` is empty for a machine that came with a token.

    `proof`, the second one: "given" in this session, "asked" of one who has a phone for it, or coordinates and has a
    passkey, "none" of one who has not, "key" of a machine, which gives none. `writes`: no key that only reads. Who has
    several roles acts as one of them at a time; `hats` counts them. `awaiting`: a teacher of whom her collège has not
    said yet that she is its. `proved_at`: when she last proved herself in this session; None of a machine. `example`:
    invented for a trial, and nobody where there is none.
    """

    role: ClassVar[Role]

    account: int
    email: str
    name: str
    membership: int
    awaiting: bool = False
    csrf: str = ""
    hats: int = 1
    proof: str = "given"
    writes: bool = True
    proved_at: datetime | None = None
    example: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether she has this permission now: a teacher whom her collège has not confirmed has a few of hers."""
        return permission in (NEWCOMER if self.awaiting else ROLES[self.role].may)

    @property
    def home(self) -> str:
        """Her first page."""
        return ROLES[self.role].home

    @property
    def menu(self) -> list[tuple[str, str]]:
        """What the header leads her to, as label and address."""
        return menu_of(self.role, awaiting=self.awaiting)

    @property
    def scope(self) -> Scope:
        """What of the programme's facts she sees and changes: nothing, where her role does not say."""
        return NOTHING

    @property
    def place(self) -> str:
        """The school or the company that the person acts for."""
        return "Coordination"


class AtSchool(Person, frozen=True, kw_only=True):
    """Whoever acts for one collège or one lycée."""

    school: int
    school_uai: str
    school_name: str
    school_lat: float | None
    school_lon: float | None

    @property
    def scope(self) -> Scope:
        return of_school(self.school)

    @property
    def place(self) -> str:
        return self.school_name


class Teacher(AtSchool, frozen=True, kw_only=True):
    role = Role.TEACHER

    @property
    def scope(self) -> Scope:
        """Of her collège, her own groups and visits alone until she is known there."""
        return of_school(self.school, author=self.account if self.awaiting else None)

    @property
    def near(self) -> tuple[float, float] | None:
        """Latitude and longitude of her collège; None when the directory does not say."""
        return None if self.school_lat is None or self.school_lon is None else (self.school_lat, self.school_lon)


class Principal(AtSchool, frozen=True, kw_only=True):
    role = Role.PRINCIPAL


class Host(AtSchool, frozen=True, kw_only=True):
    """`school_ptech`, `school_bts1`: whether her lycée has such a scheme, such a course."""

    role = Role.HOST
    school_ptech: bool
    school_bts1: bool

    @property
    def menu(self) -> list[tuple[str, str]]:
        return menu_of(self.role, awaiting=self.awaiting, ptech=self.school_ptech, bts1=self.school_bts1)


class CompanyPerson(Person, frozen=True, kw_only=True):
    role = Role.COMPANY
    company: int
    company_name: str

    @property
    def scope(self) -> Scope:
        return of_company(self.company)

    @property
    def place(self) -> str:
        return self.company_name


class OfDepartments(Person, frozen=True, kw_only=True):
    """Whoever reads the figures of some départements; `department_schools` are the schools that are there."""

    departments: list[str]
    department_names: str
    department_schools: list[int]

    @property
    def scope(self) -> Scope:
        return of_departments(self.departments, self.department_schools)

    @property
    def place(self) -> str:
        return self.department_names


class OfPartner(Person, frozen=True, kw_only=True):
    """Whoever reads for a member of the consortium."""

    partner: int
    partner_name: str

    @property
    def place(self) -> str:
        return self.partner_name


class Coordinator(Person, frozen=True, kw_only=True):
    role = Role.COORDINATOR

    @property
    def scope(self) -> Scope:
        return EVERYTHING


# A role that has no class of its own is told by its place.
_READERS: dict[Place, type[Person]] = {Place.DEPARTMENTS: OfDepartments, Place.PARTNER: OfPartner}
KINDS: dict[str, type[Person]] = {
    **{kind.role: kind for kind in (Teacher, Principal, Host, CompanyPerson, Coordinator)},
    **{
        role: type(role.title(), (_READERS[row.place],), {"role": role})
        for role, row in ROLES.items()
        if row.place in _READERS
    },
}


# Where a role is held, for whatever lists memberships, each as `m`.
_AT = "LEFT JOIN schools s ON s.id = m.school LEFT JOIN companies c ON c.id = m.company"
PLACES = f"{_AT} LEFT JOIN partners held_for ON held_for.id = m.partner"
DEPARTMENTS = """(SELECT string_agg(coalesce(held_in.name, held_code), ', ' ORDER BY held_code)
  FROM unnest(m.departments) held_code LEFT JOIN departments held_in ON held_in.code = held_code)"""
PLACE = f"""coalesce(s.name || ', ' || s.commune, c.name, held_for.name, {DEPARTMENTS}, 'Toute l''académie')"""
# What a search of accounts looks through, beside the person's own name and address.
PLACE_SEARCHED = f"concat_ws(' ', s.name, s.commune, c.name, held_for.name, {DEPARTMENTS})"

_PERSON = """
  a.id AS account, a.email, a.name, a.example, m.id AS membership, m.role, m.school, m.company, m.awaiting,
  coalesce(s.uai, '') AS school_uai, coalesce(s.name, '') AS school_name,
  s.lat AS school_lat, s.lon AS school_lon, coalesce(c.name, '') AS company_name, m.departments, m.partner,
  m.role = 'host' AND EXISTS (SELECT FROM ptech_schemes held WHERE held.school = m.school) AS school_ptech,
  m.role = 'host' AND EXISTS (SELECT FROM bts1_courses held WHERE held.school = m.school) AS school_bts1
"""
# For the few who act for neither: every request pays for what the statement above reads.
READERS = f"""
SELECT m.id AS membership, coalesce(held_for.name, '') AS partner_name, {DEPARTMENTS} AS department_names,
  ARRAY(SELECT there.id FROM schools there WHERE there.department = ANY (m.departments) ORDER BY there.id)
    AS department_schools
FROM memberships m LEFT JOIN partners held_for ON held_for.id = m.partner WHERE m.id = ANY ($1::int[])
"""  # noqa: S608 - constants only

# What a mail alone does not open: who has a phone, or coordinates and has a passkey.
_ASKED = """(EXISTS (SELECT FROM second_proofs p WHERE p.account = a.id)
    OR (EXISTS (SELECT FROM passkeys k WHERE k.account = a.id)
        AND EXISTS (SELECT FROM memberships o WHERE o.account = a.id AND o.role = 'coordinator')))"""
MAIL_OPENS = f"SELECT NOT {_ASKED} FROM accounts a WHERE a.id = $1"  # noqa: S608 - constants only

PERSON_OF_SESSION = f"""
SELECT t.id_hash AS shown, {_PERSON}, t.seen_at, t.expires_at, coalesce(t.proved_at, t.created_at) AS proved_at,
  (SELECT count(*) FROM memberships o WHERE o.account = a.id) AS hats,
  CASE WHEN t.proved THEN 'given' WHEN {_ASKED} THEN 'asked' ELSE 'none' END AS proof
FROM sessions t JOIN accounts a ON a.id = t.account JOIN memberships m ON m.id = t.membership {_AT}
WHERE t.id_hash = ANY ($1::bytea[]) AND a.disabled_at IS NULL
"""  # noqa: S608 - constants only

PERSON_OF_TOKEN = f"""
SELECT t.token_hash AS shown, {_PERSON}, t.used_at, t.expires_at, t.writes
FROM api_tokens t JOIN accounts a ON a.id = t.account JOIN memberships m ON m.id = t.membership {_AT}
WHERE t.token_hash = ANY ($1::bytea[]) AND t.revoked_at IS NULL AND a.disabled_at IS NULL
"""  # noqa: S608 - constants only

SEEN = "UPDATE sessions SET seen_at = $2 WHERE id_hash = $1"
USED = "UPDATE api_tokens SET used_at = $2 WHERE token_hash = $1"


_READ = ("account", "email", "name", "membership", "awaiting", "example")
_OF_PLACE = {
    kind: tuple(one.name for one in fields(kind) if one.name.startswith(("school", "company", "department", "partner")))
    for kind in KINDS.values()
}
_READ_MORE = {kind for kind in KINDS.values() if issubclass(kind, tuple(_READERS.values()))}


def _person(found: Mapping[str, Any], **more: Any) -> Person:
    kind = KINDS[found["role"]]
    return kind(**{name: found[name] for name in (*_READ, *_OF_PLACE[kind])}, **more)


def _shown_with(sql: str) -> Batcher[bytes, Mapping[str, Any] | None]:
    """Who comes with each of those that are shown at once, by one statement."""

    async def ask(shown: list[bytes]) -> dict[bytes, Mapping[str, Any] | None]:
        known: dict[bytes, Mapping[str, Any]] = {person["shown"]: person for person in await rows(sql, shown)}
        reading = {person["membership"] for person in known.values() if KINDS[person["role"]] in _READ_MORE}
        more = {reader["membership"]: reader for reader in await rows(READERS, list(reading))} if reading else {}
        known |= {key: {**known[key], **more[at]} for key in known if (at := known[key]["membership"]) in more}
        return dict.fromkeys(shown) | known

    return Batcher(ask)


_sessions, _keys = _shown_with(PERSON_OF_SESSION), _shown_with(PERSON_OF_TOKEN)


async def person_of_session(id_hash: bytes, *, csrf: str, now: datetime, trial: bool = False) -> Person | None:
    """Who holds this session, if it is neither idle nor over; being seen is written down once a minute.

    The invented people of a trial are nobody outside one.
    """
    found = await _sessions.submit(id_hash)
    if found is None or found["expires_at"] <= now or found["seen_at"] <= now - SESSION_IDLE:
        return None
    if found["example"] and not trial:
        return None
    if found["seen_at"] < now - SEEN_EVERY:
        await row(SEEN, id_hash, now)
    return _person(found, csrf=csrf, hats=found["hats"], proof=found["proof"], proved_at=found["proved_at"])


async def person_of_token(token_hash: bytes, *, now: datetime, trial: bool = False) -> Person | None:
    """Whom a machine with this key acts for, until it ends; that it served is written down once a day.

    The invented people of a trial are nobody outside one.
    """
    found = await _keys.submit(token_hash)
    if found is None or found["expires_at"] <= now or (found["example"] and not trial):
        return None
    if found["used_at"] is None or found["used_at"] < now - USED_EVERY:
        await row(USED, token_hash, now)
    return _person(found, proof="key", writes=found["writes"])


async def mail_opens(account: int) -> bool:
    """Whether a mailed link is all that this account asks of whoever signs in."""
    return bool(await value(MAIL_OPENS, account))


async def still_contests(token: str, *, now: datetime) -> bool:
    """Whether the link of a mail that tells of a new key, phone or passkey still ends something."""
    return await NotMeLink.exists().where(NotMeLink.token_hash == hash_of(token), NotMeLink.expires_at > now)


async def hosts_of(school: int) -> list[tuple[int, str, str]]:
    """(account, mail, name) of those who hear of a lycée's visits: its hosts, else the coordination."""
    found = await rows(HEARD_AT_LYCEE, school)
    return [(one["id"], one["email"], one["name"]) for one in found]
