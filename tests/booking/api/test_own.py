"""What a client needs to do without the pages: who it is, its reservations, workshops, rooms, closures, desk links."""

from __future__ import annotations

import secrets

import pytest

from booking.day.desk_links.give import give_link
from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.api.test_pages import whole
from tests.booking.api.test_ptech import a_coordinator
from tests.browsing import Machine
from tests.builders import NOW
from workshops.database import rows, value
from workshops.school_calendar.close import CloseSchool, close_school

SHEET = {
    "pupils_do": "Ils plient le support.",
    "shown_only": "La découpe laser.",
    "protective_equipment": "Lunettes.",
    "responsible": "Marc Vernier",
}
SKETCH = {"title": "Support de téléphone", "levels": ["4e", "3e"], "minutes": 90, "seats": 20, "groups_max": 1}


async def a_teacher() -> tuple[int, Machine]:
    college, token = await builders.school(), secrets.token_urlsafe(8)
    account = await builders.account(f"{token.lower()}@example.org")
    membership = await builders.membership(account, "teacher", school=college)
    await issue_token(f"{token.lower()}@example.org", token=token, membership=membership, writes=False, now=NOW)
    return college, Machine(APP, token)


async def test_a_key_says_whose_it_is(db):
    school, host = await a_host()
    me = (await host.get("/me")).json()
    assert (me["role"], me["school"]["id"], me["company"], me["writes"]) == ("host", school, None, True)
    firm, company = await a_firm()
    told = (await company.get("/me")).json()
    assert (told["role"], told["school"], told["company"]["id"]) == ("company", None, firm)
    _, teacher = await a_teacher()
    assert (await teacher.get("/me")).json()["writes"] is False
    assert (await Machine(APP, "").get("/me")).status_code == 401


async def test_each_reads_its_own_reservations_page_by_page(db):
    college, teacher = await a_teacher()
    lycee, host = await a_host()
    workshop = await builders.workshop(host=lycee)
    mine = []
    for day in (25, 26, 29):
        slot = await builders.slot(workshop=workshop, starts_at=builders.paris(f"2027-03-{day} 09:00"))
        mine.append(await builders.reservation(slot=slot, group=await builders.group(school=college)))
    other = await builders.reservation(slot=await builders.slot(), group=await builders.group())
    assert await whole(teacher, "/reservations", limit=2) == [mine[:2], mine[2:]]
    assert await whole(host, "/reservations", limit=5) == [mine]
    assert await whole(await a_coordinator(), "/reservations", limit=5) == [[*mine, other]]
    days = {"from": "2027-03-26", "to": "2027-03-26"}
    assert await whole(teacher, "/reservations", limit=5, **days) == [[mine[1]]]
    listed = (await teacher.get("/reservations", params=days)).json()["items"]
    assert listed == [(await teacher.get(f"/reservations/{mine[1]}")).json()]


async def test_a_period_that_no_programme_knows_is_refused(db):
    _, teacher = await a_teacher()
    answer = await teacher.get("/reservations", params={"to": "9999-12-31"})
    assert (answer.status_code, answer.json()["errors"]) == (422, {"to": "Date : entre 2000 et 2100."})


async def test_a_workshop_is_described_published_and_taken_back(db):
    _, host = await a_host()
    lamp = await builders.tech_object(name="Lampe")
    drafted = await host.post("/workshops", SKETCH | {"object_ids": [lamp]})
    number = drafted.json()["id"]
    assert (drafted.status_code, drafted.headers["location"]) == (201, f"/api/v1/workshops/{number}")
    assert (drafted.json()["state"], len(drafted.json()["missing"])) == ("draft", 4)
    early = await host.post(f"/workshops/{number}/publication")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/sheet-incomplete")
    told = SKETCH | SHEET | {"object_ids": [lamp]}
    reworded = await host.client.put(f"/workshops/{number}", json=told)
    assert (reworded.json()["missing"], reworded.json()["objects"]) == ([], [{"id": lamp, "name": "Lampe"}])
    assert (await host.post(f"/workshops/{number}/publication")).json()["state"] == "published"
    assert (await host.get(f"/workshops/{number}")).json()["levels"] == ["4e", "3e"]
    assert (await host.delete(f"/workshops/{number}/publication")).json()["state"] == "withdrawn"
    acts = [one["act"] for one in await rows("SELECT act FROM events WHERE act LIKE 'workshop%' ORDER BY id")]
    assert acts == ["workshop_described", "workshop_changed", "workshop_published", "workshop_withdrawn"]


async def test_a_workshop_says_what_teaches_its_object_where_and_on_which_page(db):
    _, host = await a_host()
    other = await builders.school(kind="lycee")
    told = {
        "diploma": "CAP Horlogerie",
        "diploma_school_id": other,
        "diploma_link": "https://www.onisep.fr/recherche?text=horlogerie",
    }
    number = (await host.post("/workshops", SKETCH | told)).json()["id"]
    assert {
        name: value for name, value in (await host.get(f"/workshops/{number}")).json().items() if name in told
    } == told
    emptied = (await host.client.put(f"/workshops/{number}", json=SKETCH)).json()
    assert [emptied[name] for name in told] == ["", None, ""]
    for wrong in ({"diploma_link": "http://www.onisep.fr/"}, {"diploma_school_id": 999_999}):
        refused = await host.client.put(f"/workshops/{number}", json=SKETCH | told | wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, list(wrong))


async def test_a_lycee_lists_its_own_workshops_and_a_coordinator_all(db):
    lycee, host = await a_host()
    mine = [await builders.workshop(host=lycee, title=f"Atelier {name}") for name in "CBA"]
    other = await builders.workshop(host=await builders.school(kind="lycee"))
    assert await whole(host, "/workshops", limit=2) == [mine[:2], mine[2:]]
    assert await whole(await a_coordinator(), "/workshops", limit=5) == [[*mine, other]]


async def test_a_room_is_named_resized_closed_and_opened_again(db):
    _, host = await a_host()
    named = await host.post("/rooms", {"name": "Halle", "seats": 24})
    number = named.json()["id"]
    assert (named.status_code, named.json()) == (201, {"id": number, "name": "Halle", "seats": 24, "closed": False})
    again = await host.post("/rooms", {"name": "Halle", "seats": 12})
    assert (again.status_code, again.json()["errors"]) == (422, {"name": "Une salle de votre lycée porte déjà ce nom."})
    assert (await host.client.put(f"/rooms/{number}", json={"name": "Halle B", "seats": 30})).json()["seats"] == 30
    assert (await host.post(f"/rooms/{number}/closure")).json()["closed"] is True
    assert (await host.delete(f"/rooms/{number}/closure")).json()["closed"] is False
    assert await whole(host, "/rooms", limit=1) == [[number]]
    done = await rows("SELECT act FROM events WHERE about_kind = 'room' AND about = $1 ORDER BY id", number)
    assert [one["act"] for one in done] == [
        *("room_added", "room_renamed", "room_resized", "room_closed", "room_reopened")
    ]


async def test_anyone_reads_the_objects_that_a_coordinator_describes(db):
    coordinator = await a_coordinator()
    told = {"name": "Lampe", "summary": "À LED.", "minutes": 90}
    added = await coordinator.post("/objects", told)
    number = added.json()["id"]
    assert (added.status_code, added.json()) == (201, {"id": number} | told)
    await coordinator.client.put(f"/objects/{number}", json=told | {"minutes": 60})
    anyone = Machine(APP, "")
    assert (await anyone.get(f"/objects/{number}")).json()["minutes"] == 60
    assert await whole(anyone, "/objects", limit=1) == [[number]]


async def test_a_closure_is_declared_and_taken_back(db):
    _, host = await a_host()
    one_day = await host.post("/closures", {"first_on": "2027-04-02", "label": "Portes ouvertes"})
    number = one_day.json()["id"]
    assert one_day.json() == {
        "id": number,
        "label": "Portes ouvertes",
        "first_on": "2027-04-02",
        "last_on": "2027-04-02",
    }
    assert one_day.headers["location"] == f"/api/v1/closures/{number}"
    assert await whole(host, "/closures", limit=5) == [[number]]
    assert (await host.get(f"/closures/{number}")).json() == one_day.json()
    assert (await host.delete(f"/closures/{number}")).status_code == 204
    assert await whole(host, "/closures", limit=5) == [[]]
    over = await host.post("/closures", {"first_on": "2020-04-02", "label": "Portes ouvertes"})
    assert (over.status_code, over.json()["errors"]) == (422, {"first_on": "Ces jours sont déjà passés."})


async def test_desk_links_are_listed_without_what_opens_them_and_revoked(db):
    lycee, host = await a_host()
    marc = await value("SELECT id FROM accounts ORDER BY id LIMIT 1")
    slots = [await builders.slot(host=lycee), await builders.slot(host=lycee)]
    links = [await give_link(one, token=f"a secret {one}", account=marc, school=lycee, now=NOW) for one in slots]
    assert await whole(host, "/desk-links", limit=1) == [[links[0]], [links[1]]]
    (listed,) = (await host.get("/desk-links", params={"slot_id": slots[1]})).json()["items"]
    assert (listed["id"], listed["slot_id"], listed["revoked_at"]) == (links[1], slots[1], None)
    assert set(listed) == {"id", "slot_id", "created_at", "revoked_at", "made_by"}
    assert (await host.delete(f"/desk-links/{links[1]}")).status_code == 204
    (listed,) = (await host.get("/desk-links", params={"slot_id": slots[1]})).json()["items"]
    assert listed["revoked_at"] is not None


@pytest.mark.parametrize(
    "path", ["workshops/{workshop}", "rooms/{room}", "closures/{closure}", "desk-links/{link}", "groups/{group}"]
)
async def test_the_number_of_another_school_is_the_number_of_nothing(db, path):
    lycee, _ = await a_host()
    _, other = await a_host()
    marc = await value("SELECT id FROM accounts ORDER BY id LIMIT 1")
    slot = await builders.slot(host=lycee)
    theirs = {
        "workshop": await builders.workshop(host=lycee),
        "room": await builders.room(school=lycee),
        "closure": await close_school(lycee, CloseSchool(label="Travaux", first_on=NOW.date()), by=marc, now=NOW),
        "link": await give_link(slot, token="a secret", account=marc, school=lycee, now=NOW),
        "group": await builders.group(),
    }
    if path.startswith("groups"):
        _, other = await a_teacher()
    where = "/" + path.format(**theirs)
    known = {
        "workshops": (("get", None), ("put", SKETCH), ("post/publication", {}), ("delete/publication", None)),
        "rooms": (("get", None), ("put", {"name": "X", "seats": 3}), ("post/closure", {}), ("delete/closure", None)),
        "closures": (("get", None), ("delete", None)),
        "desk-links": (("delete", None),),
        "groups": (("get", None),),
    }
    for act, body in known[path.split("/", maxsplit=1)[0]]:
        method, _, after = act.partition("/")
        answer = await other.client.request(method, f"{where}/{after}" if after else where, json=body)
        assert (act, answer.status_code, answer.json()["type"]) == (act, 404, "/problems/not-found")
