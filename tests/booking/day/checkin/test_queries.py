"""What the desk of a slot shows."""

from __future__ import annotations

import uuid

import pytest

from booking.day.checkin.check_in import check_in
from booking.day.checkin.queries import roster
from booking.day.checkin.rules import ScanAsked
from booking.visits.badge_codes.rules import hash_of
from tests import builders
from tests.builders import paris
from workshops.database import transaction
from workshops.refusals import NotFound

NINE_FOUR = paris("2027-03-25 09:04")


async def test_the_roster_tells_numbers_and_counts_group_by_group(db):
    lycee = await builders.school(kind="lycee")
    clock = await builders.tech_object(name="Horloge en laiton")
    lamp = await builders.tech_object(name="Lampe")
    slot = await builders.slot(workshop=await builders.workshop(host=lycee, objects=(lamp, clock)), groups_max=3)
    college = await builders.school(name="Collège Stendhal")
    first = await builders.group(school=college, name="4e B", pupils=3)
    second = await builders.group(school=college, name="4e C", pupils=2)
    gone = await builders.group(school=college, name="4e D", pupils=2)
    one = await builders.reservation(slot=slot, group=first, pupils=3, mark=0, needs="Un fauteuil roulant")
    two = await builders.reservation(slot=slot, group=second, pupils=2, mark=1)
    await builders.reservation(slot=slot, group=gone, pupils=2, mark=2, state="cancelled_by_teacher")
    tokens = await builders.badges(one)
    adults = await builders.badges(one, kind="adult", numbers=1)
    await builders.badges(two)
    await builders.attendance(slot=slot, company=await builders.company(name="Zénith Montres"), people=3)
    await builders.attendance(slot=slot, company=await builders.company(), state="withdrawn")
    scan = ScanAsked(uuid.uuid4(), slot, tokens[1], NINE_FOUR)
    adult = ScanAsked(uuid.uuid4(), slot, adults[0], NINE_FOUR)
    await check_in([scan, adult], account=None, school=lycee, now=NINE_FOUR)

    seen = await roster(slot, school=lycee)

    assert (seen.expected, seen.here, seen.done) == (5, 1, False)
    assert [(group.label, group.college, group.pupils, group.here, group.needs) for group in seen.groups] == [
        ("4e B", "Collège Stendhal", 3, 1, "Un fauteuil roulant"),
        ("4e C", "Collège Stendhal", 2, 0, ""),
    ]
    assert seen.groups[0].adults_here == 1
    sent = [f"H1.{hash_of(token).hex()}" for token in (*tokens, *adults)]
    assert [(place.face, place.tapped, place.scan, place.first_scanned_at) for place in seen.groups[0].places] == [
        ("1", sent[0], None, None),
        ("2", sent[1], scan.scan_id, NINE_FOUR),
        ("3", sent[2], None, None),
        ("A1", sent[3], adult.scan_id, NINE_FOUR),
    ]
    assert [(company.name, company.people, company.role) for company in seen.companies] == [
        ("Zénith Montres", 3, "temoignage")
    ]
    assert seen.objects == {clock: "Horloge en laiton", lamp: "Lampe"}
    with pytest.raises(NotFound):
        await roster(slot, school=college)


async def test_a_full_lycee_costs_no_more_statements_than_one_group(db):
    lycee = await builders.school(kind="lycee")
    statements = []
    for groups in (1, 12):
        slot = await builders.slot(host=lycee, seats=200, groups_max=20)
        for _ in range(groups):
            made = await builders.reservation(slot=slot, group=await builders.group(pupils=8), pupils=8)
            await builders.badges(made)
        asked: list[object] = []
        async with transaction() as here:
            with here.connection.query_logger(asked.append):
                seen = await roster(slot, school=lycee)
        assert len(seen.groups) == groups
        statements.append(len(asked))
    assert statements == [7, 7]
