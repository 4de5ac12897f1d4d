"""Who acts here, as what and where, and who is known."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from booking.people.accounts.roles import ANYONE, NEWCOMER, ROLES, Permission, Place, menu_of
from booking.people.accounts.rules import Role, hash_of
from booking.people.accounts.tables import NotMeLink
from booking.people.accounts.who_hears import lycee_hears
from workshops.database import rows, value
from workshops.scope import EVERYTHING, NOTHING, Scope, of_company, of_departments, of_school

HEARD_AT_LYCEE = f"SELECT a.* FROM {lycee_hears('$1::int')} ORDER BY a.id"  # noqa: S608 - constants only


class Program(Struct, frozen=True, kw_only=True):
    """A program of an organisation, with what it may do; `named`: it has said in the name of which teacher it acts."""

    id: int
    name: str
    permissions: frozenset[str]
    named: bool = False


class Person(Struct, frozen=True, kw_only=True):
    """Someone signed in, acting as one membership. `csrf` is empty for a machine that came with a token.

    `proof`, the second one: "given" in this session, "asked" of one who has a phone for it, or coordinates and has a
    passkey, "none" of one who has not, "key" of a machine, which gives none. `writes`: no key that only reads. Who has
    several roles acts as one of them at a time; `hats` counts them. `awaiting`: a teacher of whom her collège has not
    said yet that she is its. `proved_at`: when she last proved herself in this session; None of a machine. `example`:
    invented for a trial, and nobody where there is none. `program`: it is a program of her organisation that asks, for
    which she answers, or in whose name it acts.
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
    program: Program | None = None

    def may(self, permission: Permission) -> bool:
        """Whether she has this permission now: a teacher whom her collège has not confirmed has a few of hers, a
        program those of hers that it was given."""
        given = self.program is None or permission in self.program.permissions or permission in ANYONE
        return given and permission in (NEWCOMER if self.awaiting else ROLES[self.role].may)

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
AT = "LEFT JOIN schools s ON s.id = m.school LEFT JOIN companies c ON c.id = m.company"
PLACES = f"{AT} LEFT JOIN partners held_for ON held_for.id = m.partner"
DEPARTMENTS = """(SELECT string_agg(coalesce(held_in.name, held_code), ', ' ORDER BY held_code)
  FROM unnest(m.departments) held_code LEFT JOIN departments held_in ON held_in.code = held_code)"""
PLACE = f"""coalesce(s.name || ', ' || s.commune, c.name, held_for.name, {DEPARTMENTS}, 'Toute l''académie')"""
# What a search of accounts looks through, beside the person's own name and address.
PLACE_SEARCHED = f"concat_ws(' ', s.name, s.commune, c.name, held_for.name, {DEPARTMENTS})"

# What a mail alone does not open: who has a phone, or coordinates and has a passkey.
ASKED = """(EXISTS (SELECT FROM second_proofs p WHERE p.account = a.id)
    OR (EXISTS (SELECT FROM passkeys k WHERE k.account = a.id)
        AND EXISTS (SELECT FROM memberships o WHERE o.account = a.id AND o.role = 'coordinator')))"""
MAIL_OPENS = f"SELECT NOT {ASKED} FROM accounts a WHERE a.id = $1"  # noqa: S608 - constants only


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
