"""Five school years: every figure that a coordinator reads is the ledger's, to the unit, also after the closings."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from booking.year.close import close_year
from booking.year.purge import purge
from booking.year.rules import CloseYear, SchoolYear
from tests.journeys.five_years import AIMS, AUTUMNS, BEGINS, ENDS, READ_AT
from tests.journeys.ledger import CohortKept
from tests.journeys.office import WHOLE, YEARS, Office, number, plain, table

MONTHS = {month: (date(2030, month, 1), date(2030, month + 1, 1) - timedelta(days=1)) for month in range(4, 9)}


@pytest.fixture(scope="module")
async def office(_app, lasting_db):
    _app.state.clock = lambda: READ_AT
    found = await Office.open(_app)
    for autumn in AUTUMNS:
        await found.world.live(autumn)
        if autumn in {AUTUMNS[0], AUTUMNS[-1]}:
            found.costs[autumn] = await found.cost()
    yield found
    _app.state.clock = None


def done_of(results: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["programme"], one["metric"]): one["done"] for one in results["targets"]}


def test_the_programme_has_its_size(office):
    ledger = office.world.ledger
    assert 230 <= len(ledger.visits) <= 280
    assert 5500 <= ledger.pupils(*WHOLE) <= 6500
    assert len({one.scheme for one in ledger.cohorts}) == AIMS["ptech", "schemes"]
    assert (len(ledger.cohorts), len({one[0] for kept in ledger.cohorts for one in kept.mentors})) == (40, 120)
    assert len(ledger.steps) == AIMS["bts1", "courses"]


@pytest.mark.parametrize("period", [WHOLE, *YEARS, (date(2026, 11, 20), date(2028, 2, 3))])
async def test_the_figures_of_any_period_are_those_of_the_ledger(office, period):
    ledger, results = office.world.ledger, await office.results(period)
    assert done_of(results) == ledger.figures(*period, today=office.world.today)
    expected = ledger.counts(*period, today=office.world.today)
    assert {name: results["counts"][name] for name in expected} == expected
    booked = {one["metric"]: one["booked"] for one in results["targets"] if one["programme"] == "technilab"}
    assert booked == {"pupils": ledger.booked(*period)}


async def test_the_whole_is_the_sum_of_the_school_years(office):
    whole = done_of(await office.results())
    years = [done_of(await office.results(year)) for year in YEARS]
    for metric in (("technilab", "pupils"), ("ptech", "pupils"), ("ptech", "entrants"), ("bts1", "enrolled")):
        assert sum(year[metric] for year in years) == whole[metric]
    assert whole["ptech", "companies"] == AIMS["ptech", "companies"]


async def test_the_months_to_come_are_foreseen_as_those_of_last_year(office):
    ledger, today = office.world.ledger, office.world.today
    whole = ledger.figures(*WHOLE, today=today)
    since, until = (ledger.figures(BEGINS, day.replace(year=day.year - 1), today=today) for day in (today, ENDS))
    hoped = {metric: until[metric] - since[metric] for metric in whole}
    # Diplomas are told in summer for the autumn before: those of this year stand as those of last year.
    before = ledger.figures(BEGINS, today.replace(year=today.year - 2), today=today)
    hoped["bts1", "completed"] += since["bts1", "completed"] - before["bts1", "completed"]
    # Of visits, each month brings what is booked of it, and beyond it what the same days of last year brought.
    months = [(today + timedelta(days=1), date(2030, 3, 31)), *(MONTHS[month] for month in range(4, 9))]
    hoped["technilab", "pupils"] = sum(
        max(0, ledger.pupils(first.replace(year=2029), last.replace(year=2029)) - ledger.booked(first, last))
        for first, last in months
    )
    engaged = {("technilab", "pupils"): ledger.booked(*WHOLE)}
    told = {(one["programme"], one["metric"]): one for one in (await office.results())["targets"]}
    assert {metric: (one["counted"], one["engaged"], one["hoped"]) for metric, one in told.items()} == {
        metric: (done, engaged.get(metric, 0), hoped[metric]) for metric, done in whole.items()
    }
    assert all(one["forecast"] == one["counted"] + one["engaged"] + one["hoped"] for one in told.values())


async def test_the_board_shows_the_ledgers_figures(office):
    ledger, board = office.world.ledger, await office.page("/gestion") + await office.page("/gestion/accueillis")
    articles = re.findall(r'<article class="figure".*?<h3[^>]*>(.*?)</h3>.*?<strong>(.*?)</strong>', board, re.S)
    labels = {(one["programme"], one["metric"]): one["label"] for one in (await office.results())["targets"]}
    reached = ledger.figures(*WHOLE, today=office.world.today)
    assert {plain(label): number(plain(figure)) for label, figure in articles} == {
        labels[metric]: figure for metric, figure in reached.items()
    }
    counts = ledger.counts(*WHOLE, today=office.world.today)
    for name, kind in (("lycees", "by_lycee"), ("colleges", "by_college")):
        shown = [(one["label"], one["pupils"], one["groups"], one["visits"]) for one in counts[kind]]
        assert table(board, f"par-{name}") == shown[:100]
    years = [table(board, "par-annees"), [ledger.pupils(*year) for year in YEARS]]
    assert [line[1] for line in years[0]] == years[1]
    of_visits = next(part for part in board.split("</article>") if "Places encore libres à venir" in part)
    pace = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", of_visits))
    days = (office.world.today - BEGINS).days + 1, (ENDS - BEGINS).days + 1
    assert [number(pace[name]) for name in ("Rythme régulier aujourd'hui", "Places encore libres à venir")] == [
        round(AIMS["technilab", "pupils"] * days[0] / days[1]),
        ledger.offered(*WHOLE),
    ]
    companies = table(board, "par-entreprises")
    came = ledger.companies(*WHOLE)
    assert (sorted(line[1:] for line in companies), len(companies)) == (sorted(came.values()), 20)


@pytest.mark.parametrize("year", ["", "2027-2028"])
async def test_behind_each_figure_stand_the_visits_that_make_it(office, year):
    board = await office.page(f"/gestion/accueillis?annee={year}")
    rows = re.findall(r'<th scope="row"><a href="(/gestion/creneaux[^"]*)">.*?</th>(.*?)</tr>', board, re.S)
    lead = re.search(r"([\d ]+) élèves accueillis en (\d+) visites", plain(board))
    assert lead is not None
    asked = {html.unescape(href): [number(cell) for cell in re.findall(r">([^<]+)</td>", line)] for href, line in rows}
    told = {}
    for href in asked:
        visits, counts = await office.behind(href)
        if "objet=" in href:
            told[href] = counts
        else:
            told[href] = [visits, counts[0]] if "entreprise=" in href else [*counts, visits]
    assert told == asked
    visits, counts = await office.behind(f"/gestion/creneaux?annee={year}")
    assert (visits, counts[0]) == (number(lead[2]), number(lead[1]))


async def test_each_cohorts_page_shows_its_funnel_and_its_mentoring(office):
    for kept in office.world.ledger.cohorts:
        page = await office.page(f"/gestion/ptech/cohortes/{kept.id}")
        tally = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
        first, late = kept.censuses[0].present, sum(one.entered for one in kept.censuses[1:])
        assert [tally[name] for name in ("Entrants", "Entrés plus tard", "Présents", "Mentorat par élève")] == [
            str(first),
            str(late),
            str(kept.censuses[-1].present),
            f"{hours(kept):.1f} h".replace(".", ",").replace(",0 ", " "),
        ]
        assert [line[1:] for line in table(page, "entonnoir")] == funnel(kept)
        held = [line[2] for line in table(page, "entreprises")]
        assert sum(held) == sum(company is not None for _, _, _, company in kept.held)


def hours(kept: CohortKept) -> float:
    """The yearly hours of a pupil, added up."""
    october = {one.school_year: one.present for one in kept.censuses if one.term == "october"}
    return sum(
        minutes * pupils / 60 / october[on.year - (on.month < 8)] for on, minutes, pupils, _ in kept.held
    )  # fmt: skip


def funnel(kept: CohortKept) -> list[tuple[Any, ...]]:
    lines: list[tuple[Any, ...]] = []
    for year in range(kept.entry_year, kept.entry_year + 5):
        until = [n for n, one in enumerate(kept.censuses) if (one.school_year, one.term) == (year, "october")]
        if not until:
            lines.append(("à venir", "–", "–", "–", "–"))
            continue
        so_far = kept.censuses[1 : until[0] + 1]
        late, left = sum(one.entered for one in so_far), sum(one.left_reoriented + one.left_moved for one in so_far)
        present, ever = kept.censuses[until[0]].present, kept.censuses[0].present + late
        lines.append((present, ever, late, left, f"{round(100 * present / ever)} %"))
    return lines


async def test_what_became_of_each_cohort_is_the_ledgers_and_adds_up_to_who_was_there(office):
    told = {one["cohort_id"]: one["leavers"] for one in (await office.results())["ptech_leavers"]}
    left = {kept.id: kept.left(office.world.today) for kept in office.world.ledger.cohorts}
    assert told == {cohort: became for cohort, became in left.items() if became is not None}
    assert len(told) == 16
    for became in told.values():
        parts = [became[name] for name in ("bts_entered", "studying", "employed", "other", "unknown")]
        assert sum(parts) == became["leavers"]
    shown = table(await office.page("/gestion/ptech"), "devenir")
    assert len(shown) == 16


async def test_the_courses_year_after_year_are_the_ledgers(office):
    ledger, results = office.world.ledger, await office.results()
    for year in results["bts1_years"]:
        of_year = [counts for (_, autumn), counts in ledger.intakes.items() if autumn == year["school_year"]]
        assert (year["courses"], year["places"], year["enrolled"], year["completed"] or 0) == (
            *(len(of_year), 18 * len(of_year)),
            *(sum(enrolled for enrolled, _ in of_year), sum(completed for _, completed in of_year)),
        )
    assert sum(one["courses"] for one in results["bts1_years"]) == len(ledger.intakes)
    away = {one["school_year"]: one["people"] for one in results["bts1_stays"]}
    assert away == {one["school_year"]: 3 * one["courses"] for one in results["bts1_years"]}


async def test_no_page_asks_more_of_five_years_than_of_one(office):
    assert office.costs[AUTUMNS[-1]] == office.costs[AUTUMNS[0]]


async def test_closing_the_years_and_the_nights_erasures_change_no_figure(office, years_to_come, tmp_path: Path):
    before = await office.everything()
    for autumn in AUTUMNS[:-1]:
        await close_year(
            SchoolYear(autumn), CloseYear(), by=office.world.cast.coordinator, data_dir=tmp_path, now=READ_AT
        )
    assert await office.everything() == before
    await purge(data_dir=tmp_path, now=READ_AT)
    assert await office.everything() == before
