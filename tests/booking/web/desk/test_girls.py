"""Girls counted at a closing, where the host wishes to."""

from __future__ import annotations

import pytest

from tests.booking.day.checkin.day import NOON
from tests.booking.web.desk.test_desk import host_of
from tests.booking.web.host.lycee import words
from workshops.database import rows
from workshops.refusals import Invalid
from workshops.slots.close import close
from workshops.slots.rules import GroupTurnout


async def counted() -> list[tuple[int, int | None]]:
    return [(one["counted"], one["girls"]) for one in await rows("SELECT counted, girls FROM turnouts ORDER BY id")]


async def test_the_closing_page_keeps_girls_where_they_were_counted(app, day):
    browser = await host_of(app, day, at=NOON)
    first, second = day.groups
    assert "Dont filles (facultatif)" in words((await browser.get(f"/accueil/{day.slot}/cloture")).text)
    counts = {f"pupils-{first}": 24, f"adults-{first}": 2, f"pupils-{second}": 20, f"adults-{second}": 1}
    more = {f"people-{day.company}": 1, f"note-{first}": "Panne", f"note-{second}": "Panne"}
    wrong = await browser.post(f"/accueil/{day.slot}/cloture", counts | more | {f"girls-{first}": 25})
    assert wrong.status_code == 422
    assert f'href="#girls-{first}">Le groupe 4e B ne peut pas compter plus de filles que d' in wrong.text
    letters = await browser.post(f"/accueil/{day.slot}/cloture", counts | more | {f"girls-{first}": "onze"})
    assert (letters.status_code, "4e B, dont filles : écrivez un nombre" in words(letters.text)) == (422, True)
    closed = await browser.post(f"/accueil/{day.slot}/cloture", counts | more | {f"girls-{first}": 11})
    assert closed.status_code == 303
    assert await counted() == [(24, 11), (20, None)]
    assert "24 dont 11 filles" in words((await browser.get(f"/accueil/{day.slot}")).text)


async def test_a_machine_may_count_girls_too(app, day, machine):
    app.state.clock = lambda: NOON
    first, second = day.groups
    heads = [{"reservation_id": group, "pupils": 20, "adults": 2, "note": "Panne"} for group in (first, second)]
    came = {"companies": [{"company_id": day.company, "people": 2}]}
    path = f"/slots/{day.slot}/closure"
    wrong = await machine.post(path, {"headcounts": [heads[0] | {"girls": 21}, heads[1]], **came})
    assert (wrong.status_code, await counted()) == (422, [])
    closed = await machine.post(path, {"headcounts": [heads[0] | {"girls": 20}, heads[1]], **came})
    assert [group["girls_counted"] for group in closed.json()["groups"]] == [20, None]


@pytest.mark.parametrize("girls", [-1, 24])
async def test_no_group_has_more_girls_than_pupils(db, girls):
    turnout = GroupTurnout(1, 1, "4e B", "4e", 24, 23, 23, girls=girls)
    with pytest.raises(Invalid) as no:
        await close(1, turnout=[turnout], now=NOON)
    assert no.value.errors == {"girls": "4e B : il ne peut pas y avoir plus de filles que d'élèves."}
