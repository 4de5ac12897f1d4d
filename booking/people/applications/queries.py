"""Which programs an organisation has, who answers for them, and which of them is calling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from booking.people.accounts.calling import PERSON, person_as
from booking.people.accounts.queries import AT, DEPARTMENTS, PLACE, PLACES, Person, Program
from booking.people.accounts.roles import Permission
from booking.people.accounts.rules import USED_EVERY, hash_of
from booking.people.accounts.tables import Membership
from booking.people.applications.rules import (
    ONLY_READS,
    TOKEN_STARTS,
    NobodyAnswers,
    ProgramsForbidden,
    TeacherAwaits,
    TeacherUnknown,
)
from workshops.database import row, rows
from workshops.database.batching import Batcher
from workshops.database.row_types import rows_as

# The memberships that answer for a program `p`: never a teacher of whom her collège has not said that she is its.
ANSWERING = """SELECT held.id, held.account FROM memberships held
    WHERE held.school = p.school AND held.role = p.role AND NOT held.awaiting
  UNION ALL SELECT held.id, held.account FROM memberships held WHERE held.company = p.company AND held.role = 'company'
  UNION ALL SELECT held.id, held.account FROM memberships held
    WHERE p.school IS NULL AND p.company IS NULL AND held.role = 'coordinator'"""
# $1 is a membership.
ANSWERED_FOR = f"EXISTS (SELECT FROM ({ANSWERING}) answers WHERE answers.id = $1)"
_SEEN = f"""SELECT p.id, p.name, p.role, {PLACE} AS place, p.departments, p.permissions, p.writes, p.client_id,
  p.made_at, coalesce(made.name, '') AS made_by, p.ended_at
FROM applications p LEFT JOIN accounts made ON made.id = p.made_by
CROSS JOIN LATERAL (SELECT p.school, p.company, p.departments, NULL::int AS partner) m {PLACES}"""  # noqa: S608 - constants only
APPLICATIONS = f"{_SEEN} WHERE {ANSWERED_FOR} ORDER BY p.ended_at IS NOT NULL, p.id"
APPLICATION = f"{_SEEN} WHERE {ANSWERED_FOR} AND p.id = $2"
EVERY_APPLICATION = f"{_SEEN} WHERE p.id > $1 ORDER BY p.id LIMIT $2"
SECRETS = """SELECT application, id, made_at, used_at FROM application_secrets
WHERE application = ANY ($1::int[]) AND ended_at IS NULL ORDER BY id"""
ANSWERABLE = f"""SELECT DISTINCT ON (a.id) a.id AS account, a.email, a.name
FROM applications p CROSS JOIN LATERAL ({ANSWERING}) answers
JOIN accounts a ON a.id = answers.account AND a.disabled_at IS NULL WHERE p.id = $1 ORDER BY a.id"""  # noqa: S608 - constants only


class SecretSeen(Struct, frozen=True):
    """A secret that opens, of which nothing can be read again; `used_at`: the day on which it last served."""

    application: int
    id: int
    made_at: datetime
    used_at: datetime | None


class ApplicationSeen(Struct, frozen=True):
    """A program of an organisation, as whoever answers for it sees it; `ended_at`: it opens nothing since."""

    id: int
    name: str
    role: str
    place: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]
    writes: bool
    client_id: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    secrets: tuple[SecretSeen, ...] = ()

    @property
    def may(self) -> Sequence[Permission]:
        """What it may do, in the order in which people read it; what a later version has no more is left out."""
        return [permission for permission in Permission if str(permission) in self.permissions]

    @property
    def used_at(self) -> datetime | None:
        """The day on which it last called."""
        return max((secret.used_at for secret in self.secrets if secret.used_at), default=None)


class Answerer(Struct, frozen=True):
    """Somebody who answers for a program, and hears of it."""

    account: int
    email: str
    name: str


async def applications_of(person: Person) -> list[ApplicationSeen]:
    """The programs that she answers for in the role in which she acts, those that have ended last."""
    return await _with_secrets(await rows_as(ApplicationSeen, APPLICATIONS, person.membership))


async def application_of(person: Person, application: int) -> ApplicationSeen | None:
    """One of them."""
    found = await _with_secrets(await rows_as(ApplicationSeen, APPLICATION, person.membership, application))
    return found[0] if found else None


async def every_application(*, after: int = 0, limit: int = 100) -> list[ApplicationSeen]:
    """The programs of all owners, for the coordination's register: who has a key, to what."""
    return await _with_secrets(await rows_as(ApplicationSeen, EVERY_APPLICATION, after, limit))


async def answering_for(application: int) -> list[Answerer]:
    """Whoever answers for a program now."""
    return await rows_as(Answerer, ANSWERABLE, application)


async def forbids_programs(membership: int) -> bool:
    """Whether this teacher wants no program to act in her name."""
    return await Membership.exists().where(Membership.id == membership, Membership.no_programs.eq(True))


async def _with_secrets(found: Sequence[ApplicationSeen]) -> list[ApplicationSeen]:
    secrets = await rows_as(SecretSeen, SECRETS, [application.id for application in found])
    return [
        replace(application, secrets=tuple(secret for secret in secrets if secret.application == application.id))
        for application in found
    ]


# Who acts for it: whoever made it while she still may, else whoever has answered longest; as a role held where the
# program's owner is.
_ACTS_FOR = f"""
LEFT JOIN LATERAL (
  SELECT answers.id, answers.account, p.role, p.school, p.company, p.departments, NULL::int AS partner,
    false AS awaiting
  FROM ({ANSWERING}) answers JOIN accounts able ON able.id = answers.account AND able.disabled_at IS NULL
  ORDER BY (answers.account = p.made_by) DESC NULLS LAST, answers.id LIMIT 1
) m ON true LEFT JOIN accounts a ON a.id = m.account {AT}
"""  # noqa: S608 - constants only
_CALLS = f"""{PERSON}, p.id AS program, p.name AS program_name, t.id AS secret, t.used_at,
  {DEPARTMENTS} AS department_names,
  ARRAY(SELECT there.id FROM schools there WHERE there.department = ANY (m.departments) ORDER BY there.id)
    AS department_schools"""  # noqa: S608 - constants only
BY_SECRET = f"""SELECT t.secret_hash AS shown, {_CALLS}, p.permissions, p.writes, NULL::timestamptz AS expires_at
FROM application_secrets t JOIN applications p ON p.id = t.application AND p.ended_at IS NULL {_ACTS_FOR}
WHERE t.secret_hash = ANY ($1::bytea[]) AND t.ended_at IS NULL"""  # noqa: S608 - constants only
BY_TOKEN = f"""SELECT o.token_hash AS shown, {_CALLS}, o.permissions, o.expires_at,
  p.writes AND '{ONLY_READS}' <> ALL (o.permissions) AS writes
FROM application_tokens o JOIN application_secrets t ON t.id = o.secret AND t.ended_at IS NULL
JOIN applications p ON p.id = t.application AND p.ended_at IS NULL {_ACTS_FOR}
WHERE o.token_hash = ANY ($1::bytea[])"""  # noqa: S608 - constants only
USED = "UPDATE application_secrets SET used_at = $2 WHERE id = $1"
NAMED = f"""SELECT {PERSON}, m.no_programs FROM accounts a JOIN memberships m ON m.account = a.id {AT}
WHERE a.email = $1 AND a.disabled_at IS NULL AND m.role = 'teacher' AND m.school = $2"""  # noqa: S608 - constants only


def _shown_with(sql: str) -> Batcher[bytes, Mapping[str, Any] | None]:
    async def ask(shown: list[bytes]) -> dict[bytes, Mapping[str, Any] | None]:
        return dict.fromkeys(shown) | {one["shown"]: one for one in await rows(sql, shown)}

    return Batcher(ask)


_secrets, _tokens = _shown_with(BY_SECRET), _shown_with(BY_TOKEN)


async def person_of_program(shown: str, *, now: datetime, trial: bool = False) -> Person | None:
    """Whoever answers for the program that shows this secret or token, acting for its owner within its permissions;
    that a secret served is written down once a day.

    The invented people of a trial are nobody outside one. Raises NobodyAnswers for a program of which nobody does.
    """
    by = _tokens if shown.startswith(TOKEN_STARTS) else _secrets
    found = await by.submit(hash_of(shown))
    if found is None or (found["expires_at"] is not None and found["expires_at"] <= now):
        return None
    if found["account"] is None:
        raise NobodyAnswers()
    if found["example"] and not trial:
        return None
    if found["used_at"] is None or found["used_at"] < now - USED_EVERY:
        await row(USED, found["secret"], now)
    program = Program(id=found["program"], name=found["program_name"], permissions=frozenset(found["permissions"]))
    return person_as(found, proof="key", writes=found["writes"], program=program)


async def teacher_named(email: str, caller: Person, *, school: int) -> Person:
    """The teacher in whose name a program of her collège acts, within what it may do.

    Raises TeacherUnknown, TeacherAwaits, ProgramsForbidden.
    """
    found = await row(NAMED, email.strip().lower(), school)
    if found is None or caller.program is None or (found["example"] and not caller.example):
        raise TeacherUnknown()
    if found["awaiting"]:
        raise TeacherAwaits()
    if found["no_programs"]:
        raise ProgramsForbidden()
    return person_as(found, proof="key", writes=caller.writes, program=replace(caller.program, named=True))
