"""The form asks what happened at two missed visits and sends the answer with the demand; a program has a route."""

from __future__ import annotations

from tests import builders
from tests.booking.api.test_half_groups import two_halves
from tests.booking.api.test_reservations import a_machine, demand
from tests.booking.visits.absences.missed import misses
from tests.booking.web.school.test_halves import Halves
from tests.booking.web.school.test_reserve import Desk
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import seen
from workshops.database import value

WHY = "Votre collège n'est pas venu à 2 visites cette année scolaire."
SAID = "Grève des cars, deux fois"
ANSWERED = """SELECT w.words, e.by FROM absence_questions q JOIN events e ON e.id = q.event
JOIN event_words w ON w.event = e.id"""


async def missed_twice(college: int) -> None:
    for day in (1, 2):
        await misses(college, on=f"2026-12-0{day} 09:00")


async def test_the_form_asks_before_it_is_sent_and_takes_answer_and_demand_together(app):
    desk = await Desk.new(app)
    there = f"/creneaux/{desk.slot}/reserver"
    assert WHY not in read(await desk.browser.get(there))
    await missed_twice(desk.school)
    page = await desk.browser.get(there)
    assert (WHY in read(page), "mardi 1er décembre 2026, 9 h 00" in read(page), 'name="absences"' in page.text) == (
        True,
    ) * 3

    refused = await desk.reserve()
    assert (refused.status_code, "la demande part aussitôt" in read(refused)) == (409, True)
    named = await desk.reserve(absences="Léa Martin était absente")
    assert (named.status_code, "ressemble à un nom de personne" in read(named)) == (422, True)
    assert 'value="Léa Martin était absente"' in named.text
    long = await desk.reserve(absences="x" * 201)
    assert (long.status_code, await value("SELECT count(*) FROM absence_questions WHERE answered_at IS NOT NULL")) == (
        422,
        0,
    )

    sent = await desk.reserve(absences=SAID, key="page-2")
    assert sent.headers["location"].endswith("?fait=reservee")
    teacher = await value("SELECT id FROM accounts WHERE email = 'claire@example.org'")
    assert await seen(ANSWERED) == [(SAID, teacher)]
    assert WHY not in read(await desk.browser.get(there))


async def test_a_form_that_a_colleague_answered_meanwhile_books_and_another_college_is_asked_nothing(app):
    desk, other = await Desk.new(app), await builders.school()
    await missed_twice(other)
    sent = await desk.reserve(absences=SAID)
    assert sent.headers["location"].endswith("?fait=reservee")
    assert await seen(ANSWERED) == []


async def test_the_form_of_two_halves_asks_and_takes_the_answer_too(app):
    desk = await Halves.new(app)
    await missed_twice(desk.school)
    assert WHY in read(await desk.page())
    refused = await desk.take()
    assert (refused.status_code, "la demande part aussitôt" in read(refused)) == (409, True)
    sent = await desk.take(absences=SAID, key="page-2")
    assert sent.headers["location"].endswith("?fait=moities-reservees")
    assert [words for words, _ in await seen(ANSWERED)] == [SAID]


async def test_a_program_is_refused_with_a_stable_kind_and_answers_by_a_route(app):
    app.state.clock = lambda: NOW
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    machine, group = await a_machine(app, school=college), await builders.group(school=college, pupils=24)
    slots = [await builders.slot(host=lycee, starts_at=paris(f"2027-03-25 {hour}")) for hour in ("09:00", "13:30")]
    assert (await machine.get("/absences")).json() == {"no_shows": 0, "missed": []}
    assert (await machine.post("/absences", {"words": SAID})).json()["type"] == "/problems/absences-not-asked"
    await missed_twice(college)
    asked = (await machine.get("/absences")).json()
    assert (asked["no_shows"], [one["starts_at"] for one in asked["missed"]]) == (
        2,
        ["2026-12-01T08:00:00Z", "2026-12-02T08:00:00Z"],
    )
    for path, body in (
        ("/reservations", demand(slots[0], group)),
        ("/half-groups", two_halves(group, slots, (12, 12))),
        ("/wishes", {"slot_ids": slots, "group_id": group, "pupils": 24, "adults": 2}),
        ("/demands", {"lines": [{"slot_id": slots[0]}], "group_id": group, "pupils": 24, "adults": 2}),
    ):
        refused = await machine.post(path, body)
        assert (path, refused.status_code, refused.json()["type"]) == (path, 409, "/problems/absences-unanswered")
    wrong = await machine.post("/absences", {"words": "Léa Martin était absente"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["words"])
    other = await a_machine(app, school=await builders.school())
    assert (await other.get("/absences")).json()["no_shows"] == 0
    assert (await machine.post("/absences", {"words": SAID})).json() == {"no_shows": 0, "missed": []}
    assert (await machine.post("/reservations", demand(slots[0], group))).status_code == 201


async def test_the_coordination_reads_it_in_what_there_is_to_do_and_on_the_college_s_page(app):
    desk = await Desk.new(app)
    office = await Browser(app, now=NOW).sign_in(await builders.person("coordinator"))
    there = f"/gestion/etablissements/{desk.school}"
    assert "Visites manquées" not in read(await office.get(there))
    await missed_twice(desk.school)
    assert "Sera demandé à la prochaine demande" in read(await office.get(there))
    assert "explique" not in read(await office.get("/gestion/a-faire"))
    await desk.reserve(absences=SAID)
    assert f"« {SAID} »" in read(await office.get("/gestion/a-faire"))
    assert SAID in read(await office.get(there))
    assert SAID not in read(await office.get(f"/gestion/etablissements/{await builders.school()}"))
    done = await office.post(f"{there}/explication")
    assert done.headers["location"] == "/gestion/a-faire?fait=explication-lue"
    assert SAID not in read(await office.get("/gestion/a-faire"))
    assert (SAID in read(await office.get(there)), "Noter comme lu" in read(await office.get(there))) == (True, False)
