"""Where an action is, when nobody has said it."""

from __future__ import annotations

import pytest

from booking.calendar.invites.meetings import meeting
from tests import builders, builders_ptech
from tests.builders import paris


@pytest.mark.parametrize(
    ("kind", "led", "place", "told"),
    [
        ("visite", True, "", ("Zénith Montres", "Morteau")),
        ("stage", True, "", ("Zénith Montres", "Morteau")),
        ("visite", True, "Salon Micronora", ("Salon Micronora", "")),
        ("temoignage", True, "", ("Lycée Jules Haag", "Besançon")),
        ("visite", False, "", ("Lycée Jules Haag", "Besançon")),
    ],
)
async def test_a_visit_and_a_placement_without_a_place_are_at_the_company_the_rest_at_the_lycee(
    db, kind, led, place, told
):
    school = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=school))
    firm = await builders.company(name="Zénith Montres", commune="Morteau")
    await builders.company(name="Lunetterie de Morez", commune="Morez")
    planned = {"company": firm if led else None, "kind": kind, "place": place}
    number = await builders_ptech.action(cohort, starts_at=paris("2027-02-04 14:00"), **planned)
    found = await meeting(number)
    assert (found.host_name, found.commune) == told
    assert found.address == "" or told[0] == "Lycée Jules Haag"
