"""Pupils of ULIS are a count within their group, from the form to the board and its files, never a level."""

from __future__ import annotations

import csv
import io

import pytest

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import first
from workshops.database import rows, transaction, value
from workshops.tallies.queries import wrong_sums

FOUR_B = {"name": "4e B", "level": "4e", "pupils": "24", "ulis": "5", "section": ""}


async def a_teacher(app) -> tuple[Browser, int]:
    app.state.clock = lambda: NOW
    college = await builders.school()
    return await Browser(app, now=NOW).sign_in(await builders.person("teacher", school=college)), college


async def test_a_teacher_counts_those_of_ulis_within_the_group_and_no_level_is_theirs(app):
    browser, _ = await a_teacher(app)
    form = (await browser.get("/mes-groupes")).text
    assert ('name="ulis"' in form, '<option value="ULIS"' in form) == (True, False)
    await browser.post("/mes-groupes", FOUR_B)
    assert await first("SELECT level, section, pupils, ulis FROM groups") == ("4e", "", 24, 5)
    assert "4e B 4e · 24 élèves, dont 5 d'ULIS" in read(await browser.get("/mes-groupes"))
    too_many = await browser.post("/mes-groupes/1", FOUR_B | {"ulis": "25"})
    assert (too_many.status_code, "pas plus que d'élèves dans le groupe" in read(too_many)) == (422, True)
    await browser.post("/mes-groupes/1", FOUR_B | {"ulis": ""})
    assert await value("SELECT ulis FROM groups") == 0


async def test_a_machine_counts_them_too_and_is_told_that_ulis_is_no_section(app):
    app.state.clock = lambda: NOW
    machine = await a_machine(app, school=await builders.school())
    body = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
    made = await machine.post("/groups", body | {"ulis": 5})
    assert (made.status_code, made.json()["ulis"]) == (201, 5)
    assert (await machine.get("/groups/1")).json()["ulis"] == 5
    for wrong in ({"ulis": 25}, {"section": "ULIS"}):
        assert (await machine.post("/groups", body | {"name": "4e C"} | wrong)).status_code == 422


async def a_day(college: int, groups: list[dict[str, object]], *, level: str = "4e", ulis: int = 5) -> tuple[int, int]:
    """A lycée and its slot of 8 January, with these visits of groups of 24 pupils."""
    lycee = await builders.school(kind="lycee")
    taught = await builders.workshop(host=lycee)
    slot = await builders.slot(workshop=taught, starts_at=paris("2027-01-08 09:00"), seats=96, groups_max=4)
    for said in groups:
        group = await builders.group(school=college, level=level, ulis=ulis)
        await builders.reservation(slot=slot, group=group, **said)
    return lycee, slot


@pytest.mark.parametrize(("came", "kept"), [(24, 5), (3, 3), (0, 0)])
async def test_the_closing_freezes_no_more_of_them_than_came(db, came, kept):
    lycee, slot = await a_day(await builders.school(), [{}])
    count = GroupHeadcount(reservation=1, pupils=came, adults=2, absent=came == 0)
    await close_slot(slot, headcounts=[count], account=None, school=lycee, now=paris("2027-01-08 13:00"))
    assert await first("SELECT counted, ulis FROM turnouts") == (came, kept)
    assert await wrong_sums() == 0


async def test_two_halves_share_those_of_their_class(db):
    group = await builders.group(school=await builders.school(), ulis=5)
    above = await builders.demand(group, lines=1)
    places = []
    for hour in ("09:00", "14:00"):
        lycee = await builders.school(kind="lycee")
        starts_at = paris(f"2027-01-08 {hour}")
        places.append((lycee, await builders.slot(workshop=await builders.workshop(host=lycee), starts_at=starts_at)))
    async with transaction():
        for half, (_, slot) in enumerate(places, 1):
            await builders.reservation(slot=slot, group=group, pupils=12, demand=above, half=half)
    for half, (lycee, slot) in enumerate(places, 1):
        count = [GroupHeadcount(reservation=half, pupils=12, adults=1)]
        await close_slot(slot, headcounts=count, account=None, school=lycee, now=paris("2027-01-08 18:00"))
    assert [one["ulis"] for one in await rows("SELECT ulis FROM turnouts ORDER BY group_ref")] == [3, 2]


async def test_the_board_and_its_files_tell_them_under_each_level_and_the_public_page_does_not(app):
    app.state.clock = lambda: NOW
    college = await builders.school()
    for level, ulis in (("4e", 5), ("6e", 2), ("3e", 0)):
        lycee, slot = await a_day(college, [{}, {}], level=level, ulis=ulis)
        visits = await rows("SELECT id FROM reservations WHERE slot = $1", slot)
        counts = [GroupHeadcount(reservation=one["id"], pupils=24, adults=2) for one in visits]
        await close_slot(slot, headcounts=counts, account=None, school=lycee, now=NOW)
    nadia = await builders.person("coordinator")
    office = await Browser(app, now=NOW).sign_in(nadia)
    shown = read(await office.get("/gestion/accueillis?annee=2026-2027"))
    assert "Par niveau Niveau Élèves Groupes Visites Dont ULIS 6e 48 2 1 4 4e 48 2 1 10 3e 48 2 1 0" in shown
    file = (await office.get("/gestion/bilan.csv?annee=2026-2027")).content.decode("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(file), delimiter=";") if line]
    # Of a single visit it would tell of two or three children.
    of_headings = {"Lycée", "Collège", "Département", "Niveau", "Mois", "Année scolaire"}
    assert {line[0] for line in lines if line[0] in of_headings and line[-1]} == {"Niveau"}
    assert sorted((line[1], line[3], line[-1]) for line in lines if line[0] == "Niveau") == [
        ("3e", "48", "0"),
        ("4e", "48", "10"),
        ("6e", "48", "4"),
    ]
    machine = await a_machine(app, "coordinator")
    told = (await machine.get("/results?from=2026-08-01&to=2027-07-31")).json()
    assert {one["key"]: one["ulis"] for one in told["counts"]["by_level"]} == {"6e": 4, "4e": 10, "3e": 0}
    assert {one["ulis"] for by in ("lycee", "college", "department") for one in told["counts"][f"by_{by}"]} == {None}
    assert "ULIS" not in read(await Browser(app, now=NOW).get("/programme"))
