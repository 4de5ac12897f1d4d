"""Play the examples' past visits again: badges read, objects counted, head counts validated."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from booking.day.badges.issue_due import issue_at
from booking.day.checkin.acts import CompanyCount, GroupHeadcount
from booking.day.checkin.check_in import check_in
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.record_build import record_build
from booking.day.checkin.rules import ScanAsked
from booking.demo.given import tell_received
from booking.demo.offer import Opened
from booking.demo.reserve import ExampleVisit
from booking.visits.reservations.give_opinion import give_opinion
from workshops.builds.record import RecordBuild
from workshops.catalogue.count_opinion import GiveOpinion

NOTES = ("", "", "", "Deux objets finis au collège.", "Le groupe demande à revenir.", "Réglage à reprendre en classe.")


async def receive(slot: Opened, visits: list[ExampleVisit], *, secret_key: str, draw: Random) -> None:
    """A day as it went: nearly everyone came, nearly everything worked, the host validated the head count.

    A slot that nobody reserved is closed too, with nobody in it.
    """
    host = slot.taught.host
    counts = []
    await issue_at(slot.id, school=host.place, secret_key=secret_key)
    for visit in visits:
        here = visit.group.pupils - draw.choice((0, 0, 1, 1, 2, 3))
        arrived = slot.starts_at + timedelta(minutes=draw.randint(2, 9))
        scans = [
            ScanAsked(
                scan_id=uuid5(NAMESPACE_URL, f"technilab/exemples/{visit.reservation}/{number}"),
                slot=slot.id,
                badge=f"{visit.reservation}/{number}",
                scanned_at=arrived + timedelta(seconds=4 * number),
            )
            for number in range(1, here + 1)
        ]
        await check_in(scans, account=host.account, school=host.place, now=arrived + timedelta(minutes=5))
        await _count_objects(visit, here, draw)
        counts.append(
            GroupHeadcount(reservation=visit.reservation, pupils=here, adults=2, girls=_girls(visit.reservation, here))
        )
    seen = await roster(slot.id, school=host.place)
    companies = [CompanyCount(company=one.company, people=one.people) for one in seen.companies]
    await close_slot(
        slot.id,
        headcounts=counts,
        companies=companies,
        account=host.account,
        school=host.place,
        now=_evening(slot),
    )
    if visits:
        await tell_received(slot, now=_evening(slot))
    for visit in visits:
        if visit.reservation % 4 != 1:
            said = _said(visit.reservation)
            await give_opinion(visit.reservation, said, school=visit.group.school.id, now=_evening(slot))


def _said(reservation: int) -> GiveOpinion:
    """Three of four groups answer, most of them content."""
    built, level, again = reservation % 5, reservation % 3, reservation % 7
    return GiveOpinion(
        built="yes" if built else "partly",
        level="partly" if level == 0 else "yes",
        again="no" if again == 0 else "partly" if again == 1 else "yes",
    )


def _girls(reservation: int, here: int) -> int | None:
    """About half; every fourth group was not counted so."""
    return None if reservation % 4 == 0 else here * (42 + reservation % 5 * 3) // 100


async def _count_objects(visit: ExampleVisit, here: int, draw: Random) -> None:
    taught = visit.slot.taught
    made = here if taught.minutes <= 150 else (here + 1) // 2
    finished = made - draw.choice((0, 0, 0, 1, 2))
    working = max(0, finished - draw.choice((0, 0, 1)))
    await record_build(
        visit.reservation,
        RecordBuild(
            tech_object=draw.choice(taught.objects),
            made=made,
            finished=finished,
            working=working,
            taken_home=working if draw.random() < 0.7 else 0,
            minutes=taught.minutes - 30,
            note=draw.choice(NOTES),
        ),
        account=taught.host.account,
        school=taught.host.place,
        now=visit.slot.ends_at,
    )


def _evening(slot: Opened) -> datetime:
    return slot.ends_at + timedelta(minutes=20)
