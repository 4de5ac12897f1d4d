"""Who is calling: by a browser's session, or by a person's key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import fields

from booking.people.accounts.queries import ASKED, AT, DEPARTMENTS, KINDS, OfDepartments, OfPartner, Person
from booking.people.accounts.rules import SEEN_EVERY, SESSION_IDLE, USED_EVERY
from workshops.database import row, rows
from workshops.database.batching import Batcher

PERSON = """
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

PERSON_OF_SESSION = f"""
SELECT t.id_hash AS shown, {PERSON}, t.seen_at, t.expires_at, coalesce(t.proved_at, t.created_at) AS proved_at,
  (SELECT count(*) FROM memberships o WHERE o.account = a.id) AS hats,
  CASE WHEN t.proved THEN 'given' WHEN {ASKED} THEN 'asked' ELSE 'none' END AS proof
FROM sessions t JOIN accounts a ON a.id = t.account JOIN memberships m ON m.id = t.membership {AT}
WHERE t.id_hash = ANY ($1::bytea[]) AND a.disabled_at IS NULL
"""  # noqa: S608 - constants only

PERSON_OF_TOKEN = f"""
SELECT t.token_hash AS shown, {PERSON}, t.used_at, t.expires_at, t.writes
FROM api_tokens t JOIN accounts a ON a.id = t.account JOIN memberships m ON m.id = t.membership {AT}
WHERE t.token_hash = ANY ($1::bytea[]) AND t.revoked_at IS NULL AND a.disabled_at IS NULL
"""  # noqa: S608 - constants only

SEEN = "UPDATE sessions SET seen_at = $2 WHERE id_hash = $1"
USED = "UPDATE api_tokens SET used_at = $2 WHERE token_hash = $1"


_READ = ("account", "email", "name", "membership", "awaiting", "example")
_OF_PLACE = {
    kind: tuple(one.name for one in fields(kind) if one.name.startswith(("school", "company", "department", "partner")))
    for kind in KINDS.values()
}
READ_MORE = {kind for kind in KINDS.values() if issubclass(kind, OfDepartments | OfPartner)}


def person_as(found: Mapping[str, Any], **more: Any) -> Person:
    """The person of a row that holds the columns of PERSON, and those of READERS where her role has them."""
    kind = KINDS[found["role"]]
    return kind(**{name: found[name] for name in (*_READ, *_OF_PLACE[kind])}, **more)


def _shown_with(sql: str) -> Batcher[bytes, Mapping[str, Any] | None]:
    """Who comes with each of those that are shown at once, by one statement."""

    async def ask(shown: list[bytes]) -> dict[bytes, Mapping[str, Any] | None]:
        known: dict[bytes, Mapping[str, Any]] = {person["shown"]: person for person in await rows(sql, shown)}
        reading = {person["membership"] for person in known.values() if KINDS[person["role"]] in READ_MORE}
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
    return person_as(found, csrf=csrf, hats=found["hats"], proof=found["proof"], proved_at=found["proved_at"])


async def person_of_token(token_hash: bytes, *, now: datetime, trial: bool = False) -> Person | None:
    """Whom a machine with this key acts for, until it ends; that it served is written down once a day.

    The invented people of a trial are nobody outside one.
    """
    found = await _keys.submit(token_hash)
    if found is None or found["expires_at"] <= now or (found["example"] and not trial):
        return None
    if found["used_at"] is None or found["used_at"] < now - USED_EVERY:
        await row(USED, token_hash, now)
    return person_as(found, proof="key", writes=found["writes"])
