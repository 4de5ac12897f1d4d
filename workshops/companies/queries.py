"""Which companies are known, and where they are."""

from __future__ import annotations

from msgspec import Struct

from workshops.acts.plain_words import patterns, plain
from workshops.cache.versions import VersionedCache
from workshops.companies.rules import CompanyPlace, KnownPlaces, SchoolPoint
from workshops.database.row_types import columns_of, row_as, rows_as

# Two companies are of one trade when their words are the same but for case, accents and spaces.
TRADE_KEY = r"""left(lower(btrim(regexp_replace(regexp_replace(normalize({trade}, NFKD), '[\u0300-\u036f]', '', 'g'),
  '\s+', ' ', 'g'))), 120)"""


class CompanyCard(Struct, frozen=True):
    """A company as a list names it."""

    id: int
    siret: str
    name: str
    trade: str
    commune: str
    department: str


_CARD = f"SELECT {columns_of(CompanyCard, 'c')} FROM companies c"  # noqa: S608 - names of our own columns
_TOLD = plain("concat_ws(' ', name, commune, siret)")
_NAMED = f"{_CARD} WHERE {_TOLD} LIKE ALL ($1::text[])"
ONE = f"{_CARD} WHERE id = $1"
BY_SIRET = f"{_CARD} WHERE siret = $1"
NAMED = f"{_NAMED} ORDER BY {plain('name')}, siret LIMIT $2"
NAMED_AFTER = f"{_NAMED} AND id > $2 ORDER BY id LIMIT $3"
POINTS = """SELECT commune, postcode, department, avg(lat) AS lat, avg(lon) AS lon, count(*)::int AS schools
FROM schools WHERE lat IS NOT NULL AND lon IS NOT NULL GROUP BY commune, postcode, department"""


async def company(number: int) -> CompanyCard | None:
    """One company by its number here."""
    return await row_as(CompanyCard, ONE, number)


async def company_by_siret(siret: str) -> CompanyCard | None:
    """One company by its SIRET, spaces allowed."""
    return await row_as(CompanyCard, BY_SIRET, "".join(siret.split()))


async def companies_named(words: str, *, limit: int) -> list[CompanyCard]:
    """The companies whose name, commune or SIRET holds every word typed, accents or not, by name."""
    return await rows_as(CompanyCard, NAMED, patterns(words), limit)


async def companies_after(number: int, *, words: str = "", limit: int) -> list[CompanyCard]:
    """The same companies by number: at most `limit` that follow this one."""
    return await rows_as(CompanyCard, NAMED_AFTER, patterns(words), number, limit)


_places: VersionedCache[KnownPlaces] = VersionedCache(size=1)


async def place_of(card: CompanyCard) -> CompanyPlace | None:
    """Where a company is, by the schools around it; None when neither its commune nor its département is known."""
    return (await known_places()).place_of(card.commune, card.department)


async def known_places() -> KnownPlaces:
    """Where companies may be; kept until a school changes."""

    async def ask() -> KnownPlaces:
        return KnownPlaces(await rows_as(SchoolPoint, POINTS))

    return await _places.answer("", ask, lycee="")
