"""Who carries the programme."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from workshops.acts.plain_words import plain
from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.partners.rules import KINDS


class PartnerCard(Struct, frozen=True):
    """A member of the consortium; `to_on` is its last day, None while it has none."""

    id: int
    kind: str
    name: str
    role: str
    school: int | None
    company: int | None
    web: str
    from_on: date
    to_on: date | None
    example: bool

    def member_on(self, day: date) -> bool:
        """Whether it is a member on that day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


_CARD = f"SELECT {columns_of(PartnerCard, 'p')} FROM partners p"  # noqa: S608 - names of our own columns
ALL = f"{_CARD} ORDER BY array_position($1::varchar[], kind), {plain('name')}, id"
AFTER = f"{_CARD} WHERE id > $1 ORDER BY id LIMIT $2"
ONE = f"{_CARD} WHERE id = $1"
THAT_IS = f"{_CARD} WHERE school = $1 OR company = $2"


async def partners() -> list[PartnerCard]:
    """Every partner that is or was, by kind then by name."""
    return await rows_as(PartnerCard, ALL, list(KINDS))


async def partners_after(number: int, *, limit: int) -> list[PartnerCard]:
    """The same partners by number: at most `limit` that follow this one."""
    return await rows_as(PartnerCard, AFTER, number, limit)


async def partner_that_is(*, school: int | None = None, company: int | None = None) -> PartnerCard | None:
    """The partner that a lycée or a company is; None where it is none."""
    return await row_as(PartnerCard, THAT_IS, school, company)


async def partner(number: int) -> PartnerCard | None:
    """One partner by its number here."""
    return await row_as(PartnerCard, ONE, number)
