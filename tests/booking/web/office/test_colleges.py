"""The collèges that have not come yet: searched, and read a page at a time."""

from __future__ import annotations

import re

from booking.web.office.invitations import SHOWN
from tests import builders
from tests.browsing import read
from tests.statements import statements_of

LIST = "/gestion/equite/colleges"


async def colleges(count: int, *, department: str, first: int = 0) -> list[str]:
    names = [f"Collège {department}-{one:03}" for one in range(first, first + count)]
    for name in names:
        await builders.school(name=name, department=department, commune="Dole" if department == "39" else "Besançon")
    return names


async def test_a_long_list_goes_on_where_it_stopped(office):
    doubs = await colleges(SHOWN + 3, department="25")
    jura = await colleges(2, department="39")
    first = await office.get(LIST)
    told = f"{SHOWN + 5} collèges publics, l'éducation prioritaire d'abord, puis le plus proche d'un lycée partenaire."
    assert told in read(first)
    assert f"Doubs {SHOWN + 3} collèges" in read(first)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following is not None
    assert "Collèges suivants : il en reste 5" in read(first)
    second = await office.get(following[1].replace("&amp;", "&"))
    assert re.findall(r">(Collège \d\d-\d{3})</", first.text + second.text) == doubs + jura
    assert 'rel="next"' not in second.text
    assert ("Doubs, suite" in read(second), "Jura 2 collèges" in read(second)) == (True, True)


async def test_the_list_is_searched_and_narrowed_to_a_departement(office):
    await colleges(2, department="25")
    await colleges(1, department="39")
    found = read(await office.get(f"{LIST}?q=college+dole"))
    assert ("1 collège public" in found, "Collège 39-000" in found, "Collège 25-000" in found) == (True, True, False)
    narrowed = read(await office.get(f"{LIST}?departement=25"))
    assert ("2 collèges publics" in narrowed, "Collège 39-000" in narrowed) == (True, False)
    nothing = read(await office.get(f"{LIST}?q=zzz"))
    assert "Aucun collège ne convient" in nothing
    assert "sont venus" not in nothing


async def test_the_page_weighs_and_asks_the_same_for_one_page_and_for_many(office):
    await colleges(SHOWN, department="25")
    few = await office.get(LIST)
    asked = await statements_of(lambda: office.get(LIST))
    await colleges(3 * SHOWN, department="25", first=SHOWN)
    many = await office.get(LIST)
    assert len(await statements_of(lambda: office.get(LIST))) == len(asked)
    assert len(many.text) < len(few.text) + 1000
    assert (await office.get(f"{LIST}?apres=9999999")).status_code == 404
