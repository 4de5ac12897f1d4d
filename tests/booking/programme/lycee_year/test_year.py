"""What a lycée's year amounts to: each figure beside one that is counted another way, nothing of another lycée."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from booking.programme.company_years.queries import company_year
from booking.programme.figures.rates import rates_by_lycee
from booking.programme.lycee_year.queries import lycee_year, so_far, years_of
from booking.programme.lycee_year.rules import Share, share_of_year
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders
from tests.booking.programme.lycee_year.world import two_years
from tests.builders import NOW, paris
from workshops.database import row, rows
from workshops.equity.queries import equity
from workshops.refusals import NotFound
from workshops.results.trace import VisitsToTrace, trace

BY_HAND = """
SELECT count(DISTINCT s.id) AS visits, count(*) AS groups, sum(t.counted) AS pupils,
  sum(t.counted) FILTER (WHERE t.girls IS NOT NULL) AS apart, sum(t.girls) AS girls,
  count(DISTINCT t.school) AS colleges
FROM slots s JOIN turnouts t ON t.slot = s.id AND t.counted > 0
WHERE s.school = $1 AND s.state = 'done' AND s.starts_at >= $2 AND s.starts_at < $3
"""


async def test_the_counts_are_those_of_the_closed_visits_of_this_lycee_alone(db):
    world = await two_years()
    year = await lycee_year(world.haag, 2026, now=NOW)
    by_hand = dict(await row(BY_HAND, world.haag, paris("2026-08-01 00:00"), paris("2027-08-01 00:00")))
    counts = year.counts
    assert {name: getattr(counts, name) for name in by_hand} == by_hand
    assert (counts.visits, counts.groups, counts.pupils, counts.girls, counts.apart) == (3, 3, 62, 20, 42)
    assert (counts.colleges, counts.priority) == (2, 1)


async def test_the_year_before_stands_beside_it_up_to_the_same_date_and_whole_once_the_year_is_over(db):
    world = await two_years()
    running = await lycee_year(world.haag, 2026, now=NOW)
    assert (running.over, running.until, running.before.visits, running.before.pupils) == (
        False,
        date(2027, 1, 11),
        1,
        21,
    )
    over = await lycee_year(world.haag, 2026, now=paris("2027-09-01 08:00"))
    assert (over.over, over.until, over.before.visits, over.before.pupils) == (True, date(2027, 7, 31), 2, 43)
    first = await lycee_year(world.haag, 2025, now=NOW)
    assert (first.counts.pupils, first.before) == (43, None)


async def test_every_figure_is_the_one_that_the_coordination_reads(db):
    world = await two_years()
    year = await lycee_year(world.haag, 2026, now=NOW)
    period = {"from_on": date(2026, 8, 1), "to_on": date(2027, 7, 31)}
    uai = year.lycee.uai
    traced = await trace(VisitsToTrace(school=uai), **period)
    assert (year.counts.visits, year.counts.groups, year.counts.pupils) == (
        traced.visits_in_all,
        traced.groups,
        traced.pupils,
    )
    seen = next(one for one in (await equity(**period)).received["lycees"] if one.key == uai)
    assert (year.counts.girls, year.counts.apart) == (seen.girls, seen.apart)
    its = next(one for one in await rates_by_lycee(2026) if one.lycee == world.haag)
    assert [now for now, _ in year.rates] == [one for one in its.figures if one.among and one.rate.code != "late"]
    for made in year.objects:
        behind = await trace(VisitsToTrace(school=uai, object=made.id), **period)
        assert (made.made, made.finished, made.groups) == tuple(
            behind.also[name] for name in ("made", "finished", "builders")
        )


async def test_the_hours_of_companies_are_those_of_their_certificates_at_this_lycee(db):
    world = await two_years()
    year = await lycee_year(world.haag, 2026, now=NOW)
    filed = [
        await company_year(one["id"], year="2026-2027") for one in await rows("SELECT id FROM companies ORDER BY name")
    ]
    attested = {one.company: sum((a.given for a in one.attended if "Haag" in a.host), timedelta()) for one in filed}
    assert {one.name: one.given for one in year.companies} == attested
    assert (year.counts.companies, year.counts.given) == (2, timedelta(hours=12))


async def test_it_shows_the_last_photo_of_each_object_that_was_built_there(db):
    world = await two_years()
    for slot, photo in zip(world.slots, ("a.jpg", "b.jpg", ""), strict=True):
        await rows("UPDATE builds SET photo = $2 WHERE slot = $1", slot, photo)
    await rows(
        "UPDATE builds b SET photo = 'other.jpg' FROM slots s WHERE s.id = b.slot AND s.school = $1", world.faure
    )
    year = await lycee_year(world.haag, 2026, now=NOW)
    assert [(one.name, one.finished, one.groups, one.photo) for one in year.objects] == [
        ("Lampe", 44, 2, "b.jpg"),
        ("Horloge à engrenages", 18, 1, ""),
    ]


async def test_the_colleges_are_what_they_were_in_a_closed_year(db):
    world = await two_years()
    await rows("INSERT INTO closed_years (school_year, frozen_at) VALUES (2026, $1)", paris("2027-09-10 08:00"))
    await rows(
        """INSERT INTO school_facts (school, school_year, department, priority, counted)
           VALUES ($1, 2026, '25', 'REP', true), ($2, 2026, '39', 'REP+', true)""",
        world.stendhal,
        world.bastie,
    )
    await rows("UPDATE schools SET priority = '' WHERE id = $1", world.stendhal)
    year = await lycee_year(world.haag, 2026, now=paris("2027-09-20 08:00"))
    assert (year.frozen.frozen_at, year.counts.priority) == (paris("2027-09-10 08:00"), 2)
    assert {one.name: one.priority for one in year.colleges} == {
        "Collège Stendhal": "REP",
        "Collège Maryse Bastié": "REP+",
    }


async def test_past_visits_count_and_bring_no_hours(db):
    lycee = await builders.school(kind="lycee")
    college = await builders.school()
    lamp = await builders.tech_object(name="Lampe")
    await builders.past_visit(lycee=lycee, college=college, held_on=date(2026, 10, 6), tech_object=lamp)
    year = await lycee_year(lycee, 2026, now=NOW)
    assert (year.counts.visits, year.counts.pupils, year.counts.given) == (1, 22, timedelta())
    assert [(one.name, one.made, one.groups) for one in year.objects] == [("Lampe", 0, 1)]


async def test_the_years_to_choose_are_those_with_a_visit_and_the_one_under_way(db):
    world = await two_years()
    assert await years_of(world.haag, now=paris("2027-09-01 08:00")) == [2027, 2026, 2025]
    assert await years_of(await builders.school(kind="lycee"), now=NOW) == [2026]
    with pytest.raises(NotFound):
        await lycee_year(world.haag, 2027, now=NOW)


async def test_a_visit_says_what_its_own_year_has_come_to(db):
    world = await two_years()
    now = await so_far(world.haag, paris("2027-01-07 09:00"), now=NOW)
    assert (now.visits, now.pupils, now.words, now.under_way) == (3, 62, "2026-2027", True)
    then = await so_far(world.haag, paris("2026-05-07 09:00"), now=NOW)
    assert (then.visits, then.pupils, then.words, then.under_way) == (2, 43, "2025-2026", False)


async def test_its_part_of_the_target_is_that_of_each_lycee_that_is_to_receive(db):
    world = await two_years()
    await builders.target(target=3650, from_on=date(2026, 8, 1), to_on=date(2028, 7, 30))
    year = await lycee_year(world.haag, 2026, now=NOW)
    share = year.share
    assert (share.pupils, share.lycees) == (62, 2)
    # Five pupils a day, shared by two lycées: 365 days of this year, 164 of them until now.
    assert (share.whole, share.due) == (912, 410)
    assert (await lycee_year(world.faure, 2026, now=NOW)).share.whole == share.whole
    assert (await lycee_year(world.haag, 2025, now=NOW)).share is None


@pytest.mark.parametrize(
    ("pupils", "due", "words"),
    [
        (312, 364, "312 élèves sur 700 attendus ; il en faudrait 364 aujourd'hui, soit 3 classes de plus."),
        (340, 364, "340 élèves sur 700 attendus ; il en faudrait 364 aujourd'hui, soit 1 classe de plus."),
        (364, 364, "364 élèves sur 700 attendus ; il en faut 364 aujourd'hui, le rythme est tenu."),
        (700, 364, "700 élèves sur 700 attendus : la part de l'année est atteinte."),
        (312, None, "312 élèves sur 700 attendus."),
    ],
)
def test_one_sentence_says_what_is_missing_today_in_classes(pupils, due, words):
    assert Share(pupils, 700, due, lycees=15).words == words


def test_the_rule_says_between_how_many_it_is_shared():
    rules = [Share(1, 2, None, lycees=lycees).rule for lycees in (15, 1)]
    assert rules == [
        "L'objectif du programme, à parts égales entre ses 15 lycées et ses années.",
        "L'objectif du programme, à parts égales entre ses années.",
    ]


def test_a_year_that_is_over_or_without_the_target_s_days_has_no_mark_for_today():
    asked = {"from_on": date(2025, 9, 1), "to_on": date(2030, 8, 31), "lycees": 15, "pupils": 10}
    year = (date(2026, 8, 1), date(2027, 7, 31))
    assert share_of_year(6000, **asked, year=year, today=date(2027, 8, 1)).due is None
    assert share_of_year(6000, **asked, year=(date(2024, 8, 1), date(2025, 7, 31)), today=date(2027, 1, 1)) is None
    assert share_of_year(6000, **asked | {"lycees": 0}, year=year, today=date(2027, 1, 1)) is None


async def test_what_its_cohorts_bring_to_the_other_targets_is_its_own(db):
    from tests import builders_ptech  # noqa: PLC0415

    world = await two_years()
    await builders.target(programme="ptech", metric="schemes", label="Dispositifs P-TECH", target=8)
    for lycee in (world.haag, world.haag, world.faure):
        await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee), entry_year=2026)
    year = await lycee_year(world.haag, 2026, now=NOW)
    assert [(one.target.label, one.figure, one.people) for one in year.brought] == [("Dispositifs P-TECH", 2, False)]


async def test_closing_the_year_changes_no_figure_of_it_nor_does_the_register_afterwards(db, tmp_path):
    world = await two_years()
    over = await lycee_year(world.haag, 2025, now=NOW)
    await close_year(SchoolYear(2025), CloseYear(), by=None, data_dir=tmp_path, now=NOW)
    await rows("UPDATE schools SET priority = 'REP+', department = '70' WHERE kind = 'college'")
    frozen = await lycee_year(world.haag, 2025, now=NOW)
    assert frozen.frozen.frozen_at == NOW
    assert replace(frozen, frozen=None) == over
