"""What a company asked to be told."""

from __future__ import annotations

from msgspec import Struct

from workshops.companies.queries import known_places
from workshops.companies.rules import CompanyPlace
from workshops.database.row_types import row_as

_ALERT = """SELECT n.id, n.company, n.km, n.slots, c.commune, c.department
FROM near_alerts n JOIN companies c ON c.id = n.company"""
ALERT, ALERT_OF_COMPANY = f"{_ALERT} WHERE n.id = $1", f"{_ALERT} WHERE n.company = $1"


class NearAlertSeen(Struct, frozen=True):
    """What a company asked to be told: within how many kilometres, of where its card says that it is, and the slots of
    the last mail."""

    id: int
    company: int
    km: int
    slots: tuple[int, ...]
    commune: str
    department: str


async def near_alert(number: int) -> NearAlertSeen | None:
    """An alert; None once its company has stopped it."""
    return await row_as(NearAlertSeen, ALERT, number)


async def near_alert_of(company: int) -> NearAlertSeen | None:
    """What a company asked to be told, if it did."""
    return await row_as(NearAlertSeen, ALERT_OF_COMPANY, company)


async def place_of_alert(alert: NearAlertSeen) -> CompanyPlace | None:
    """Where its company is, as far as is known today."""
    return (await known_places()).place_of(alert.commune, alert.department)
