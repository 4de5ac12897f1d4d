"""What was told of who received, of whom lycées mobilise, of an hour's worth, and of the programme's money."""

from __future__ import annotations

from datetime import date

from workshops.contributions.rules import FundingEntry, FundingKind, Hosts, Rate, standing_on
from workshops.database import rows, value
from workshops.database.row_types import columns_of, row_as, rows_as

HOSTS = "SELECT lyceens::int, staff::int FROM slot_hosts WHERE slot = $1"
HOSTS_AT = """SELECT o.slot, o.lyceens::int, o.staff::int FROM slot_hosts o JOIN slots s ON s.id = o.slot
WHERE s.school = $1"""
RATES = f"SELECT {columns_of(Rate, 'r')} FROM hourly_rates r ORDER BY school_year, giver"  # noqa: S608 - names of our own columns
STAFF = """SELECT people::int FROM lycee_staff WHERE school = $1 AND school_year <= $2
ORDER BY school_year DESC LIMIT 1"""
FUNDING = f"""SELECT {columns_of(FundingEntry, "f")} FROM funding_sums f ORDER BY counted_on DESC, id DESC"""  # noqa: S608 - names of our own columns


async def hosts_of(slot: int) -> Hosts:
    """How many received the class of a visit."""
    return await row_as(Hosts, HOSTS, slot) or Hosts()


async def hosts_at(lycee: int) -> dict[int, Hosts]:
    """The same of every visit of a lycée of which anything is known."""
    return {one["slot"]: Hosts(one["lyceens"], one["staff"]) for one in await rows(HOSTS_AT, lycee)}


async def staff_of(lycee: int, *, year: int) -> int | None:
    """How many people a slot of this lycée mobilises in a school year besides those who receive; None is unknown."""
    found: int | None = await value(STAFF, lycee, year)
    return found


async def rates() -> list[Rate]:
    """Every hourly rate that was set."""
    return await rows_as(Rate, RATES)


async def funding() -> list[FundingEntry]:
    """Every sum that was told, the latest date first."""
    return await rows_as(FundingEntry, FUNDING)


async def sums(*, on: date) -> dict[FundingKind, FundingEntry | None]:
    """Which sum of each kind stands on a day; None where nobody had told one by then."""
    return standing_on(await funding(), on)
