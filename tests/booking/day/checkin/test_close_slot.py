"""Closing a visit: the host's figures, once."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import datetime

import pytest

from booking.day.checkin.acts import CompanyCount, GroupHeadcount
from booking.day.checkin.check_in import check_in
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.rules import NotBegun, ScanAsked
from booking.day.checkin.undo import undo
from tests import builders
from tests.builders import paris
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound
from workshops.slots.rules import SlotCalledOff, SlotDone

START = paris("2027-03-25 09:00")
NOON = paris("2027-03-25 12:05")


@dataclass
class Visit:
    """A slot with two groups, the first one scanned up to number 22, and two companies."""

    school: int
    host: int
    slot: int
    groups: list[int]
    companies: list[int]
    scans: list[uuid.UUID]

    async def close(
        self,
        *headcounts: GroupHeadcount,
        companies: list[CompanyCount] | None = None,
        at: datetime = NOON,
        school: int | None = None,
    ) -> None:
        await close_slot(
            self.slot,
            headcounts=headcounts,
            companies=[CompanyCount(company=one, people=2) for one in self.companies]
            if companies is None
            else companies,
            account=self.host,
            school=school or self.school,
            now=at,
        )

    def all_came(self) -> list[GroupHeadcount]:
        return [GroupHeadcount(reservation=group, pupils=23, adults=2, note="Badges oubliés") for group in self.groups]


@pytest.fixture
async def visit(db) -> Visit:
    lycee = await builders.school(kind="lycee")
    host = await builders.account(name="Hélène Monnier")
    slot = await builders.slot(host=lycee, seats=60, groups_max=2, starts_at=START)
    groups = [
        await builders.reservation(slot=slot, group=await builders.group(name=name), mark=place)
        for place, name in enumerate(("4e B", "5e A"))
    ]
    tokens = await builders.badges(groups[0])
    await builders.badges(groups[1])
    scans = [ScanAsked(uuid.uuid4(), slot, token, START) for token in tokens[:22]]
    await check_in(scans, account=host, school=lycee, now=START)
    companies = [await builders.company(name=name) for name in ("Besançon Décolletage", "Zénith Montres")]
    for company in companies:
        await builders.attendance(slot=slot, company=company, people=2)
    return Visit(lycee, host, slot, groups, companies, [scan.scan_id for scan in scans])


async def test_closing_freezes_the_head_count_beside_the_announced_and_the_scanned(visit: Visit):
    await visit.close(
        GroupHeadcount(reservation=visit.groups[0], pupils=23, adults=2, note="Un badge oublié au collège"),
        GroupHeadcount(reservation=visit.groups[1], pupils=0, adults=0, absent=True),
        companies=[
            CompanyCount(company=visit.companies[0], people=1),
            CompanyCount(company=visit.companies[1], people=0),
        ],
    )
    kept = await rows(
        "SELECT group_ref, group_label, level, announced, scanned, counted, adults, note FROM turnouts ORDER BY id"
    )
    assert [tuple(one) for one in kept] == [
        (visit.groups[0], "4e B", "4e", 24, 22, 23, 2, "Un badge oublié au collège"),
        (visit.groups[1], "5e A", "4e", 24, 0, 0, 0, ""),
    ]
    companies = await rows("SELECT name, people FROM company_turnouts ORDER BY name")
    assert [tuple(one) for one in companies] == [("Besançon Décolletage", 1)]
    slot = await row("SELECT state, closed_at FROM slots")
    assert slot is not None and tuple(slot) == ("done", NOON)
    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["attended", "no_show"]
    journal = await rows("SELECT act, by, about_kind, about, detail FROM events WHERE about_kind = 'slot'")
    assert [tuple(one) for one in journal] == [
        ("slot_closed", visit.host, "slot", visit.slot, "annoncés 48, pointés 22, comptés 23")
    ]


async def test_a_class_that_came_larger_is_counted_and_a_slip_of_the_hand_is_not(visit: Visit):
    """A class more than were announced, and no more: 24 and 30. The second group has no badges to say otherwise."""
    await value("DELETE FROM badges WHERE reservation = $1 RETURNING id", visit.groups[1])
    larger, slip = (
        [GroupHeadcount(reservation=one, pupils=n, adults=2, note="Toute la classe est venue") for one in visit.groups]
        for n in (54, 55)
    )
    with pytest.raises(Invalid) as refused:
        await visit.close(*slip)
    assert refused.value.errors == {
        f"pupils-{visit.groups[0]}": "4e B, comptés, pour 24 annoncés : écrivez un nombre de 0 à 54.",
        f"pupils-{visit.groups[1]}": "5e A, comptés, pour 24 annoncés : écrivez un nombre de 0 à 54.",
    }
    await visit.close(*larger)
    assert [one["counted"] for one in await rows("SELECT counted FROM turnouts ORDER BY id")] == [54, 54]


async def test_a_company_that_nobody_counted_is_asked_for(visit: Visit):
    with pytest.raises(Invalid) as refused:
        await visit.close(*visit.all_came(), companies=[CompanyCount(company=visit.companies[0], people=2)])
    assert refused.value.errors == {
        f"people-{visit.companies[1]}": "Zénith Montres : dites avec combien de personnes l'entreprise est venue, 0 si"
        " elle n'est pas venue."
    }
    assert await value("SELECT count(*) FROM company_turnouts") == 0


async def test_a_visit_is_closed_once_even_by_two_hosts_at_the_same_instant(visit: Visit):
    ends = await asyncio.gather(*(visit.close(*visit.all_came()) for _ in range(6)), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType"] + ["SlotDone"] * 5
    assert await value("SELECT count(*) FROM turnouts") == 2


async def test_nothing_is_closed_before_it_begins_nor_when_it_was_called_off(visit: Visit):
    with pytest.raises(NotBegun):
        await visit.close(*visit.all_came(), at=paris("2027-03-25 08:59"))
    await value("UPDATE slots SET state = 'called_off', reason = 'Grève' WHERE id = $1", visit.slot)
    with pytest.raises(SlotCalledOff):
        await visit.close(*visit.all_came())
    assert await value("SELECT count(*) FROM turnouts") == 0


async def test_another_lycee_closes_nothing_here(visit: Visit):
    with pytest.raises(NotFound):
        await visit.close(*visit.all_came(), school=await builders.school(kind="lycee"))
    assert await value("SELECT state FROM slots WHERE id = $1", visit.slot) == "open"


async def test_every_group_is_counted_once_and_no_other(visit: Visit):
    first, second = visit.all_came()
    for headcounts, errors in (
        ([first], {f"pupils-{visit.groups[1]}": "Il manque l'effectif compté du groupe 5e A."}),
        ([first, second, first], {"headcounts": "Un groupe est compté deux fois."}),
    ):
        with pytest.raises(Invalid) as refused:
            await visit.close(*headcounts)
        assert refused.value.errors == errors
    with pytest.raises(NotFound):
        await visit.close(first, second, GroupHeadcount(reservation=9999, pupils=1, adults=1))
    with pytest.raises(NotFound):
        await visit.close(first, second, companies=[CompanyCount(company=9999, people=1)])
    assert await value("SELECT count(*) FROM turnouts") == 0


async def test_a_closed_visit_keeps_its_scans_and_its_figures(visit: Visit):
    await visit.close(*visit.all_came())
    with pytest.raises(SlotDone):
        await undo(visit.scans[0], account=visit.host, school=visit.school, now=NOON)
    seen = await roster(visit.slot, school=visit.school)
    assert (seen.done, seen.closed_at, seen.here) == (True, NOON, 22)
    assert [(group.pupils, group.here, group.counted, group.adults_counted) for group in seen.groups] == [
        (24, 22, 23, 2),
        (24, 0, 23, 2),
    ]


async def test_a_cancelled_group_is_not_counted(visit: Visit):
    await value("UPDATE reservations SET state = 'cancelled_by_teacher' WHERE id = $1", visit.groups[1])
    await visit.close(GroupHeadcount(reservation=visit.groups[0], pupils=24, adults=2, note="Badges oubliés"))
    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["attended", "cancelled_by_teacher"]


async def test_a_gap_is_explained_without_a_name(visit):
    told = [GroupHeadcount(reservation=group, pupils=23, adults=2, note="Léa Martin malade") for group in visit.groups]
    with pytest.raises(Invalid) as no:
        await visit.close(*told)
    assert {field.split("-")[0] for field in no.value.errors} == {"note"}
    assert "« Léa Martin » ressemble à un nom de personne" in next(iter(no.value.errors.values()))
