"""What is given in kind: hours of four kinds, each counted once, at the rates of each school year."""

from __future__ import annotations

from datetime import date

import pytest

from booking.programme.contributions.queries import given, given_by_lycee, given_of_lycee, sums
from booking.programme.contributions.rules import ACCOUNTS, Given, YearHours, euros, given_of, rate_words, worth_of
from booking.programme.figures.periods import Period
from booking.programme.report.rules import Figures, Paragraph
from booking.programme.report.tell_given import given_blocks
from tests import builders
from tests.builders import NOW, paris
from workshops.contributions.rules import FundingKind, Giver, Rate
from workshops.contributions.set_rate import RecordSum, SetRate, record_sum, set_rate
from workshops.contributions.tell_hosts import SayStaff, TellHosts, say_staff, tell_hosts

LAST = Period("2025-2026", date(2025, 8, 1), date(2026, 7, 31))
THIS = Period("2026-2027", date(2026, 8, 1), date(2027, 7, 31))
LIFE = Period("", date(2025, 9, 1), date(2030, 8, 31))


async def a_visit(lycee: int, wall: str, *, hours: float = 3, state: str = "done", pupils: int = 20) -> int:
    slot = await builders.slot(host=lycee, starts_at=paris(wall), hours=hours, state=state)
    await builders.turnout(slot=slot, counted=pupils)
    return slot


async def two_lycees() -> tuple[int, int]:
    """Two lycées, two companies, three visits of this year, one of the last, others that count nothing."""
    one, other = [await builders.school(kind="lycee", name=name) for name in ("Lycée Jules Haag", "Lycée Colomb")]
    firms = [await builders.company() for _ in range(2)]
    by = await builders.person("host", "helene@example.org", school=one)
    october = await a_visit(one, "2026-10-01 09:00")
    november = await a_visit(one, "2026-11-05 14:00", hours=1.5)
    december = await a_visit(other, "2026-12-03 09:00", hours=2)
    before = await a_visit(one, "2026-03-12 09:00")
    await builders.company_turnout(slot=october, company=firms[0], people=2)
    await builders.company_turnout(slot=october, company=firms[1], people=1)
    await builders.company_turnout(slot=before, company=firms[0], people=4)
    # Nobody came to the one, the other is not closed: a company that waited there gave no hour.
    for slot in (
        await a_visit(one, "2026-11-12 09:00", pupils=0),
        await a_visit(one, "2026-11-19 09:00", state="closed"),
    ):
        await builders.company_turnout(slot=slot, company=firms[0], people=3)
    for slot, school, lyceens, staff in (
        (october, one, 12, 2),
        (november, one, None, 1),
        (december, other, 0, None),
        (before, one, 10, 3),
    ):
        await tell_hosts(slot, TellHosts(lyceens=lyceens, staff=staff), school=school, by=by, now=NOW)
    await say_staff(one, SayStaff(people=2), by=by, now=NOW)
    return one, other


def told(found: Given) -> dict[str, tuple[str, str, int | None]]:
    return {line.giver: (line.hours, line.rate, line.value) for line in found.lines}


async def test_each_hour_is_counted_once_and_only_of_what_is_known(db):
    await two_lycees()
    found = await given(THIS, now=NOW)
    assert (found.visits, told(found)) == (
        3,
        {
            Giver.COMPANIES: ("9 h 00", "à fixer", None),
            Giver.LYCEENS: ("36 h 00", "à fixer", None),
            Giver.STAFF: ("7 h 30", "à fixer", None),
            Giver.LYCEES: ("9 h 00", "à fixer", None),
        },
    )
    rules = {line.giver: line.rule for line in found.lines}
    # Nought lycéens is a number that was told; nothing is not.
    assert "(dit pour 2 sur 3 visites closes)" in rules[Giver.LYCEENS]
    assert "(dit pour 2 sur 3 visites closes)" in rules[Giver.STAFF]
    assert "(dit pour 2 sur 3 visites closes)" in rules[Giver.LYCEES]
    last = await given(LAST, now=NOW)
    # The lycée said whom a slot mobilises from this year on: the last one knows nothing of it.
    assert [line.hours for line in last.lines] == ["12 h 00", "30 h 00", "9 h 00", "0 h 00"]


async def test_a_lycee_reads_its_own_part_of_the_same_hours_and_nothing_of_another(db):
    one, other = await two_lycees()
    year = (THIS.from_on, THIS.to_on)
    assert [(line.hours, line.told) for line in (await given_of_lycee(one, *year)).lines] == [
        ("36 h 00", "dit pour 1 sur 2 visites closes"),
        ("7 h 30", "dit pour 2 sur 2 visites closes"),
        ("9 h 00", "dit pour 2 sur 2 visites closes"),
    ]
    # Nought lycéens is a number that was told; nothing is not.
    assert [line.hours for line in (await given_of_lycee(other, *year)).lines] == ["0 h 00", "", ""]
    assert (await given_of_lycee(other, LAST.from_on, LAST.to_on)).visits == 0


async def test_what_each_lycee_gave_adds_up_to_what_all_gave(db):
    one, other = await two_lycees()
    each = await given_by_lycee(THIS, now=NOW)
    assert [(its.lycee, its.visits, its.hours, its.told) for its in each] == [
        (other, 1, ("0 h 00", "", ""), (1, 0, 0)),
        (one, 2, ("36 h 00", "7 h 30", "9 h 00"), (1, 2, 2)),
    ]
    minutes = {line.giver: line.minutes for line in (await given(THIS, now=NOW)).lines}
    for giver in (Giver.LYCEENS, Giver.STAFF, Giver.LYCEES):
        assert sum(getattr(its, giver) for its in each) == minutes[giver]
    assert sum(its.visits for its in each) == (await given(THIS, now=NOW)).visits


async def test_a_rate_holds_until_a_year_has_its_own_and_the_whole_life_adds_up_the_years(db):
    await two_lycees()
    for year, amount in ((2025, 40.0), (2026, 47.55)):
        await set_rate(year, Giver.COMPANIES, SetRate(euros=amount, source="Barème"), by=None, now=NOW)
    await set_rate(2025, Giver.STAFF, SetRate(euros=30, source="Barème"), by=None, now=NOW)
    await set_rate(2026, Giver.LYCEENS, SetRate(euros=4.5, source="Barème"), by=None, now=NOW)
    assert told(await given(LAST, now=NOW)) == {
        Giver.COMPANIES: ("12 h 00", "40\u202f€", 480),
        Giver.LYCEENS: ("30 h 00", "à fixer", None),
        Giver.STAFF: ("9 h 00", "30\u202f€", 270),
        Giver.LYCEES: ("0 h 00", "à fixer", None),
    }
    this, life = await given(THIS, now=NOW), await given(LIFE, now=NOW)
    # 9 h at 47,55 € are 427,95 €.
    assert told(this)[Giver.COMPANIES] == ("9 h 00", "47,55\u202f€", 428)
    assert told(this)[Giver.STAFF] == ("7 h 30", "30\u202f€", 225)
    assert told(life)[Giver.COMPANIES] == ("21 h 00", "de 40\u202f€ à 47,55\u202f€ selon l'année", 908)
    assert told(life)[Giver.LYCEENS] == ("66 h 00", "4,50\u202f€", 162)
    assert [line.lacks for line in life.lines if line.giver == Giver.LYCEENS] == [
        "Sans taux en 2025-2026 : ces heures n'ont pas de valeur."
    ]
    assert (life.value, life.worth) == (908 + 162 + 495, "1\u202f565\u202f€")


async def test_visits_of_before_technilab_bring_no_hour_and_are_told(db):
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    for day in (date(2025, 10, 9), date(2025, 11, 13)):
        await builders.past_visit(lycee=lycee, college=college, held_on=day)
    found = await given(LAST, now=NOW)
    assert (found.hours, found.declared_words) == (
        "0 h 00",
        "2 visites reprises n'ont ni durée ni personnes connues : aucune heure n'en est comptée.",
    )
    assert (await given(THIS, now=NOW)).declared_words == ""


@pytest.mark.parametrize(
    ("minutes", "cents", "worth"),
    [(90, 2450, 37), (1, 3000, 1), (1, 2999, 0), (60, 0, 0), (600_000, 50_000, 5_000_000)],
)
def test_a_value_is_to_the_nearest_euro_and_half_a_euro_goes_up(minutes, cents, worth):
    assert worth_of(minutes, cents) == worth


def test_amounts_are_written_as_the_french_do():
    assert (euros(1234), rate_words(2450), rate_words(2500)) == ("1\u202f234\u202f€", "24,50\u202f€", "25\u202f€")


async def test_the_sum_that_stands_is_the_latest_by_its_day_and_none_is_lost(db):
    for kind, amount, on in (
        ("envelope", 2_000_000, date(2026, 9, 1)),
        ("spent", 300_000, date(2026, 12, 31)),
        ("spent", 250_000, date(2026, 6, 30)),
        ("spent", 310_000, date(2026, 12, 31)),
    ):
        asked = RecordSum(kind=FundingKind(kind), euros=amount, counted_on=on, source="Établissement support")
        await record_sum(asked, by=None, now=NOW)
    stand = await sums(on=date(2027, 1, 11))
    assert {kind: entry and entry.euros for kind, entry in stand.items()} == {
        FundingKind.ENVELOPE: 2_000_000,
        FundingKind.SPENT: 310_000,
        FundingKind.COFINANCED: None,
    }
    then = await sums(on=date(2026, 8, 31))
    assert [entry and entry.euros for entry in then.values()] == [None, 250_000, None]


def test_the_file_shows_who_gave_what_at_which_rate_by_which_rule_and_the_three_sums():
    hours = YearHours(
        school_year=2026,
        visits=3,
        companies=540,
        companies_told=1,
        lyceens=2160,
        lyceens_told=2,
        staff=450,
        staff_told=2,
        lycees=540,
        lycees_told=2,
    )
    found = given_of(
        [hours], [Rate(2026, "companies", 4755, "Barème")], closed=(), of_year=2026, words=THIS.words, declared=0
    )
    in_kind, money, accounts = given_blocks(found, dict.fromkeys(FundingKind))
    assert isinstance(in_kind, Figures) and isinstance(money, Figures)
    assert [line[:4] for line in in_kind.lines] == [
        ("Entreprises", "9 h 00", "47,55\u202f€", 428),
        ("Lycéens", "36 h 00", "à fixer", None),
        ("Enseignants et personnels", "7 h 30", "à fixer", None),
        ("Lycées", "9 h 00", "à fixer", None),
        ("Ensemble", "61 h 30", None, 428),
    ]
    assert all(len(line) == len(block.columns) for block in (in_kind, money) for line in block.lines)
    assert money.lines[0] == ("Enveloppe", None, None, "Non saisie")
    assert accounts == Paragraph(ACCOUNTS, note=True)
