"""The form of a group beyond its collège's classes says what will happen before it is sent; a program is told."""

from __future__ import annotations

from tests import builders
from tests.booking.api.test_reservations import a_machine, demand
from tests.booking.web.school.test_reserve import Desk
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.seen import state
from workshops.database import value

WHY = "Votre collège a déjà 1 groupe de 4e avec une visite à venir ou une demande, pour 1 classe de 4e."
AFTER = "4e B passe après les autres : il attend, même si des places sont libres."


async def beyond(desk: Desk) -> None:
    """Another group of her collège, which has one class of 4e, has a visit."""
    await builders.head_count(school=desk.school, pupils=24)
    other = await builders.group(school=desk.school)
    await builders.reservation(slot=await builders.slot(), group=other)


async def test_the_form_says_before_it_is_sent_that_the_group_waits_and_then_it_waits(app):
    desk = await Desk.new(app)
    there = f"/creneaux/{desk.slot}/reserver"
    assert WHY not in read(await desk.browser.get(there))
    await beyond(desk)
    page = read(await desk.browser.get(there))
    assert (WHY in page, AFTER in page, "Attendre une place pour 4e B" in page) == (True, True, True)
    assert "Une fois que la coordination laisse passer le groupe ; il attend aussi sur ce créneau-ci." in page
    assert ("Le premier créneau possible est réservé" in page, "Tout de suite s'il y en a un" in page) == (False, False)

    refused = await desk.reserve()
    assert (refused.status_code, "Un groupe de plus passe après les autres" in read(refused)) == (409, True)
    sent = await desk.reserve(wait="oui", key="page-2")
    waits = await value('SELECT id FROM reservations WHERE "group" = $1', desk.group)
    assert sent.headers["location"] == f"/reservations/{waits}?fait=en-attente-au-dela"
    said = read(await desk.browser.get(f"/reservations/{waits}"))
    assert ("Votre groupe passe après les autres" in said, "Votre rang" in said) == (True, False)
    assert "Laisser passer ce groupe" not in said


async def test_the_form_of_a_group_within_and_of_another_college_says_nothing_of_it(app):
    desk = await Desk.new(app)
    college = await builders.school()
    await builders.head_count(school=college, pupils=24)
    await builders.reservation(slot=await builders.slot(), group=await builders.group(school=college))
    await builders.head_count(school=desk.school, pupils=25)
    await builders.reservation(slot=await builders.slot(), group=await builders.group(school=desk.school))
    assert "passe après les autres" not in read(await desk.browser.get(f"/creneaux/{desk.slot}/reserver"))
    assert (await desk.reserve()).headers["location"].endswith("?fait=reservee")


async def test_a_program_is_refused_without_wait_and_told_why_it_waits_with_it(app):
    app.state.clock = lambda: NOW
    college, slot = await builders.school(), await builders.slot(seats=60, groups_max=4)
    await builders.head_count(school=college, pupils=24)
    await builders.reservation(slot=await builders.slot(), group=await builders.group(school=college))
    machine, group = await a_machine(app, school=college), await builders.group(school=college)

    refused = await machine.post("/reservations", demand(slot, group, wait=False))
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "too-many-groups")
    assert refused.json()["detail"].startswith(WHY)
    made = await machine.post("/reservations", demand(slot, group, wait=True))
    assert (made.status_code, made.json()["state"], made.json()["beyond"]) == (201, "waiting", True)

    number, office = made.json()["id"], await a_machine(app, role="coordinator")
    assert "let_through" in (await office.get(f"/reservations/{number}")).json()["acts"]
    assert (await machine.post(f"/reservations/{number}/passage")).status_code == 403
    through = await office.post(f"/reservations/{number}/passage")
    assert (through.status_code, through.json()) == (201, {"id": number, "state": "offered"})
    assert (await office.post(f"/reservations/{number}/passage")).json()["type"].endswith("/not-now")
    assert (await machine.get(f"/reservations/{number}")).json()["beyond"] is False


async def test_one_tap_in_what_the_coordination_has_to_do_lets_the_group_through(app):
    desk = await Desk.new(app)
    office = await Browser(app, now=NOW).sign_in(await builders.person("coordinator"))
    await beyond(desk)
    await desk.reserve(wait="oui")
    waits = await value('SELECT id FROM reservations WHERE "group" = $1', desk.group)
    page = await office.get("/gestion/a-faire")
    assert "a déjà 1 groupe de 4e pour 1 classe. Ce groupe attend" in read(page)
    there = f"/gestion/reservations/{waits}/passage"
    assert f'action="{there}"' in page.text
    assert (await office.post(there)).headers["location"] == "/gestion/a-faire?fait=groupe-passe"
    assert await state(waits) == "offered"
    again = await office.post(there)
    assert (again.status_code, "Plus possible" in read(again)) == (409, True)
