"""The register's lines: schools, companies and other members of the consortium, searched by their words."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from booking.programme.register.rules import BODY, COMPANY, PAGES, PARTNER, WORDS
from workshops.acts.plain_words import holds, patterns, plain
from workshops.database import value
from workshops.database.row_types import rows_as

_HELD = f"""(
  SELECT s.kind, s.id, s.name, s.commune, s.department, s.uai AS code, s.priority AS trade, s.closed,
    p.id AS partner, p.role, p.from_on, p.to_on
  FROM schools s LEFT JOIN partners p ON p.school = s.id WHERE s.part_of IS NULL
  UNION ALL
  SELECT '{COMPANY}', c.id, c.name, c.commune, c.department, c.siret, c.trade, false, p.id, p.role, p.from_on, p.to_on
  FROM companies c LEFT JOIN partners p ON p.company = c.id
  UNION ALL
  SELECT '{BODY}', p.id, p.name, '', '', '', '', false, p.id, p.role, p.from_on, p.to_on
  FROM partners p WHERE p.school IS NULL AND p.company IS NULL
) held WHERE {holds("concat_ws(' ', held.name, held.commune, held.code, held.trade)", "$1::text[]")}
  AND ($2::varchar IS NULL OR held.kind = $2 OR $2 = '{PARTNER}' AND held.partner IS NOT NULL)
  AND ($3::varchar IS NULL OR held.department = $3)
"""  # noqa: S608 - constants only
HELD_IN_ALL = f"SELECT count(*) FROM {_HELD}"  # noqa: S608 - constants only
_ACT_FOR = """(SELECT count(*)::int FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  WHERE m.{place} = page.id)"""
LINES = f"""
WITH page AS (SELECT * FROM {_HELD} ORDER BY {plain("held.name")}, held.commune, held.kind, held.id LIMIT $4 OFFSET $5)
SELECT page.*, CASE page.kind WHEN '{COMPANY}' THEN {_ACT_FOR.format(place="company")}
  WHEN '{BODY}' THEN {_ACT_FOR.format(place="partner")} ELSE {_ACT_FOR.format(place="school")} END AS people
FROM page ORDER BY {plain("page.name")}, page.commune, page.kind, page.id
"""  # noqa: S608 - constants only


class RegisterLine(Struct, frozen=True):
    """Somebody that the register holds; `code` is an UAI or a SIRET, `trade` what a company does, or a collège's
    priority education. `partner` is its number in the consortium, with its `role` and its days, None for who is no
    partner; `people` act for it."""

    kind: str
    id: int
    name: str
    commune: str
    department: str
    code: str
    trade: str
    closed: bool
    partner: int | None
    role: str | None
    from_on: date | None
    to_on: date | None
    people: int

    @property
    def page(self) -> str:
        """Where everything about it stands."""
        return f"{PAGES[self.kind]}/{self.id}"

    @property
    def words(self) -> str:
        """What it is: « Collège »."""
        return WORDS[self.kind]


async def register_lines(
    words: str, *, kind: str | None, department: str | None, limit: int, skip: int
) -> list[RegisterLine]:
    """Whoever's name, commune, trade, UAI or SIRET holds every word searched for, by name: at most `limit` of them that
    follow the first `skip`."""
    return await rows_as(RegisterLine, LINES, patterns(words), kind, department, limit, skip)


async def count_lines(words: str, *, kind: str | None, department: str | None) -> int:
    """How many there are."""
    return int(await value(HELD_IN_ALL, patterns(words), kind, department))
