from __future__ import annotations

import secrets

import pytest

from booking.people.accounts.token import issue_token
from tests import builders, builders_bts1, builders_ptech
from tests.browsing import Machine
from tests.builders import NOW, paris
from workshops.programmes.targets.metrics import VISITORS, metric_of


@pytest.fixture
async def coordinator(app):
    app.state.clock = lambda: NOW
    await builders.person("coordinator", "nadia@example.org")
    token = secrets.token_urlsafe(32)
    await issue_token("nadia@example.org", token=token, now=NOW)
    return Machine(app, token)


async def a_closed_visit(on="2026-12-10 09:00", counted=23):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon", uai="0250001R")
    college = await builders.school(name="Collège Stendhal", commune="Dole", department="39", uai="0250011B")
    slot = await builders.slot(host=lycee, starts_at=paris(on), state="done")
    await builders.turnout(slot=slot, school=college, counted=counted, group_ref=1)
    came = await builders.company(name="Horlogerie", siret=builders.siret(1))
    await builders.company_turnout(slot=slot, company=came)
    lamp = await builders.tech_object(name="Lampe")
    counts = {"made": 4, "finished": 3, "working": 2, "taken_home": 1}
    await builders.build(slot=slot, group_ref=1, tech_object=lamp, **counts)
    return lamp


async def test_targets_and_counts_are_told_whole(coordinator):
    await builders.target()
    await builders.target(programme="ptech", metric="companies", label="Mentores", unit="entreprises", target=120)
    lamp = await a_closed_visit()
    answer = await coordinator.get("/results")
    assert answer.status_code == 200
    assert answer.json() == {
        "from": "2025-09-01",
        "to": "2030-08-31",
        "targets": [
            {
                "programme": "technilab",
                "metric": "pupils",
                "label": "Collégiens accueillis",
                "unit": "élèves",
                "target": 6000,
                "from": "2025-09-01",
                "to": "2030-08-31",
                "done": 23,
                "done_declared": 0,
                "booked": 0,
                "planned": 0,
                "due": 1636,
                "counted": 23,
                "engaged": 0,
                "hoped": 69,
                "forecast": 92,
                "presence_percent": 96,
                "rule": VISITORS.rule,
                "note": "",
                "frozen": False,
                "official": True,
                "declared": None,
                "beside": None,
                "corrected": [],
            },
            {
                "programme": "ptech",
                "metric": "companies",
                "label": "Mentores",
                "unit": "entreprises",
                "target": 120,
                "from": "2025-09-01",
                "to": "2030-08-31",
                "done": 0,
                "done_declared": None,
                "booked": None,
                "planned": None,
                "due": 33,
                "counted": 0,
                "engaged": 0,
                "hoped": 0,
                "forecast": 0,
                "presence_percent": None,
                "rule": metric_of("ptech", "companies").rule,
                "note": "",
                "frozen": False,
                "official": True,
                "declared": None,
                "beside": {"figure": 0, "label": "entreprise différente", "rule": ""},
                "corrected": [],
            },
        ],
        "counts": {
            "by_lycee": [count("0250001R", "Lycée Jules Haag, Besançon")],
            "by_college": [count("0250011B", "Collège Stendhal, Dole")],
            "by_department": [count("39", "Jura")],
            "by_level": [count("4e", "4e", ulis=0)],
            "by_month": [count(key, key) if key == "2026-12" else nothing(key) for key in MONTHS],
            "by_year": [nothing("2025-2026"), count("2026-2027", "2026-2027")],
            "by_year_before_targets": [],
            "by_company": [
                {"siret": builders.siret(1), "name": "Horlogerie", "visits": 1, "people": 2, "declared_visits": 0}
            ],
            "by_object": [
                {"id": lamp, "name": "Lampe", "made": 4, "finished": 3, "working": 2, "taken_home": 1}
                | {"groups": 1, "declared_groups": 0}
            ],
        },
        **{"bts1_years": [], "bts1_stays": [], "ptech_leavers": []},
    }


async def test_the_years_of_bts1_and_the_leavers_of_ptech_are_told_whole(coordinator):
    course = await builders_bts1.course()
    await builders_bts1.intake(course, 2025, places=12, enrolled=11, completed=9, employed_6m=6, studying_6m=1)
    await builders._insert(
        "bts1_mobilities", course=course, school_year=2025, country="Suisse", kind="stage", people=3, weeks=8
    )
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee), entry_year=2023)
    await builders_ptech.census(cohort, 2025, "june", present=20)
    await builders._insert("ptech_outcomes", cohort=cohort, kind="bts_entered", pupils=15, school_year=2026)
    answer = (await coordinator.get("/results")).json()
    left = {"counted_in": "juin 2026", "leavers": 20, "bts_entered": 15, "studying": 0, "employed": 0, "other": 0}
    left |= {"unknown": 5, "too_many": 0}
    assert answer["bts1_years"] == [
        {"school_year": 2025, "courses": 1, "places": 12, "enrolled": 11, "completed": 9, "graduating": 1}
        | {"employed": 6, "answered": 7}
    ]
    assert answer["bts1_stays"] == [
        {"school_year": 2025, "direction": "outgoing", "people": 3, "countries": 1, "timed": 3, "weeks": 24}
    ]
    (told,) = answer["ptech_leavers"]
    assert (told["cohort_id"], told["lycee"]["name"], told["leavers"]) == (cohort, "Lycée Jules Haag", left)
    assert (await coordinator.get(f"/ptech/cohorts/{cohort}")).json()["leavers"] == left


MONTHS = [f"{year}-{month:02}" for year, months in ((2025, range(9, 13)), (2026, range(1, 13))) for month in months]
MONTHS.append("2027-01")
NONE_DECLARED = {"declared_pupils": 0, "declared_visits": 0}


def count(key, label, ulis=None):
    return {"key": key, "label": label, "pupils": 23, "groups": 1, "visits": 1, "ulis": ulis} | NONE_DECLARED


def nothing(key):
    return {"key": key, "label": key, "pupils": 0, "groups": 0, "visits": 0, "ulis": None} | NONE_DECLARED


async def test_two_days_narrow_the_figures(coordinator):
    await builders.target()
    await a_closed_visit()
    for asked, done in (("?from=2026-12-10&to=2026-12-10", 23), ("?from=2026-12-11", 0), ("?to=2026-12-09", 0)):
        told = (await coordinator.get(f"/results{asked}")).json()
        assert told["targets"][0]["done"] == done
        assert sum(one["pupils"] for one in told["counts"]["by_level"]) == done


@pytest.mark.parametrize(
    "asked",
    ["?from=2027-01-02&to=2027-01-01", "?to=9999-12-31", "?from=0001-01-01", "?from=hier", "?to=2027-02-30"],
)
async def test_a_period_that_cannot_be_is_a_problem(coordinator, asked):
    answer = await coordinator.get(f"/results{asked}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_without_any_target_the_last_years_are_counted(coordinator):
    await a_closed_visit()
    told = (await coordinator.get("/results")).json()
    assert (told["from"], told["to"], told["targets"]) == ("2022-08-01", "2027-01-11", [])
    assert told["counts"]["by_level"] == [count("4e", "4e", ulis=0)]
