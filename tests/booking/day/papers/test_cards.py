"""A card for each number that was there, which its pupil may keep: no name, nobody who was absent."""

from __future__ import annotations

import pytest

from booking.day.papers.cards import cards_of, cards_pdf
from booking.day.papers.rules import NotYetBuilt
from tests import builders
from tests.booking.day.papers.paper_visit import attended, pages_of, visit
from tests.builders import NOW
from tests.owner import by_owner
from workshops.database import rows, value

SEEN = """
INSERT INTO presences (badge, slot, scan, first_scanned_at)
SELECT b.id, r.slot, gen_random_uuid(), $4 FROM badges b JOIN reservations r ON r.id = b.reservation
WHERE r.id = $1 AND b.kind = $2 AND b.number = ANY ($3::int[])
"""


async def came(reservation: int, *numbers: int, kind: str = "pupil") -> None:
    await rows(SEEN, reservation, kind, list(numbers), NOW)


async def with_badges(*, counted: int = 3, **more: object) -> int:
    """A closed visit of five pupils and two adults, all with a badge and a first name on the pupils'."""
    reservation = await attended(pupils=5, adults=2, **more)
    await badged(reservation)
    await rows("UPDATE turnouts SET counted = $2 WHERE group_ref = $1", reservation, counted)
    return reservation


async def badged(reservation: int) -> None:
    for kind, numbers in (("pupil", 5), ("adult", 2), ("spare", 2)):
        await builders.badges(reservation, numbers=numbers, kind=kind)
    await rows("UPDATE badges SET first_name = 'Zoé' WHERE kind = 'pupil'")


async def beside(reservation: int, *, counted: int) -> int:
    """Another group that came to the same visit."""
    await rows("UPDATE slots SET groups_max = 2")
    slot = await value("SELECT slot FROM reservations WHERE id = $1", reservation)
    other = await builders.reservation(slot=slot, group=await builders.group(name="4e C"), state="attended", pupils=5)
    await badged(other)
    await builders.turnout(slot=slot, group_ref=other, counted=counted)
    return other


async def test_there_is_a_card_for_each_number_that_was_there_and_for_no_absent_one(db):
    reservation = await with_badges()
    await came(await beside(reservation, counted=2), 2, 3)
    await came(reservation, 1, 4)
    await came(reservation, 1, kind="spare")
    await came(reservation, 1, 2, kind="adult")
    assert (await cards_of(reservation)).faces == ("1", "4", "R1")


async def test_a_card_says_the_day_the_object_the_lycee_and_what_teaches_it_and_no_name(db):
    reservation = await with_badges(diploma="Bac pro Microtechniques")
    await came(reservation, 1, 2, 4)
    (page,) = pages_of(await cards_pdf(reservation))
    card = "TECHNILAB Lampe à balancier jeudi 25 mars 2027 Lycée Jules Haag, Besançon"
    taught = "Cela s'apprend Bac pro Microtechniques dans ce lycée"
    assert page.count(card) == page.count(taught) == 3
    assert [number for number in range(1, 6) if f"N° {number}" in page] == [1, 2, 4]
    assert [name for name in ("Zoé", "Claire", "Renaud", "4e B", "Collège") if name in page] == []


async def test_what_is_taught_in_another_lycee_says_which_and_how_far(db):
    other = await builders.school(kind="lycee", name="Lycée Duhamel", commune="Dole", lat=47.095, lon=5.49)
    reservation = await with_badges(diploma="CAP Horlogerie", diploma_school=other)
    await came(reservation, 1)
    assert (await cards_of(reservation)).taught_at == "Lycée Duhamel, Dole, moins d'un km"


async def test_pupils_who_were_counted_without_a_badge_have_a_card_to_write_a_number_on(db):
    reservation = await with_badges(counted=4)
    await came(reservation, 2)
    assert (await cards_of(reservation)).faces == ("2", "", "", "")
    (page,) = pages_of(await cards_pdf(reservation))
    assert page.count("N° ……") == 3


async def test_a_visit_whose_badges_were_never_issued_has_as_many_cards_as_pupils_were_counted(db):
    assert (await cards_of(await attended())).faces == ("",) * 23


async def test_a_visit_whose_scans_were_erased_before_has_its_cards_without_their_numbers(db):
    reservation = await with_badges()
    await came(reservation, 1, 2, 4)
    await rows("DELETE FROM presences")
    assert (await cards_of(reservation)).faces == ("",) * 3


async def test_twenty_three_cards_take_three_sheets(db):
    assert len(pages_of(await cards_pdf(await attended()))) == 3


async def test_a_group_that_built_several_objects_has_all_of_them_on_each_card(db):
    reservation = await with_badges()
    await came(reservation, 1)
    clock = await builders.tech_object(name="Horloge à engrenages en laiton")
    slot = await value("SELECT slot FROM reservations WHERE id = $1", reservation)
    await builders.build(slot=slot, group_ref=reservation, tech_object=clock)
    cards = await cards_of(reservation)
    assert cards.objects == ("Horloge à engrenages en laiton", "Lampe à balancier")
    assert len(cards.drawings) == 2
    (page,) = pages_of(await cards_pdf(reservation))
    assert "Horloge à engrenages en laiton, Lampe à balancier" in page


async def test_a_visit_without_an_object_says_its_workshop(db):
    reservation = await with_badges()
    await by_owner("DELETE FROM builds")
    (page,) = pages_of(await cards_pdf(reservation))
    assert page.count("Découpe laser jeudi 25 mars 2027") == 3


async def test_each_half_of_a_class_has_its_own_cards(db):
    first = await with_badges()
    second = await beside(first, counted=2)
    await came(first, 1, 2, 3)
    await came(second, 4, 5)
    assert [(await cards_of(half)).faces for half in (first, second)] == [("1", "2", "3"), ("4", "5")]


async def test_there_is_no_card_before_the_lycee_has_closed_the_visit(db):
    with pytest.raises(NotYetBuilt):
        await cards_of(await visit())
