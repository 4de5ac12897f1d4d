"""Machines search the slots by all that the page filters, and no question breaks the answer."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.people.accounts.token import issue_token
from tests import builders
from tests.browsing import Browser, Machine
from tests.builders import NOW, paris
from workshops.database import rows

# The page's answers, and the parameter of the API that says the same; `vue` and `mois` are only two ways to draw.
PARITY = {
    "du": "from",
    "au": "to",
    "jour": "from",
    "niveau": "level",
    "eleves": "pupils",
    "departement": "department",
    "lycee": "school",
    "objet": "object",
    "km": "km",
    "tri": "sort",
    "vacances": "outside_holidays",
    "entreprises": "company_places",
    "libres": "free",
    "suite": "cursor",
}


async def a_token(**school: Any) -> str:
    await builders.person("teacher", "claire@example.org", school=await builders.school(**school))
    await issue_token("claire@example.org", token="a token of a machine", now=NOW)
    return "a token of a machine"


async def found(machine: Machine, asked: str) -> list[int]:
    answer = await machine.get(f"/slots?{asked}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_every_filter_of_the_page_is_a_documented_parameter(app):
    documented = (await Machine(app, "").client.get("http://127.0.0.1:8000/api/openapi.json")).json()
    parameters = {one["name"]: one for one in documented["paths"]["/api/v1/slots"]["get"]["parameters"]}
    of_programs = {"near", "open", "limit", "changed_since", "state", "If-None-Match"}
    assert set(PARITY.values()) | of_programs == set(parameters)
    assert [name for name, one in parameters.items() if name != "limit" and not one.get("description")] == []


@pytest.mark.parametrize(("pupils", "taken"), [(0, False), (1, True), (60, True), (61, False)])
async def test_the_page_the_list_and_an_alert_take_the_same_numbers_of_pupils(app, pupils, taken):
    app.state.clock = lambda: NOW
    machine = Machine(app, await a_token())
    shown = (await Browser(app, now=NOW).get(f"/creneaux?eleves={pupils}")).text
    listed = await machine.get(f"/slots?pupils={pupils}")
    kept = await machine.post("/alerts", {"level": "4e", "pupils": pupils})
    assert ("Élèves : écrivez un nombre de 1 à 60." not in shown, listed.status_code, kept.status_code) == (
        *(taken, 200 if taken else 422),
        201 if taken else 422,
    )


async def test_the_document_bounds_an_alert_as_it_bounds_the_list(app):
    told = (await Machine(app, "").client.get("http://127.0.0.1:8000/api/openapi.json")).json()
    of_list = {one["name"]: one["schema"] for one in told["paths"]["/api/v1/slots"]["get"]["parameters"]}
    of_alert = told["components"]["schemas"]["AskAlert"]["properties"]
    for listed, kept, bounds in (
        ("pupils", "pupils", {"minimum": 1, "maximum": 60}),
        ("department", "department", {"maxLength": 3}),
        ("school", "lycee", {"maxLength": 8}),
    ):
        assert bounds.items() <= of_list[listed].items()
        assert bounds.items() <= of_alert[kept].items()


async def test_the_filters_of_a_machine(app):
    app.state.clock = lambda: NOW
    near = await builders.school(kind="lycee", lat=47.24, lon=6.02)
    far = await builders.school(kind="lycee", lat=48.24, lon=6.02)
    first = await builders.slot(host=far, starts_at=paris("2027-03-25 09:00"), company_places=0)
    holiday = await builders.slot(host=near, starts_at=paris("2027-04-12 09:00"), company_places=4)
    closed = await builders.slot(host=far, starts_at=paris("2027-05-20 09:00"), state="closed", company_places=2)
    await rows(
        "INSERT INTO closures (kind, label, zone, first_on, last_on) VALUES ('holiday', 'Vacances', 'B', $1, $2)",
        date(2027, 4, 10),
        date(2027, 4, 25),
    )
    machine = Machine(app, "")
    assert await found(machine, "") == [first, holiday, closed]
    assert await found(machine, "open=true") == [first, holiday]
    assert await found(machine, "free=true") == [first, holiday]
    assert await found(machine, "company_places=2") == [holiday, closed]
    assert await found(machine, "company_places=3") == [holiday]
    assert await found(machine, "outside_holidays=A") == [first, holiday, closed]
    assert await found(machine, "outside_holidays=B") == [first, closed]
    assert await found(machine, "near=47.2,6.0&sort=distance") == [holiday, first, closed]
    assert await found(machine, "near=47.2,6.0&km=20") == [holiday]


async def test_a_teacher_s_machine_says_mine(app):
    app.state.clock = lambda: NOW
    token = await a_token(zone="B", lat=48.24, lon=6.02)
    (home,) = await rows("SELECT id FROM schools")
    near = await builders.school(kind="lycee", lat=48.2, lon=6.02)
    far = await builders.school(kind="lycee", lat=47.0, lon=6.02)
    spring, training = date(2027, 4, 12), date(2027, 5, 20)
    for kind, zone, school, on in (("holiday", "B", None, spring), ("closure", None, home["id"], training)):
        await rows(
            "INSERT INTO closures (kind, label, zone, school, first_on, last_on) VALUES ($1, 'x', $2, $3, $4, $4)",
            kind,
            zone,
            school,
            on,
        )
    slots = [
        await builders.slot(host=host, starts_at=paris(f"{on} 09:00"))
        for host, on in ((far, "2027-03-25"), (far, "2027-04-12"), (far, "2027-05-20"), (near, "2027-06-03"))
    ]
    machine = Machine(app, token)
    assert await found(machine, "outside_holidays=mine") == [slots[0], slots[3]]
    assert await found(machine, "outside_holidays=B") == [slots[0], slots[2], slots[3]]
    assert await found(machine, "near=mine&sort=distance") == [slots[3], *slots[:3]]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("near=mine", "near"),
        ("outside_holidays=mine", "outside_holidays"),
        ("sort=distance", "near"),
        ("km=20", "near"),
        ("near=200,6", "near"),
        ("department=%00", "department"),
        ("school=%00", "school"),
        ("level=2e", "level"),
        ("from=0001-01-01", "from"),
        ("to=9999-12-31", "to"),
        ("cursor=x", "cursor"),
    ],
)
async def test_what_cannot_be_searched_is_said(app, asked, field):
    answer = await Machine(app, "").get(f"/slots?{asked}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def written(cursor: str) -> str:
    return urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


# What each path reads; the draws mix in the other's names, which it must pass over.
OF_PATH = {
    "/creneaux": [*PARITY, "vue", "mois", "fait"],
    "/api/v1/slots": [*dict.fromkeys(PARITY.values()), "near", "open", "limit"],
}
NAMES = [name for names in OF_PATH.values() for name in names]
TYPICAL = [
    *("", "oui", "moi", "mine", "A", "B", "mois", "distance", "true", "4e", "25", "0250011B", "1", "24", "0", "-1"),
    *("2027-03-25", "2027-03", "0001-01-01", "9999-12-31", "2027-02-30", "1e400", "nan", "47.24,6.02", "9" * 12),
    *("\x00", written("2027-03-25T09:00:00+00:00|7|"), written("9999-12-31T23:59:59+00:00|7|")),
]
QUESTIONS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(TYPICAL) | st.text(max_size=20)), max_size=8)


@pytest.mark.parametrize("path", list(OF_PATH))
@pytest.mark.parametrize("known", [False, True], ids=["visitor", "teacher"])
async def test_no_question_breaks_the_search(app, path, known):
    """A visitor asks each name with each typical value; a teacher, who is read alike, as many drawn questions."""
    app.state.clock = lambda: NOW
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    browser = Browser(app, now=NOW)
    if known:
        await browser.sign_in(account)
    broken = []
    for question in questions(100, [] if known else OF_PATH[path]):
        answer = await browser.get(path, params=question)
        if answer.status_code >= 500 or (path == "/creneaux" and answer.status_code != 200):
            broken.append((question, answer.status_code))
    assert broken == []


def questions(number: int, read: list[str]) -> list[list[tuple[str, str]]]:
    """As many questions as asked, and every name of `read` with every typical value."""
    drawn: list[list[tuple[str, str]]] = []

    @settings(max_examples=number, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(QUESTIONS)
    def draw(question: list[tuple[str, str]]) -> None:
        drawn.append(question)

    draw()
    return drawn + [[(name, value)] for name in read for value in TYPICAL]
