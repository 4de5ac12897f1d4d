"""By which program a thing was done is said: in the letters, in a visit's story, in the journal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from litestar import Litestar

from booking.outbox.journal.queries import latest, story_of
from booking.people.accounts.queries import Person
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.people.applications.owners import Given, a_program, somebody
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from workshops.database import value

LATER = timedelta(minutes=5)
BY = "Fait par : le logiciel « Cahier partagé »"
CHOICE = "Un logiciel de votre collège demande pour la première fois une visite en votre nom"


@pytest.fixture
def now_app(app: Litestar) -> Litestar:
    app.state.clock = lambda: NOW
    return app


async def a_college() -> tuple[Person, Person, Given]:
    """Claire, who gave the program its key, and Paul, in whose name it acts."""
    college = await builders.school(name="Collège Stendhal")
    claire = await somebody("teacher", "claire@example.org", school=college, name="Claire Renaud")
    paul = await somebody("teacher", "paul@example.org", school=college, name="Paul Roussel")
    return claire, paul, await a_program(claire, name="Cahier partagé")


async def a_lycee() -> Person:
    return await somebody(
        "host", "jules@example.org", name="Jules Marchand", school=await builders.school(kind="lycee")
    )


async def booked(machine: Machine, teacher: Person, host: Person, *, days: int = 0) -> int:
    """A visit that the program asks for in her name."""
    group = await builders.group(school=teacher.school, teacher=teacher.account, name=f"4e {'ABCD'[days]}")
    slot = await builders.slot(host=host.school, starts_at=builders.paris("2027-03-25 09:00") + timedelta(days=days))
    asked = {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2}
    made = await machine.post("/reservations", asked, headers={"Technilab-Teacher": teacher.email})
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


async def letters(*, after: timedelta = LATER) -> dict[str, str]:
    """The words that each reader is sent."""
    return {str(mail.message["To"]).partition("<")[2][:-1]: text_of(mail) for mail in await posted(now=NOW + after)}


async def test_she_reads_by_which_program_and_once_that_she_may_refuse_it(now_app):
    _, paul, program = await a_college()
    host, machine = await a_lycee(), Machine(now_app, program.secret)
    await booked(machine, paul, host)
    first = await letters()
    assert f"{BY}, en votre nom" in first["paul@example.org"]
    assert CHOICE in first["paul@example.org"]
    assert "http://127.0.0.1:8000/compte#en-mon-nom" in first["paul@example.org"]
    assert f"{BY}\n" in first["jules@example.org"]
    assert "en votre nom" not in first["jules@example.org"]
    # Claire made it, and answers for it: the visit is none of hers.
    assert "4e A" not in first["claire@example.org"]
    await booked(machine, paul, host, days=1)
    again = await letters(after=2 * LATER)
    assert f"{BY}, en votre nom" in again["paul@example.org"]
    assert CHOICE not in again["paul@example.org"]


async def test_what_she_does_herself_names_no_program(now_app):
    _, paul, program = await a_college()
    host, browser = await a_lycee(), await Browser(now_app, now=NOW).sign_in(paul.account)
    visit = await booked(Machine(now_app, program.secret), paul, host)
    await letters()
    answer = await browser.post(f"/reservations/{visit}/annulation", {"reason": "Grève des cars"})
    assert answer.status_code == 303
    told = await letters(after=2 * LATER)
    assert set(told) == {"paul@example.org", "jules@example.org"}
    assert [words for words in told.values() if "logiciel" in words] == []


async def test_the_story_of_a_visit_says_by_which_program_to_each_reader(now_app):
    claire, paul, program = await a_college()
    host = await a_lycee()
    visit = await booked(Machine(now_app, program.secret), paul, host)
    by = ", par le logiciel « Cahier partagé »"
    for reader, who in ((paul, "vous"), (claire, "le collège"), (host, "le collège")):
        assert [line.who for line in await story_of("reservation", visit, reader=reader.account)] == [f"{who}{by}"]
    page = await (await Browser(now_app, now=NOW).sign_in(paul.account)).get(f"/reservations/{visit}")
    assert f"par vous{by}" in read(page)


async def test_a_lycee_s_program_is_said_alone_and_never_as_whoever_answers_for_it(now_app):
    host = await a_lycee()
    program = await a_program(host, name="Planning", permissions=("slots.open", "visits.print"))
    machine = Machine(now_app, program.secret)
    slot = await builders.slot(host=host.school)
    assert (await machine.post(f"/slots/{slot}/resize", {"seats": 30})).status_code == 201
    (told,) = await story_of("slot", slot, reader=host.account)
    assert told.who == "le lycée, par le logiciel « Planning »"


async def test_the_journal_says_the_program_and_is_searched_by_its_name(now_app):
    _, paul, program = await a_college()
    host = await a_lycee()
    visit = await booked(Machine(now_app, program.secret), paul, host)
    planning = await a_program(host, name="Planning", permissions=("slots.open", "visits.print"))
    slot = await value("SELECT slot FROM reservations WHERE id = $1", visit)
    await Machine(now_app, planning.secret).post(f"/slots/{slot}/resize", {"seats": 30})
    by = {line.act: line.who for line in await latest() if line.program}
    assert by["reservation_booked"] == "Paul Roussel, par le logiciel « Cahier partagé »"
    assert by["slot_resized"] == "Le logiciel « Planning »"
    assert [line.act for line in await latest(who="cahier")] == ["reservation_booked"]
    nadia = await somebody("coordinator", "nadia@example.org")
    page = await (await Browser(now_app, now=NOW).sign_in(nadia.account)).get("/gestion/journal?qui=planning")
    assert "Le logiciel « Planning »" in read(page)
    assert not re.search("Jules Marchand", read(page))
