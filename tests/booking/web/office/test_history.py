"""Visits held before the target began stand in every list, beside what counts for it and apart from it."""

from __future__ import annotations

import csv
import re
from datetime import date
from html import unescape

import pytest

from booking.people.accounts.token import issue_token
from booking.programme.figures.publish import publish
from booking.programme.figures.queries import sheet
from booking.year.queries import years
from tests import builders, builders_bts1, builders_ptech
from tests.browsing import Machine, read
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.past_visits.keep import remove
from workshops.tallies.queries import wrong_sums

TOKEN = "a token that only this test knows"


@pytest.fixture
async def history(db) -> dict[str, int]:
    """A target from September 2025; visits of 2021 and 2023 before it, one of 2026 within it, none in between."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    college = await builders.school(name="Collège Stendhal", commune="Besançon")
    await builders.target()
    own = {"lycee": lycee, "college": college}
    return {
        "2021-2022": await builders.past_visit(**own, held_on=date(2021, 11, 18), pupils=22),
        "2023-2024": await builders.past_visit(**own, held_on=date(2023, 12, 7), pupils=30),
        "2025-2026": await builders.past_visit(**own, held_on=date(2026, 3, 5), pupils=25),
    }


def options(page: str) -> list[tuple[str, str]]:
    """The periods that a page offers: their key and their words."""
    (chosen,) = re.findall(r'<select[^>]*name="annee".*?</select>', page, re.DOTALL)
    found = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', chosen)
    return [(key, unescape(words).strip()) for key, words in found]


PERIODS = [
    ("", "Depuis le début de l'objectif"),
    ("2026-2027", "Année scolaire 2026-2027"),
    ("2025-2026", "Année scolaire 2025-2026"),
    ("avant", "Avant l'objectif, toutes ces années"),
    ("2023-2024", "Année scolaire 2023-2024, avant l'objectif"),
    ("2022-2023", "Année scolaire 2022-2023, avant l'objectif"),
    ("2021-2022", "Année scolaire 2021-2022, avant l'objectif"),
]


@pytest.mark.parametrize(
    "address",
    [
        *("/gestion/accueillis", "/gestion/equite", "/gestion/creneaux"),
    ],
)
async def test_every_page_of_figures_offers_the_years_before_the_target(office, history, address):
    ever = [("tout", "Toutes années")] if address == "/gestion/creneaux" else []
    assert options((await office.get(address)).text) == PERIODS + ever


async def test_each_of_these_periods_opens_its_own_visits_and_no_others(office, history):
    own = {"": 25, "2026-2027": 0, "2025-2026": 25, "avant": 52, "2023-2024": 30, "2022-2023": 0, "2021-2022": 22}
    for period, pupils in own.items():
        for address in ("/gestion/creneaux", "/gestion/accueillis"):
            shown = read(await office.get(f"{address}?annee={period}"))
            told = {int(one) for one in re.findall(r"\b(\d+) élèves? ", shown)} & {22, 25, 30, 52}
            assert told - ({25} if period == "" else set()) == ({pupils} if pupils and period else set()), (
                address,
                period,
            )
    assert "année scolaire 2021-2022, avant l'objectif" in read(await office.get("/gestion/creneaux?annee=2021-2022"))


async def test_nothing_before_the_target_leaves_the_lists_as_they_were(office, history):
    for year in ("2021-2022", "2023-2024"):
        await remove(history[year])
    assert options((await office.get("/gestion/accueillis")).text) == [
        ("", "Depuis le début"),
        ("2026-2027", "Année scolaire 2026-2027"),
        ("2025-2026", "Année scolaire 2025-2026"),
    ]
    assert [line[0] for line in (await sheet("annees", now=NOW)).lines] == ["2025-2026", "2026-2027"]


async def test_the_table_of_years_holds_them_first_each_leading_to_its_visits(history):
    found = await sheet("annees", now=NOW)
    assert [(line[:2], link) for line, link in zip(found.lines, found.links, strict=True)] == [
        (("2021-2022, avant l'objectif", 22), "/gestion/creneaux?annee=2021-2022"),
        (("2022-2023, avant l'objectif", 0), ""),
        (("2023-2024, avant l'objectif", 30), "/gestion/creneaux?annee=2023-2024"),
        (("2025-2026", 25), "/gestion/creneaux?annee=2025-2026"),
        (("2026-2027", 0), ""),
    ]
    assert found.chart.words == (
        "25 élèves en tout, 2 lignes ; le plus : 2025-2026, 25. Avant l'objectif, à part : 52 élèves."
    )
    months = await sheet("mois", now=NOW)
    assert [line[:2] for line in months.lines if line[1]] == [
        ("novembre 2021, avant l'objectif", 22),
        ("décembre 2023, avant l'objectif", 30),
        ("mars 2026", 25),
    ]
    assert [line[0] for line in (await sheet("mois", year="2021-2022", now=NOW)).lines][:1] == ["août 2021"]


async def test_a_target_that_begins_within_a_school_year_cuts_it_in_two(office, history):
    await rows("UPDATE targets SET from_on = '2024-01-01'")
    offered = options((await office.get("/gestion/accueillis")).text)
    assert offered[4:7] == [
        ("2023-2024", "Année scolaire 2023-2024"),
        ("avant", "Avant l'objectif, toutes ces années"),
        ("2023-2024-avant", "Année scolaire 2023-2024, avant l'objectif"),
    ]
    assert "30 élèves" in read(await office.get("/gestion/creneaux?annee=2023-2024-avant"))
    assert "30 élèves" not in read(await office.get("/gestion/creneaux?annee=2023-2024"))


async def test_the_curve_of_the_target_tells_what_came_before_it_apart(office, history):
    target = await value("SELECT id FROM targets")
    found = await sheet(f"objectif-{target}", now=NOW)
    assert found.columns == ("Date", "Avant l'objectif", "Réalisé", "Rythme régulier")
    assert found.lines[:3] == (
        (date(2022, 7, 31), 22, None, None),
        (date(2023, 7, 31), 22, None, None),
        (date(2024, 7, 31), 52, None, None),
    )
    assert found.lines[3][:3] == (date(2025, 9, 30), None, 0)
    assert found.chart.before == ((date(2021, 7, 31), 0), *((one[0], one[1]) for one in found.lines[:3]))
    assert found.chart.words.endswith("Avant l'objectif, à part : 52 élèves.")
    drawn = (await office.get(f"/gestion/graphiques/objectif-{target}/dessin.svg")).text
    assert "avant l'objectif : 52" in unescape(drawn)
    assert (await office.get(f"/gestion/graphiques/objectif-{target}/dessin.png")).status_code == 200


async def test_the_file_of_all_counts_has_their_lines_apart(office, history):
    lines = list(csv.reader((await office.get("/gestion/bilan.csv")).text.splitlines(), delimiter=";"))
    own = [(line[0], line[1], line[3]) for line in lines if line and line[0].startswith("Année scolaire")]
    assert own == [
        ("Année scolaire", "2025-2026", "25"),
        ("Année scolaire", "2026-2027", "0"),
        ("Année scolaire, avant l'objectif", "2021-2022", "22"),
        ("Année scolaire, avant l'objectif", "2022-2023", "0"),
        ("Année scolaire, avant l'objectif", "2023-2024", "30"),
    ]
    assert sum(int(line[3]) for line in lines if line and line[0] == "Mois, avant l'objectif") == 52


async def test_everyone_reads_them_apart_and_a_handful_is_masked(app, office, history):
    shown = await publish(now=NOW)
    assert [(one.label, one.pupils) for one in shown.before] == [("2021-2022", 22), ("2022-2023", 0), ("2023-2024", 30)]
    assert [(one.label, one.pupils) for one in shown.by_year] == [("2025-2026", 25), ("2026-2027", 0)]
    told = read(await office.get("/programme"))
    assert "2021-2022, avant l'objectif 22" in told
    assert await wrong_sums() == 0
    await remove(history["2021-2022"])
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    await builders.past_visit(lycee=lycee, college=college, held_on=date(2021, 11, 18), pupils=3)
    few = await publish(now=NOW)
    assert [(one.label, one.pupils) for one in few.before] == [
        ("2021-2022", None),
        ("2022-2023", 0),
        ("2023-2024", None),
    ]
    assert few.chart is not None
    assert few.chart.before == ()


async def test_a_year_in_which_nothing_was_held_is_not_to_be_closed(office, history):
    stands = {one.year.name: (one.over, one.to_close) for one in await years(now=NOW)}
    assert stands == {
        "2026-2027": (False, False),
        "2025-2026": (True, True),
        "2024-2025": (True, False),
        "2023-2024": (True, True),
        "2022-2023": (True, False),
        "2021-2022": (True, True),
    }
    told = read(await office.get("/gestion/annees"))
    assert "2022-2023, avant l'objectif Rien n'y a eu lieu Voir" in told
    assert "2023-2024, avant l'objectif À clore" in told
    assert "2025-2026 À clore" in told
    assert "2022-2023" not in read(await office.get("/gestion/a-faire"))


async def test_a_year_with_a_slot_a_census_or_an_intake_alone_is_to_be_closed(db):
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    await builders.past_visit(lycee=lycee, college=college, held_on=date(2020, 11, 18))
    await builders.slot(host=lycee, starts_at=paris("2021-11-18 09:00"), state="called_off", reason="Panne")
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee), entry_year=2022)
    await builders_ptech.census(cohort, 2022, "october", present=20)
    await builders_bts1.intake(await builders_bts1.course(school=lycee, title="Bachelor"), 2024, enrolled=12)
    stands = {one.year.name: one.to_close for one in await years(now=NOW)}
    assert stands == {
        **{"2020-2021": True, "2021-2022": True, "2022-2023": True, "2023-2024": False, "2024-2025": True},
        **{"2025-2026": False, "2026-2027": False},
    }


async def test_without_any_target_nothing_was_held_before_it(office, history):
    await rows("DELETE FROM targets")
    assert options((await office.get("/gestion/accueillis")).text) == [
        ("", "Depuis le début"),
        *((f"{year}-{year + 1}", f"Année scolaire {year}-{year + 1}") for year in range(2026, 2020, -1)),
    ]
    assert [line[:2] for line in (await sheet("annees", now=NOW)).lines if line[1]] == [
        *(("2021-2022", 22), ("2023-2024", 30), ("2025-2026", 25)),
    ]


async def test_a_machine_reads_them_apart_from_what_counts(app, history, nadia):
    app.state.clock = lambda: NOW
    await issue_token("nadia@example.org", token=TOKEN, now=NOW)
    told = (await Machine(app, TOKEN).get("/results")).json()["counts"]
    assert [(one["key"], one["pupils"]) for one in told["by_year_before_targets"]] == [
        *(("2021-2022", 22), ("2022-2023", 0), ("2023-2024", 30)),
    ]
    assert [(one["key"], one["pupils"]) for one in told["by_year"]] == [("2025-2026", 25), ("2026-2027", 0)]
    asked = (await Machine(app, TOKEN).get("/results?from=2021-08-01")).json()["counts"]
    assert (asked["by_year_before_targets"], sum(one["pupils"] for one in asked["by_year"])) == ([], 77)
    years_told = (await Machine(app, TOKEN).get("/years")).json()["items"]
    assert [one["year"] for one in years_told if one["empty"]] == ["2026-2027", "2024-2025", "2022-2023"]
