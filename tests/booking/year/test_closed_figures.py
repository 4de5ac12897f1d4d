"""A closed year's figures of the three schemes are frozen: what changes them says why, and is shown beside them."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from asyncpg.exceptions import RaiseError

from booking.programme.figures.corrections import in_words
from booking.programme.records.take_in import take_in
from booking.year.close import close_year, reopen_year
from booking.year.rules import CloseYear, ReopenYear, SchoolYear
from tests import builders, builders_bts1, builders_ptech
from tests.booking.programme.records.story import sender
from tests.booking.year.past_year import AUGUST, a_past_year
from tests.owner import by_owner
from workshops.closed_years.correct import recording
from workshops.closed_years.queries import corrections, frozen_figures, frozen_years
from workshops.closed_years.rules import YearFrozen, correcting_because
from workshops.coverage.queries import coverage
from workshops.coverage.take_in import CountedCollege, keep_head_counts, take_back_head_counts
from workshops.coverage.take_in import stored as stored_head_counts
from workshops.database import row, rows, transaction, value
from workshops.equity.colleges import came_in
from workshops.equity.queries import equity
from workshops.programmes.bts1.add_up import RecordIntake
from workshops.programmes.bts1.keep_lines import (
    INTAKE,
    STEP,
    RecordMobility,
    RecordStep,
    record_intake,
    record_mobility,
    record_step,
    take_line_back,
)
from workshops.programmes.bts1.rules import countries
from workshops.programmes.ptech.count_cohort import (
    RecordCensus,
    RecordOutcome,
    record_census,
    record_outcome,
    remove_census,
    remove_outcome,
)
from workshops.programmes.ptech.mentor import AddMentor, EndMentor, add_mentor, end_mentor
from workshops.programmes.ptech.open_scheme import EnrolCohort, enrol_cohort
from workshops.programmes.ptech.settle_action import HoldAction, hold_action
from workshops.results.behind import groups_behind
from workshops.results.measure import figures_of
from workshops.results.queries import breakdown, whole
from workshops.results.trace import VisitsToTrace, trace
from workshops.scope import EVERYTHING, of_school
from workshops.tallies.count import recount
from workshops.tallies.queries import wrong_sums

YEAR = SchoolYear(2026)
DAYS = {"from_on": date(2026, 8, 1), "to_on": date(2027, 7, 31)}
BECAUSE = "Erreur de saisie, vue au contrôle"


@pytest.fixture
def because():
    """Whoever acts says why."""
    told = correcting_because.set(BECAUSE)
    yield
    correcting_because.reset(told)


@pytest.fixture
async def closed(db, tmp_path: Path):
    """A closed year of the three schemes, and records of the year before and after it that may change."""
    past = await a_past_year(tmp_path)
    schools = [one["id"] for one in await rows("SELECT id FROM schools WHERE kind = 'college'")]
    await rows("UPDATE schools SET priority = 'REP', rural = true, lat = 47.1, lon = 6.1 WHERE id = $1", schools[0])
    await rows("UPDATE schools SET lat = 47.2, lon = 6.2 WHERE kind = 'lycee'")
    await builders.school(name="Jamais venu", priority="REP+", department="39")
    for level, pupils in (("5e", 90), ("4e", 80), ("3e", 70)):
        for year in (2026, 2027):
            told = (
                "INSERT INTO head_counts (school, school_year, level, pupils, example) VALUES ($1, $2, $3, $4, false)"
            )
            await rows(told, schools[0], year, level, pupils)
    firm, other = await builders.company(name="A"), await builders.company(name="B")
    scheme = await builders_ptech.scheme(school=past.lycee)
    cohort = await builders_ptech.cohort(of=scheme, entry_year=2025)
    for year, present in ((2025, 24), (2026, 22)):
        await builders_ptech.census(cohort, year, present=present)
    mentor = await builders_ptech.mentor(cohort, company=firm, from_on=date(2026, 9, 15))
    held = await builders_ptech.action(
        cohort, company=firm, starts_at=builders.paris("2027-03-02 09:00"), state="held", pupils=20
    )
    late = await builders_ptech.action(cohort, company=firm, starts_at=builders.paris("2027-06-02 09:00"))
    await rows("INSERT INTO ptech_outcomes (cohort, kind, pupils, school_year) VALUES ($1, 'other', 2, 2026)", cohort)
    course = await builders_bts1.opened(school=past.lycee, on=date(2026, 9, 1))
    await builders_bts1.intake(course, 2026, places=12, enrolled=11)
    await close_year(YEAR, CloseYear(nobody_came=(past.silent,)), by=past.host, data_dir=tmp_path, now=AUGUST)
    return {
        **{"cohort": cohort, "mentor": mentor, "held": held, "late": late, "course": course, "firm": other},
        **{"scheme": scheme, "host": past.host, "lycee": past.lycee, "college": schools[0]},
    }


def acts(known: dict[str, int]) -> dict[str, object]:
    """Every act of the records that changes what the year counts."""
    own = {"scope": of_school(known["lycee"]), "by": known["host"], "now": AUGUST}
    cohort, course = known["cohort"], known["course"]
    june = RecordCensus(2026, "june", 21, left_moved=1)
    return {
        "census": lambda: record_census(cohort, RecordCensus(2026, "october", 20, left_moved=4), **own),
        "new census": lambda: record_census(cohort, june, **own),
        "census removed": lambda: remove_census(cohort, school_year=2026, term="october", **own),
        "outcome": lambda: record_outcome(cohort, RecordOutcome(kind="other", school_year=2026, pupils=3), **own),
        "outcome removed": lambda: remove_outcome(cohort, kind="other", school_year=2026, **own),
        "mentor": lambda: add_mentor(cohort, AddMentor(company=known["firm"], from_on=date(2027, 5, 3)), **own),
        "mentor ended": lambda: end_mentor(known["mentor"], EndMentor(to_on=date(2027, 7, 1)), **own),
        "action held": lambda: hold_action(known["held"], HoldAction(pupils=21), **own),
        "action held late": lambda: hold_action(known["late"], HoldAction(pupils=21), **own),
        "cohort": lambda: enrol_cohort(EnrolCohort(scheme=known["scheme"], entry_year=2026), **own),
        "step": lambda: record_step(course, RecordStep(step="ouverte", step_on=date(2026, 9, 2), planned=False), **own),
        "step removed": lambda: take_line_back(STEP, course, "ouverte", **own),
        "intake": lambda: record_intake(course, RecordIntake(school_year=2026, enrolled=12), **own),
        "intake removed": lambda: take_line_back(INTAKE, course, 2026, **own),
        "mobility": lambda: record_mobility(
            course, RecordMobility(school_year=2026, country="Suisse", kind="stage", people=3), **own
        ),
    }


NAMES = (
    *("census", "new census", "census removed", "outcome", "outcome removed", "mentor", "mentor ended", "action held"),
    *("action held late", "cohort", "step", "step removed", "intake", "intake removed", "mobility"),
)


async def stored() -> list[str]:
    tables = ("ptech_censuses", "ptech_outcomes", "ptech_mentors", "ptech_cohorts", "bts1_steps", "bts1_intakes")
    return [
        str(await value(f"SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM {one} t"))
        for one in (*tables, "bts1_mobilities", "mentoring_actions", "year_corrections")
    ]


@pytest.mark.parametrize("name", NAMES)
async def test_what_a_closed_year_counts_is_changed_by_no_act_that_does_not_say_why(closed, name: str):
    before = await stored()
    with pytest.raises(YearFrozen, match="L'année 2026-2027 est close"):
        await acts(closed)[name]()
    assert await stored() == before


@pytest.mark.parametrize("name", NAMES)
async def test_an_act_that_says_why_is_a_correction_with_what_was_and_becomes(closed, because, name: str):
    await acts(closed)[name]()
    (told,) = await corrections()
    assert (told.school_year, told.reason, told.school_name) == (2026, BECAUSE, "Lycée Jules Haag, Besançon")
    assert told.was != told.becomes
    of = {"cohort": closed["cohort"], "course": closed["course"]}
    assert told.about == of.get(told.of) or name == "cohort"
    journal = await row(
        "SELECT e.by, e.about, w.words FROM events e JOIN event_words w ON w.event = e.id WHERE act = 'year_corrected'"
    )
    assert tuple(journal) == (closed["host"], 2026, BECAUSE)


CORRECTED = "SELECT about FROM events WHERE act = 'year_corrected' ORDER BY id"


async def test_a_file_that_corrects_a_closed_year_says_so_once_in_the_journal_and_not_for_its_other_lines(
    closed, because
):
    uai = await value("SELECT uai FROM schools WHERE id = $1", closed["lycee"])
    course = await value("SELECT title FROM bts1_courses WHERE id = $1", closed["course"])
    own = [(2026, "Suisse", 3), (2026, "Italie", 2), *((2025, country, 1) for country in countries()[:10])]
    lines = [f"{uai};{course};{year}-{year + 1};{country};Stage;{people}\n" for year, country, people in own]
    file = "uai;formation;annee_scolaire;pays;motif;personnes\n" + "".join(lines)
    done = await take_in(file.encode(), sender=sender(closed["host"]), now=AUGUST)
    assert done.added == 12
    assert [(one.what, one.becomes, one.reason) for one in await corrections(year=2026)] == [
        (f"mobility stage {country}", f"people {people}", BECAUSE) for _, country, people in own[:2]
    ]
    assert [one["about"] for one in await rows(CORRECTED)] == [2026]


async def test_how_long_a_mobility_of_a_closed_year_was_is_corrected_with_its_reason_and_said_in_words(closed, because):
    own = {"scope": of_school(closed["lycee"]), "by": closed["host"], "now": AUGUST}
    stay = {"school_year": 2026, "country": "Suisse", "kind": "stage", "people": 3, "direction": "incoming"}
    for weeks in (None, 8, 12):
        await record_mobility(closed["course"], RecordMobility(**stay, weeks=weeks), **own)
    assert [(one.what, one.changes) for one in in_words(await corrections(course=closed["course"]))] == [
        ("mobilité entrante « Stage » Suisse", "rien → personnes 3"),
        ("mobilité entrante « Stage » Suisse", "semaines inconnu → 8"),
        ("mobilité entrante « Stage » Suisse", "semaines 8 → 12"),
    ]


async def test_acts_of_one_transaction_each_tell_the_years_that_they_corrected(closed, because):
    own = {"scope": of_school(closed["lycee"]), "by": closed["host"], "now": AUGUST}
    stay = {"country": "Suisse", "kind": "stage"}
    async with transaction():
        await record_mobility(closed["course"], RecordMobility(school_year=2027, people=1, **stay), **own)
        await acts(closed)["census"]()
        await record_mobility(closed["course"], RecordMobility(school_year=2027, people=2, **stay), **own)
        await record_mobility(closed["course"], RecordMobility(school_year=2026, people=3, **stay), **own)
    assert [one["about"] for one in await rows(CORRECTED)] == [2026, 2026]


async def test_a_closing_keeps_the_figure_of_each_metric_and_a_correction_leaves_it(closed, because):
    before = {(one.programme, one.metric): one.figure for one in await frozen_figures()}
    assert before == {
        **{("technilab", "pupils"): 50, ("ptech", "schemes"): 0, ("ptech", "pupils"): 22, ("ptech", "entrants"): 0},
        **{("ptech", "companies"): 1, ("bts1", "courses"): 1, ("bts1", "enrolled"): 11, ("bts1", "completed"): 0},
    }
    await acts(closed)["census"]()
    assert {(one.programme, one.metric): one.figure for one in await frozen_figures()} == before


async def test_what_counts_in_no_closed_year_goes_on_without_a_word(closed):
    own = {"scope": of_school(closed["lycee"]), "by": closed["host"], "now": AUGUST}
    await end_mentor(closed["mentor"], EndMentor(to_on=date(2027, 8, 1)), **own)
    await record_step(
        closed["course"], RecordStep(step="premiere_promotion", step_on=date(2027, 9, 1), planned=True), **own
    )
    await record_census(closed["cohort"], RecordCensus(2025, "june", 23, left_moved=1), **own)
    await add_mentor(closed["cohort"], AddMentor(company=closed["firm"], from_on=date(2027, 8, 1)), **own)
    # Said again as it was, and its words alone: nothing of the figures changes.
    await record_census(closed["cohort"], RecordCensus(2026, "october", 22, note="Deux de moins."), **own)
    assert await corrections() == []


async def test_removing_what_hangs_on_a_closed_year_by_hand_is_refused_by_the_database(closed):
    for wrong in (
        "DELETE FROM ptech_censuses WHERE school_year = 2026",
        "UPDATE bts1_intakes SET enrolled = 10 WHERE school_year = 2026",
        "UPDATE head_counts SET pupils = 1 WHERE school_year = 2026",
        "UPDATE school_facts SET priority = 'REP'",
        "DELETE FROM year_figures",
        "UPDATE year_figures SET figure = 1",
        "DELETE FROM year_corrections",
    ):
        with pytest.raises(RaiseError):
            await by_owner(wrong)


async def everything() -> list[object]:
    """What any page, file or answer tells of the year."""
    return [
        await equity(**DAYS),
        await whole(**DAYS),
        await breakdown(**DAYS, now=AUGUST),
        await came_in(**DAYS),
        await coverage(2026, scope=EVERYTHING),
        *[
            one
            for narrowed in (
                {"priorities": ("REP", "REP+")},
                {"setting": "rural"},
                {"distance": "10-25"},
                {"department": "25"},
                {"level": "4e", "priorities": ("REP",)},
            )
            for one in (
                await trace(VisitsToTrace(**narrowed), **DAYS),
                await groups_behind(VisitsToTrace(**narrowed), **DAYS),
            )
        ],
    ]


async def test_a_new_annuaire_moves_nothing_of_a_closed_year_and_all_of_the_next(closed, tmp_path: Path):
    before = await everything()
    after_it = {"from_on": date(2027, 8, 1), "to_on": date(2028, 7, 31)}
    reached = (await equity(**after_it)).reached["priorities"]
    await rows(
        "UPDATE schools SET priority = '', rural = false, department = '70', lat = lat + 1 WHERE kind = 'college'"
    )
    await rows("UPDATE schools SET closed = true WHERE name = 'Jamais venu'")
    await rows("UPDATE schools SET lat = lat - 1 WHERE kind = 'lycee'")
    await builders.school(name="Collège tout neuf", priority="REP")
    await recount()
    assert await everything() == before
    assert (await equity(**after_it)).reached["priorities"] != reached
    assert await wrong_sums() == 0


async def test_head_counts_of_a_closed_year_are_told_anew_with_a_reason_in_one_line(closed, because):
    uai = await value("SELECT uai FROM schools WHERE id = $1", closed["college"])
    told = [CountedCollege(uai, {"5e": 91, "4e": 80, "3e": 70})]
    own = {"school_year": 2026, "by": closed["host"], "now": AUGUST, "example": False}
    correcting_because.set("")
    with pytest.raises(YearFrozen):
        async with recording(by=closed["host"], school=None, now=AUGUST):
            await keep_head_counts(told, **own)
    correcting_because.set(BECAUSE)
    async with recording(by=closed["host"], school=None, now=AUGUST):
        await keep_head_counts(told, **own)
    (line,) = await corrections(year=2026)
    assert (line.what, line.was, line.becomes) == (
        "head_counts",
        "1 collège, 240 élèves",
        "1 collège, 241 élèves (effectifs changés dans 1 collège)",
    )


@pytest.mark.parametrize(
    ("fifths", "girls", "there", "becomes"),
    [
        (90, {}, 60, ""),
        (40, {}, 110, "2 collèges, 300 élèves (effectifs changés dans 2 collèges)"),
        (90, {"5e": 40}, 60, "2 collèges, 300 élèves, dont 40 filles (effectifs changés dans 1 collège)"),
    ],
    ids=["the same", "moved from one to the other", "girls told as well"],
)
async def test_head_counts_of_a_closed_year_leave_a_line_wherever_they_change_even_where_their_sums_stay(
    closed, because, fifths, girls, there, becomes
):
    here = await value("SELECT uai FROM schools WHERE id = $1", closed["college"])
    other = await value("SELECT uai FROM schools WHERE id = $1", await builders.school(name="Lumière"))
    was = "2 collèges, 300 élèves"

    async def told(fifths: int, girls: dict[str, int], there: int) -> None:
        counted = [
            CountedCollege(here, {"5e": fifths, "4e": 80, "3e": 70}, girls=girls),
            CountedCollege(other, {"5e": there}),
        ]
        async with recording(by=closed["host"], school=None, now=AUGUST):
            await keep_head_counts(counted, school_year=2026, by=closed["host"], now=AUGUST, example=False)

    await told(90, {}, 60)
    before = await stored_head_counts(2026)
    await told(fifths, girls, there)
    async with recording(by=closed["host"], school=None, now=AUGUST):
        await take_back_head_counts(before)

    changes = becomes and becomes[becomes.index(" (") :]
    expected = [(was, becomes), (becomes.removesuffix(changes), was + changes)] if becomes else []
    _, *lines = await corrections(year=2026)
    assert [(one.was, one.becomes, one.reason) for one in lines] == [(*one, BECAUSE) for one in expected]
    assert [one["about"] for one in await rows(CORRECTED)] == [2026] * (1 + len(expected))
    assert [one.changes for one in in_words(lines)] == [f"{left} → {right}" for left, right in expected]


async def test_a_reopened_year_is_corrected_for_the_reason_of_its_reopening_until_it_is_closed_again(closed, tmp_path):
    await reopen_year(YEAR, ReopenYear(reason="Contrôle du rectorat"), by=closed["host"], now=AUGUST)
    await acts(closed)["census"]()
    assert [(one.what, one.was[:11], one.becomes[:11], one.reason) for one in await corrections(year=2026)] == [
        ("reopened", "", "", "Contrôle du rectorat"),
        ("census october", "present 22,", "present 20,", "Contrôle du rectorat"),
    ]
    await close_year(YEAR, CloseYear(), by=closed["host"], data_dir=tmp_path, now=AUGUST)
    assert {year: one.reopened for year, one in (await frozen_years()).items()} == {2026: False}
    with pytest.raises(YearFrozen):
        await acts(closed)["outcome"]()


async def test_a_year_closed_before_gets_at_the_upgrade_the_facts_and_figures_of_that_day(db, tmp_path: Path):
    before = import_module("piccolo_migrations.booking.booking_2463_closed_before")
    past = await a_past_year(tmp_path)
    cohort = await builders_ptech.cohort(entry_year=2026)
    await builders_ptech.census(cohort, 2026, present=24)
    await builders_ptech.census(cohort, 2026, "june", present=23, entered=1, left_moved=2)
    for month in (9, 10, 11, 12):
        await builders_ptech.mentor(cohort, from_on=date(2026, month, 3))
    course = await builders_bts1.opened(on=date(2026, 9, 1))
    await builders_bts1.intake(course, 2026, places=12, enrolled=11, completed=9)
    for name, closed_at, reopened_at in (
        ("2026-2027", AUGUST, None),
        ("2025-2026", None, AUGUST),
        ("2024-2025", None, None),
    ):
        told = "INSERT INTO year_closings (school_year, started_at, closed_at, reopened_at) VALUES ($1, $2, $3, $4)"
        await rows(told, name, AUGUST, closed_at, reopened_at)
    for statement in (before.YEARS, before.REOPENED, before.FACTS, before.FIGURES):
        await rows(statement)
    found = await frozen_years()
    assert {year: (one.at_upgrade, one.reopened) for year, one in found.items()} == {
        2026: (True, False),
        2025: (True, True),
    }
    kept = {(one.programme, one.metric): one.figure for one in await frozen_figures() if one.school_year == 2026}
    assert kept == await figures_of(2026, now=AUGUST)
    assert (kept["technilab", "pupils"], kept["ptech", "entrants"], kept["ptech", "companies"]) == (36, 25, 3)
    schools = await value("SELECT count(*) FROM schools")
    assert await value("SELECT count(*) FROM school_facts WHERE school_year = 2026") == schools
    with pytest.raises(YearFrozen):
        await record_census(cohort, RecordCensus(2026, "october", 25), scope=EVERYTHING, by=past.host, now=AUGUST)
