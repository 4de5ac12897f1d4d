"""A cached page is the one that would be made now, and costs one statement: whether it is still fresh.

What may be answered by a replica: pages that decide nothing, asked for with GET, and no others.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from booking.door.rights.guards import routes_of
from booking.people.accounts.token import issue_token
from tests import builders
from tests.browsing import Browser
from tests.builders import NOW
from tests.statements import statements_of
from workshops.database import rows, value
from workshops.database.replica import MAX_LAG, ReplicationLag

LIST, PAGE = "/api/v1/slots?limit=200", "/creneaux?niveau=4e"
TAKEN = "UPDATE slots SET seats_taken = seats_taken + 1 WHERE id = $1"
# Different for each response.
REQUEST_ID = "x-request-id"


def comparable(answer) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, {**answer.headers, REQUEST_ID: ""}


@pytest.fixture
async def site(app):
    app.state.clock = lambda: NOW
    await builders.slot(starts_at=NOW + timedelta(days=30), seats=24)
    return app


@pytest.mark.parametrize("path", [LIST, PAGE])
@pytest.mark.parametrize("encodings", ["gzip, br", "identity"])
async def test_the_same_again_is_the_same_and_one_statement(site, path, encodings):
    nobody = Browser(site).client
    nobody.headers["Accept-Encoding"] = encodings
    answers = [await nobody.get(path)]

    async def again() -> None:
        answers.append(await nobody.get(path))

    assert len(await statements_of(again)) == 1
    first, second = answers
    assert comparable(second) == comparable(first)
    assert first.headers[REQUEST_ID] != second.headers[REQUEST_ID]


@pytest.mark.parametrize("encodings", ["gzip", "identity"])
async def test_a_matching_etag_is_answered_304_as_the_application_does(site, encodings):
    nobody = Browser(site).client
    nobody.headers["Accept-Encoding"] = encodings
    first = await nobody.get(PAGE)
    conditional = {"If-None-Match": f'"other", {first.headers["etag"]}'}
    site.state.clock = lambda: NOW + timedelta(minutes=1)
    made = await nobody.get(PAGE, headers=conditional)
    await nobody.get(PAGE)
    cached = await nobody.get(PAGE, headers=conditional)
    assert (cached.status_code, cached.content) == (304, b"")
    assert comparable(cached) == comparable(made)


async def test_head_gets_no_body(site):
    nobody = Browser(site).client
    first, head = await nobody.get(PAGE), await nobody.head(PAGE)
    assert comparable(head) == (200, b"", comparable(first)[2])


@pytest.mark.parametrize("path", [LIST, PAGE])
async def test_a_seat_that_was_taken_is_seen_by_the_very_next_one_who_asks(site, path):
    nobody = Browser(site).client
    slot = await value("SELECT id FROM slots")
    etags = []
    for _ in range(4):
        etags.append({(await nobody.get(path)).headers["etag"] for _ in range(3)})
        await rows(TAKEN, slot)
    assert [len(seen) for seen in etags] == [1, 1, 1, 1]
    assert len(set.union(*etags)) == 4


async def test_the_next_minute_is_another_answer(site):
    """Its reservations close meanwhile."""
    nobody = Browser(site).client
    await rows("UPDATE slots SET booking_closes_at = $1", NOW + timedelta(seconds=90))
    states = []
    for seconds in (0, 59, 120):
        site.state.clock = lambda seconds=seconds: NOW + timedelta(seconds=seconds)
        states += [slot["state"] for slot in (await nobody.get(LIST)).json()["items"]]
    assert states == ["open", "open", "closed"]


async def test_a_key_a_cookie_of_ours_and_another_name_are_answered_for_themselves(site):
    nobody, named = Browser(site).client, Browser(site).client
    shared = (await nobody.get(PAGE)).headers["cache-control"]
    named.cookies.set("technilab", "what is long over")
    elsewhere = await nobody.get(PAGE, headers={"Host": "elsewhere.example"})
    with_a_key = await nobody.get(LIST, headers={"Authorization": f"Bearer {secrets.token_urlsafe(32)}"})
    control = [(await named.get(PAGE)).headers["cache-control"], with_a_key.headers["cache-control"]]
    assert (shared.startswith("public"), control) == (True, ["no-store", "no-store"])
    assert (elsewhere.status_code, (await nobody.get(PAGE)).status_code) == (400, 200)


async def test_a_revoked_key_opens_nothing_from_the_next_request_on(site):
    await builders.person("teacher", "jeanne@example.org", school=await builders.school())
    key = secrets.token_urlsafe(32)
    await issue_token("jeanne@example.org", token=key, now=NOW)
    machine = Browser(site).client
    machine.headers["Authorization"] = f"Bearer {key}"
    answers = []
    for _ in range(2):
        answers += [(await machine.get("/api/v1/me")).status_code for _ in range(2)]
        await rows("UPDATE api_tokens SET revoked_at = $1", NOW)
    assert answers == [200, 200, 401, 401]


PUBLIC = [
    *("/", "/agenda/lycee/{file:str}", "/api/v1/objects", "/api/v1/objects/{number:int}", "/api/v1/slots"),
    *("/consortium", "/creneaux", "/creneaux/carte", "/lycees/{uai:str}", "/lycees/{uai:str}/cadre", "/objets"),
    *("/donnees", "/donnees/{file:str}", "/programme", "/programme/definitions", "/programme/dessin.svg"),
]
CHART = "/gestion/graphiques/{chart:str}"
OFFICE = [
    *("/gestion/apports", "/gestion/apports.csv", "/gestion/apports.xlsx"),
    *("/gestion", "/gestion/accueillis", "/gestion/bilan.csv", "/gestion/bilan.xlsx", "/gestion/couverture"),
    *(
        "/gestion/couverture.csv",
        "/gestion/couverture.xlsx",
        "/gestion/demandes",
        "/gestion/dictionnaire",
        "/gestion/equite",
    ),
    *("/gestion/equite.csv", CHART, f"{CHART}/chiffres.csv", f"{CHART}/chiffres.xlsx", f"{CHART}/dessin.png"),
    *("/gestion/jalons", "/gestion/jalons.csv", "/gestion/jalons.xlsx"),
    *(f"{CHART}/dessin.svg", "/gestion/journal", "/gestion/objectifs", "/gestion/objectifs.csv"),
    *("/gestion/objectifs.xlsx", "/gestion/objectifs/{programme:str}/{metric:str}/detail", "/partenaire"),
    *("/gestion/mains-levees", "/gestion/mains-levees.csv", "/gestion/mains-levees.xlsx", "/gestion/venues"),
]


async def test_lists_and_figures_may_be_a_moment_old_and_nothing_else(_app):
    marked = {(method, path) for method, path, opt in routes_of(_app) if opt.get("decides") is False}
    assert {path for method, path in marked if method != "OPTIONS"} == {*PUBLIC, *OFFICE}
    assert {method for method, _ in marked} <= {"GET", "OPTIONS"}


def test_a_standby_is_behind_by_the_age_of_the_first_mark_that_it_does_not_show():
    behind = ReplicationLag()
    seen = [
        behind.seconds(written=written, replayed=shown, at=at)
        for at, written, shown in (
            (0, 100, 100),
            (1, 200, 100),
            (4, 300, 100),
            (5, 300, 250),
            (6, None, 250),
            (9, 300, 300),
        )
    ]
    assert seen == [0, 0, 3, 1, 2, 0]


def test_a_standby_that_stands_still_is_ever_later_and_a_quiet_primary_never_late():
    quiet, still = ReplicationLag(), ReplicationLag()
    assert {quiet.seconds(written=7, replayed=7, at=at) for at in range(1000)} == {0.0}
    for at in range(1000):
        late = still.seconds(written=at, replayed=0, at=at)
    assert late == 998 > MAX_LAG
    assert still.seconds(written=2000, replayed=1000, at=1000) > MAX_LAG
    assert still.seconds(written=2000, replayed=2000, at=1001) == 0
