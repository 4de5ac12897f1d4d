"""The school year 2026-2027 of one lycée: two closed visits, one that only its badges tell, others left open."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from booking.day.checkin.acts import CompanyCount, GroupHeadcount
from booking.day.checkin.check_in import check_in
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.record_build import record_build
from booking.day.checkin.rules import ScanAsked
from booking.day.photos.keep_photo import keep_photo
from tests import builders
from tests.booking.day.checkin.test_encode_photo import a_photo
from tests.builders import paris
from workshops.builds.record import RecordBuild
from workshops.database import rows, value

AUGUST = paris("2027-08-02 10:00")


@dataclass(frozen=True)
class PastYear:
    """Numbers of the rows: `closed` by the host, `scanned` and `silent` left open, `empty` and `off` without anybody,
    `next` of the following year."""

    lycee: int
    host: int
    closed: list[int]
    scanned: int
    silent: int
    empty: int
    off: int
    next: int


async def a_past_year(data_dir: Path) -> PastYear:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    host = await builders.person("host", "helene.faivre@example.org", name="Hélène Faivre", school=lycee)
    college = await builders.school(name="Collège Stendhal")
    clock = await builders.tech_object(name="Horloge en laiton")
    taught = await builders.workshop(host=lycee, objects=(clock,))
    firm = await builders.company(name="Zénith Montres")
    await builders.target()
    slots, visits = [], []
    for number, day in enumerate(("2026-10-08", "2027-03-25", "2027-05-13", "2027-06-10", "2027-09-23")):
        slot = await builders.slot(workshop=taught, starts_at=paris(f"{day} 09:00"))
        group = await builders.group(school=college, name=f"4e {number}", pupils=20)
        visit = await builders.reservation(
            slot=slot, group=group, pupils=20, needs="Un fauteuil", visa_note="Vu", reason="Un mot"
        )
        await builders.attendance(slot=slot, company=firm, message="Nous venons")
        slots.append(slot)
        visits.append(visit)
    for number in (0, 1, 2):
        await scan(slots[number], visits[number], pupils=12 + number, host=host, lycee=lycee)
    for number in (0, 1):
        await build(slots[number], visits[number], clock, host=host, lycee=lycee, data_dir=data_dir)
        await close_slot(
            slots[number],
            headcounts=[GroupHeadcount(reservation=visits[number], pupils=18, adults=2, note="Badges oubliés")],
            companies=[CompanyCount(company=firm, people=2)],
            account=host,
            school=lycee,
            now=await ended(slots[number]),
        )
    empty = await builders.slot(workshop=taught, starts_at=paris("2027-04-08 09:00"))
    off = await builders.slot(
        workshop=taught, starts_at=paris("2027-04-15 09:00"), state="called_off", reason="Grève", seats_taken=0
    )
    return PastYear(lycee, host, slots[:2], slots[2], slots[3], empty, off, slots[4])


async def ended(slot: int) -> datetime:
    at: datetime = await value("SELECT ends_at FROM slots WHERE id = $1", slot)
    return at


async def scan(slot: int, visit: int, *, pupils: int, host: int, lycee: int) -> None:
    """So many badges of a visit are read as it begins, and one carries a first name."""
    tokens = await builders.badges(visit)
    at = await value("SELECT starts_at FROM slots WHERE id = $1", slot) + timedelta(minutes=4)
    scans = [ScanAsked(uuid.uuid4(), slot, token, at) for token in tokens[:pupils]]
    await check_in(scans, account=host, school=lycee, now=at)
    await rows("UPDATE badges SET first_name = 'Zoé', no_photo = true WHERE reservation = $1 AND number = 3", visit)


async def build(slot: int, visit: int, clock: int, *, host: int, lycee: int, data_dir: Path) -> None:
    """The group built clocks, and one is photographed."""
    now = await ended(slot)
    kept = {"account": host, "school": lycee, "now": now}
    made = {"made": 10, "finished": 9, "working": 8, "taken_home": 7, "note": "Deux à reprendre"}
    await record_build(visit, RecordBuild(tech_object=clock, **made), **kept)
    number = await value("SELECT id FROM builds WHERE slot = $1", slot)
    await keep_photo(number, slot=slot, content=a_photo(), name=f"photo-{slot}", data_dir=data_dir, **kept)
