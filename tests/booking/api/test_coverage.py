"""What was received of each cohort, for machines: recounted from the visits, and the same as the page."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from booking.web.office.coverage import lay_out_coverage
from tests import builders
from tests.booking.api.test_pages import whole
from tests.booking.api.test_ptech import a_coordinator
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.owner import by_owner
from tests.workshops.results.test_queries import play
from workshops.coverage.queries import coverage
from workshops.coverage.rules import Band, ClassCover
from workshops.coverage.take_in import CountedCollege, keep_head_counts
from workshops.database import rows
from workshops.scope import EVERYTHING

ENROLLED = {"5e": 90, "4e": 80, "3e": 70}
# The cohort that entered 6e in 2023 is in 3e in 2026-2027: it was in 5e in 2024, in 4e in 2025.
WAS = {2023: {(2024, "5e"), (2025, "4e"), (2026, "3e")}, 2024: {(2025, "5e"), (2026, "4e")}, 2025: {(2026, "5e")}}


@pytest.fixture
async def seen(db):
    """Visits of several years drawn at random, and the head counts of this one."""
    visits = await play(seed=7)
    told = [one["uai"] for one in await rows("SELECT uai FROM schools WHERE kind = 'college' AND sector = 'public'")]
    counted = [CountedCollege(uai, ENROLLED) for uai in told]
    await keep_head_counts(counted, school_year=2026, by=None, now=NOW, example=False)
    return visits


@pytest.mark.parametrize(("cohort", "level"), [(2023, "3e"), (2024, "4e"), (2025, "5e")])
async def test_the_figures_of_a_cohort_are_those_of_a_recount(seen, cohort, level):
    machine, enrolled = await a_coordinator(), ENROLLED[level]
    items = (await machine.get("/coverage", params={"cohort": cohort})).json()["items"]
    assert {(one["cohort"], one["level"], one["school_year"]) for one in items} == {(cohort, level, "2026-2027")}
    told = {
        one["uai"]: (one["pupils_enrolled"], one["pupils_received"], one["share_at_most"], one["left_out_at_least"])
        for one in items
    }
    expected = {}
    for uai in told:
        came = [
            one.counted for one in seen if one.college == uai and (int(one.school_year[:4]), one.level) in WAS[cohort]
        ]
        received = sum(came)
        expected[uai] = (enrolled, received, min(100, 100 * received // enrolled), max(0, enrolled - received))
    assert told == expected
    assert any(received for _, received, _, _ in told.values())


async def test_they_are_those_of_the_page_and_of_its_map(app, seen):
    app.state.clock = lambda: NOW
    coordinator = await builders.person("coordinator")
    shown = await (await Browser(app, now=NOW).sign_in(coordinator)).get("/gestion/couverture")
    machine = await a_coordinator()
    items = (await machine.get("/coverage", params={"cohort": 2023})).json()["items"]
    told = {(one["share_at_most"], one["pupils_received"]) for one in items}
    listed = re.findall(r'data-label="3e">.*?<strong>(\d+) %</strong> <span class="unit">(\d+) sur', shown.text, re.S)
    assert {(int(share), int(received)) for share, received in listed} == told
    drawn = re.findall(r"<title>[^<]+\s:\s(\d+)\s% au plus, (\d+) sur 70</title>", shown.text)
    assert len(drawn) == len(items)
    assert {(int(share), int(received)) for share, received in drawn} == told
    none = sum(one["pupils_received"] == 0 for one in items)
    assert f"Aucun élève reçu {none} collège" in read(shown)


async def test_the_list_is_paged_and_narrowed_and_a_cohort_that_left_is_told_as_it_left(seen):
    machine = await a_coordinator()
    jura = await builders.school(name="Collège de l'Arc", commune="Dole", department="39")
    everyone = [one["id"] for one in (await machine.get("/coverage", params={"cohort": 2023})).json()["items"]]
    assert list(chain(*await whole(machine, "/coverage", limit=2, cohort=2023))) == everyone
    assert await whole(machine, "/coverage", limit=2, cohort=2023, department="39", q="arc") == [[jura]]
    left = (await machine.get("/coverage", params={"cohort": 2020, "q": "arc dole"})).json()["items"]
    assert [(one["school_year"], one["level"], one["pupils_enrolled"], one["share_at_most"]) for one in left] == [
        ("2023-2024", "3e", None, None)
    ]


async def test_a_cohort_that_is_not_in_5e_yet_is_refused_in_words(db):
    machine = await a_coordinator()
    answer = await machine.get("/coverage", params={"cohort": 2026})
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        {"cohort": "Cette cohorte n'est pas encore en 5e : sa couverture se compte à partir de la 5e."},
    )
    absent = (await machine.get("/coverage")).json()
    assert (absent["status"], absent["detail"]) == (422, "cohort : Ce paramètre est obligatoire.")


def test_a_band_says_nobody_less_than_a_half_more_and_all():
    told = [ClassCover("3e", 90, received).band for received in (0, 1, 44, 45, 89, 90, 200)]
    assert told == [Band.NONE, Band.SOME, Band.SOME, Band.MOST, Band.MOST, Band.ALL, Band.ALL]
    assert [ClassCover("3e", enrolled, 3).band for enrolled in (None, 0)] == [Band.UNKNOWN, Band.UNKNOWN]


async def test_a_dot_is_as_large_as_its_3e_and_who_has_no_place_is_told(db):
    for uai, pupils, lat in (("0250009Z", 100, 47.2), ("0250012C", 25, 47.3), ("0250003T", 9, None)):
        await builders.school(uai=uai, lat=lat)
        await keep_head_counts([CountedCollege(uai, {"3e": pupils})], school_year=2020, by=None, now=NOW, example=False)
        await by_owner("UPDATE head_counts SET school_year = 2026 WHERE school_year = 2020")
    drawn = lay_out_coverage(await coverage(2026, scope=EVERYTHING), departments=["25"])
    assert ([dot.r for dot in drawn.dots], drawn.unplaced) == ([10.0, 5.0], 1)
    assert [(band, count) for band, _, count in drawn.bands if count] == [(Band.NONE, 3)]
