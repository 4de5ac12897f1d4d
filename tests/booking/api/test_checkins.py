"""The desk over the JSON API."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from booking.day.desk_links.give import give_link
from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, NOON
from tests.browsing import Browser, Machine
from workshops.database import value


def a_scan(slot: int, badge: str, *, scan_id: uuid.UUID | None = None, at: datetime = NINE_FOUR) -> dict[str, Any]:
    return {
        "scan_id": str(scan_id or uuid.uuid4()),
        "slot_id": slot,
        "badge": badge,
        "scanned_at": at.isoformat(),
    }


async def test_a_scan_is_answered_with_number_group_mark_and_french_words(app, day, machine):
    app.state.clock = lambda: NINE_FOUR
    scan = a_scan(day.slot, day.tokens[16])
    answer = await machine.post("/checkins", {"scans": [scan, a_scan(day.slot, "nothing")]})
    assert answer.status_code == 200
    present, unknown = answer.json()["results"]
    assert present == {
        "scan_id": scan["scan_id"],
        "result": "present",
        "kind": "pupil",
        "number": 17,
        "face": "17",
        "group": "4e B",
        "mark": "cercle bleu",
        "badge_mark": None,
        "first_scanned_at": "2027-03-25T08:04:00Z",
        "left_at": None,
        "may_welcome": False,
        "reservation_id": None,
        "by_declaration": False,
        "confirms": False,
        "title": "Présent",
        "advice": "",
    }
    assert (unknown["result"], unknown["number"], unknown["group"], unknown["title"]) == (
        "unknown",
        None,
        None,
        "Badge inconnu",
    )
    assert (await machine.post("/checkins", {"scans": [scan]})).json()["results"] == [present]
    again = await machine.post("/checkins", {"scans": [a_scan(day.slot, await day.short_code(17))]})
    assert [(one["result"], one["title"]) for one in again.json()["results"]] == [("already", "Déjà pointé à 9 h 04")]


async def test_an_undo_frees_the_badge_and_may_be_repeated(app, day, machine):
    app.state.clock = lambda: NINE_FOUR
    scan = a_scan(day.slot, day.tokens[0])
    await machine.post("/checkins", {"scans": [scan]})
    answers = [await machine.delete(f"/checkins/{scan['scan_id']}") for _ in range(2)]
    assert [(one.status_code, one.json()["result"], one.json()["number"]) for one in answers] == [
        (200, "undone", 1),
        (200, "undone", 1),
    ]
    assert await value("SELECT count(*) FROM presences") == 0
    assert (await machine.delete(f"/checkins/{uuid.uuid4()}")).status_code == 404
    assert (await machine.delete("/checkins/12")).status_code == 404


async def test_a_body_that_is_not_ours_is_refused_in_words(app, day, machine):
    app.state.clock = lambda: NINE_FOUR
    good = a_scan(day.slot, day.tokens[0])
    for body in (
        {"scans": []},
        {"scans": [good], "more": 1},
        {"scans": [good | {"name": "Léa"}]},
        {"scans": [good | {"scan_id": "12"}]},
        {"scans": [good | {"scanned_at": "2027-03-25T09:04:00"}]},
        {"scans": [good | {"scanned_at": "1970-01-01T00:00:00Z"}]},
        {"scans": [good | {"slot_id": -1}]},
        {"scans": [good | {"badge": "x" * 513}]},
        {"scans": [good] * 501},
    ):
        answer = await machine.post("/checkins", body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert await value("SELECT count(*) FROM scans") == 0


async def test_the_roster_the_builds_and_the_closure_tell_the_same_visit(app, day, machine):
    app.state.clock = lambda: NOON
    await machine.post("/checkins", {"scans": [a_scan(day.slot, token) for token in day.tokens[:22]]})
    built = {"object_id": day.clock, "made": 24, "finished": 22, "working": 20, "taken_home": 22, "minutes": 150}
    answer = await machine.post(f"/reservations/{day.groups[0]}/builds", built)
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": 1, "reservation_id": day.groups[0], "note": "", **built},
    )
    headcounts = [
        {"reservation_id": day.groups[0], "pupils": 23, "adults": 2, "note": "Un badge oublié"},
        {"reservation_id": day.groups[1], "pupils": 0, "adults": 0, "absent": True},
    ]
    came = [{"company_id": day.company, "people": 2}]
    before = (await machine.get(f"/slots/{day.slot}/roster")).json()
    assert (before["state"], before["present"], before["expected"], before["closed_at"]) == ("open", 22, 47, None)
    assert [(group["group"], group["present"], len(group["badges"])) for group in before["groups"]] == [
        ("4e B", 22, 24),
        ("5e A", 0, 23),
    ]
    assert before["objects"] == [{"id": day.clock, "name": "Horloge en laiton"}]

    closed = await machine.post(f"/slots/{day.slot}/closure", {"headcounts": headcounts, "companies": came})

    assert closed.status_code == 201
    after = closed.json()
    assert (after["state"], after["closed_at"]) == ("done", "2027-03-25T11:05:00Z")
    assert [(group["state"], group["present"], group["counted"]) for group in after["groups"]] == [
        ("attended", 22, 23),
        ("no_show", 0, 0),
    ]
    assert [(one["name"], one["came"]) for one in after["companies"]] == [("Zénith Montres", 2)]
    again = await machine.post(f"/slots/{day.slot}/closure", {"headcounts": headcounts, "companies": came})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/slot-done")
    late = await machine.post(f"/reservations/{day.groups[0]}/builds", built)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/slot-done")


async def test_departures_and_guests_are_told_to_machines(app, day, machine):
    app.state.clock = lambda: NINE_FOUR
    afternoon = await builders.slot(host=day.school, starts_at=NINE_FOUR + timedelta(hours=5))
    theirs = await builders.badges(
        await builders.reservation(slot=afternoon, group=await builders.group(name="3e C"), pupils=2)
    )
    one, guest = a_scan(day.slot, day.tokens[0]), a_scan(day.slot, theirs[0])
    scans = [one, guest, a_scan(day.slot, theirs[0]) | {"act": "welcome"}]
    scans += [a_scan(day.slot, token) | {"act": "departure"} for token in day.tokens[:2]]
    told = (await machine.post("/checkins", {"scans": scans})).json()["results"]
    assert [(each["result"], each["may_welcome"], each["left_at"]) for each in told] == [
        ("present", False, None),
        ("wrong_slot", True, None),
        ("present", False, None),
        ("left", False, "2027-03-25T08:04:00Z"),
        ("not_here", False, None),
    ]
    roster = (await machine.get(f"/slots/{day.slot}/roster")).json()
    assert [roster[name] for name in ("present", "came", "left", "late")] == [1, 2, 1, 0]
    assert [(group["group"], group["present"]) for group in roster["guests"]] == [("3e C", 1)]
    unknown = await machine.post("/checkins", {"scans": [one | {"act": "nap"}]})
    assert unknown.status_code == 422


async def test_a_coordinator_reopens_a_closed_visit_with_a_reason(app, day, machine):
    app.state.clock = lambda: NOON
    await builders.person("coordinator", "nadia@example.org")
    await issue_token("nadia@example.org", token="nadia's key", now=NOON)
    office = Machine(app, "nadia's key")
    counts = [{"reservation_id": group, "pupils": 20, "adults": 2, "note": "Badges oubliés"} for group in day.groups]
    came = [{"company_id": day.company, "people": 0}]
    path = f"/slots/{day.slot}/closure"
    assert (await machine.post(path, {"headcounts": counts, "companies": came})).status_code == 201
    asked = {"reason": "Groupes inversés"}
    reopening = f"/slots/{day.slot}/reopening"
    assert (await machine.client.post(reopening, json=asked)).status_code == 403
    reopened = await office.client.post(reopening, json=asked)
    assert (reopened.status_code, reopened.json()["state"]) == (200, "closed")
    again = await office.client.post(reopening, json=asked)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/slot-not-done")
    assert (await machine.post(path, {"headcounts": counts, "companies": came})).status_code == 201


async def test_a_closure_taken_back_without_a_reason_says_so_in_the_journal(app, day, machine):
    app.state.clock = lambda: NOON
    await builders.person("coordinator", "nadia@example.org")
    await issue_token("nadia@example.org", token="nadia's key", now=NOON)
    counts = [{"reservation_id": group, "pupils": 20, "adults": 2, "note": "Badges oubliés"} for group in day.groups]
    path = f"/slots/{day.slot}/closure"
    await machine.post(path, {"headcounts": counts, "companies": [{"company_id": day.company, "people": 0}]})
    reopened = await Machine(app, "nadia's key").delete(path)
    assert (reopened.status_code, reopened.json()["state"]) == (200, "closed")
    said = """SELECT w.words FROM events e JOIN event_words w ON w.event = e.id WHERE e.act = 'slot_reopened'"""
    assert await value(said) == "Rouverte par un logiciel, sans raison donnée."


async def test_a_reopened_visit_tells_its_lycee_and_the_coordination_what_was_counted_before_and_after(app, day):
    app.state.clock = lambda: NOON
    machine, path = Machine(app, await day.token()), f"/slots/{day.slot}/closure"
    await builders.person("coordinator", "nadia@example.org")
    await issue_token("nadia@example.org", token="nadia's key", now=NOON)
    office = Machine(app, "nadia's key")

    async def closed(pupils: int, note: str, people: int) -> dict[str, Any]:
        first = {"reservation_id": day.groups[0], "pupils": pupils, "girls": 9, "adults": 2, "note": note}
        counts = [first, {"reservation_id": day.groups[1], "pupils": 0, "adults": 0, "absent": True}]
        came = [{"company_id": day.company, "people": people}]
        answer = await machine.post(path, {"headcounts": counts, "companies": came})
        assert answer.status_code == 201, answer.json()
        return answer.json()

    def told_of(at: str, pupils: int, note: str, people: int) -> dict[str, Any]:
        siret = {"company_id": day.company, "siret": siret_of_the_day, "came": people}
        first = {"reservation_id": day.groups[0], "counted": pupils, "girls_counted": 9, "adults_counted": 2}
        second = {"reservation_id": day.groups[1], "counted": 0, "girls_counted": None, "adults_counted": 0}
        return {"reopened_at": at, "groups": [first | {"note": note}, second | {"note": ""}], "companies": [siret]}

    siret_of_the_day = await value("SELECT siret FROM companies WHERE id = $1", day.company)
    assert (await closed(20, "Badges oubliés", 2))["reopenings"] == []
    before = told_of("2027-03-25T11:05:00Z", 20, "Badges oubliés", 2)
    reopened = await office.client.post(f"/slots/{day.slot}/reopening", json={"reason": "Groupes inversés"})
    assert reopened.json() == {"slot_id": day.slot, "state": "closed", "reopenings": [before]}
    seen = (await machine.get(f"/slots/{day.slot}/roster")).json()
    assert seen["reopenings"] == [before]
    assert [(one["counted"], one["count_note"]) for one in seen["groups"]] == [(None, None), (None, None)]

    app.state.clock = lambda: NOON + timedelta(hours=1)
    after = await closed(22, "Un badge cassé", 1)
    assert after["reopenings"] == [before]
    assert [(one["counted"], one["count_note"]) for one in after["groups"]] == [(22, "Un badge cassé"), (0, "")]
    again = await office.client.post(f"/slots/{day.slot}/reopening", json={"reason": "Encore inversés"})
    assert again.json()["reopenings"] == [told_of("2027-03-25T12:05:00Z", 22, "Un badge cassé", 1), before]

    await give_link(day.slot, token="a desk link", account=day.host, school=day.school, now=NINE_FOUR)
    app.state.clock = lambda: NINE_FOUR
    helper = Machine(app, "")
    helper.client.cookies.set("technilab-accueil", "a desk link")
    numbers = await helper.get(f"/slots/{day.slot}/roster")
    assert (numbers.status_code, numbers.json()["reopenings"]) == (200, [])


async def test_many_more_than_were_announced_are_a_slip_that_is_told_where_it_stands(app, day, machine):
    app.state.clock = lambda: NOON
    counts = [
        {"reservation_id": group, "pupils": n, "adults": 2, "note": "Retard"}
        for group, n in zip(day.groups, (23, 200), strict=True)
    ]
    sent = {"headcounts": counts, "companies": [{"company_id": day.company, "people": 0}]}
    answer = await machine.post(f"/slots/{day.slot}/closure", sent)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    sentence = "5e A, comptés, pour 23 annoncés : écrivez un nombre de 0 à 53."
    assert answer.json()["errors"] == {"headcounts[1].pupils": sentence}


async def test_a_visit_is_not_closed_before_it_begins(app, day, machine):
    app.state.clock = lambda: datetime.fromisoformat("2027-03-25T08:59:00+01:00")
    answer = await machine.post(f"/slots/{day.slot}/closure", {"headcounts": []})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-early")


async def test_what_is_another_lycees_does_not_exist(app, day):
    app.state.clock = lambda: NOON
    elsewhere = await builders.slot(host=await builders.school(kind="lycee"))
    theirs = await builders.reservation(slot=elsewhere, group=await builders.group())
    machine = Machine(app, await day.token())
    counts = {"object_id": day.clock, "made": 1, "finished": 1, "working": 1, "taken_home": 1}
    answers = [
        await machine.post("/checkins", {"scans": [a_scan(elsewhere, day.tokens[0])]}),
        await machine.get(f"/slots/{elsewhere}/roster"),
        await machine.post(f"/slots/{elsewhere}/closure", {"headcounts": []}),
        await machine.post(f"/reservations/{theirs}/builds", counts),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert await value("SELECT count(*) FROM scans") == 0


async def test_a_scan_before_the_day_of_the_visit_is_too_early_and_says_what_to_do(app, day, machine):
    app.state.clock = lambda: NINE_FOUR - timedelta(days=11)
    scan = a_scan(day.slot, day.tokens[16])
    (told,) = (await machine.post("/checkins", {"scans": [scan]})).json()["results"]
    assert (told["result"], told["face"], told["group"], told["title"], told["advice"]) == (
        "too_early",
        "17",
        "4e B",
        "Trop tôt",
        "La visite a lieu le jeudi 25 mars 2027 : ce pointage est noté, mais ne compte pas. Scannez le badge ce"
        " jour-là.",
    )
    app.state.clock = lambda: NINE_FOUR
    (again,) = (await machine.post("/checkins", {"scans": [scan]})).json()["results"]
    assert again == told
    (counted,) = (await machine.post("/checkins", {"scans": [a_scan(day.slot, day.tokens[16])]})).json()["results"]
    assert counted["result"] == "present"
    documented = (await machine.client.get("http://127.0.0.1:8000/api/openapi.json")).json()["components"]["schemas"][
        "Told"
    ]
    assert sorted(documented["properties"]["result"]["enum"]) == [
        "already",
        "cancelled",
        "closed",
        "left",
        "not_here",
        "present",
        "too_early",
        "undone",
        "unknown",
        "wrong_slot",
    ]


async def test_a_device_that_tells_its_clock_is_put_right_by_the_server_s(app, day, machine):
    app.state.clock = lambda: NINE_FOUR + timedelta(minutes=10)
    fast = timedelta(minutes=25)
    scan = a_scan(day.slot, day.tokens[16], at=NINE_FOUR + fast)
    sent_at = (NINE_FOUR + timedelta(minutes=10) + fast).isoformat()
    answer = await machine.post("/checkins", {"scans": [scan], "sent_at": sent_at})
    assert answer.status_code == 200
    (told,) = answer.json()["results"]
    assert (told["result"], told["first_scanned_at"]) == ("present", "2027-03-25T08:04:00Z")
    refused = await machine.post("/checkins", {"scans": [scan], "sent_at": "2027-03-25T09:04:00"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["sent_at"])


async def test_the_pages_session_checks_in_with_its_own_token_only(app, day):
    app.state.clock = lambda: NINE_FOUR
    browser = await Browser(app, now=NINE_FOUR).sign_in(day.host)
    body = {"scans": [a_scan(day.slot, day.tokens[0])]}
    refused = await browser.client.post("/api/v1/checkins", json=body)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-from-our-page")
    kept = await browser.client.post("/api/v1/checkins", json=body, headers={"X-CSRF-Token": browser.csrf})
    assert [one["result"] for one in kept.json()["results"]] == ["present"]
    elsewhere = {"X-CSRF-Token": browser.csrf, "Sec-Fetch-Site": "cross-site"}
    assert (await browser.client.post("/api/v1/checkins", json=body, headers=elsewhere)).status_code == 403


async def test_a_declaration_is_answered_as_one_and_a_badge_read_later_confirms_it(app, day, machine):
    app.state.clock = lambda: NINE_FOUR

    async def told(act: str) -> dict[str, object]:
        scan = {
            "scan_id": str(uuid.uuid4()),
            "slot_id": day.slot,
            "badge": day.tokens[16],
            "scanned_at": NINE_FOUR.isoformat(),
            "act": act,
        }
        answer = await machine.post("/checkins", {"scans": [scan]})
        (one,) = answer.json()["results"]
        return {name: one[name] for name in ("result", "by_declaration", "confirms", "title")}

    assert await told("declaration") == {
        "result": "present",
        "by_declaration": True,
        "confirms": False,
        "title": "Déclaré présent",
    }
    assert await told("arrival") == {
        "result": "already",
        "by_declaration": False,
        "confirms": True,
        "title": "Déjà là à 9 h 04",
    }
