"""What was given in a closed year changes with its reason alone, and says what it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from booking.door.forms.closed_year_reason import REASON
from booking.programme.contributions.queries import given
from booking.programme.figures.corrections import in_words
from booking.year.close import close_year, reopen_year
from booking.year.foresee import foresee_closing
from booking.year.rules import CloseYear, ReopenYear, SchoolYear
from tests.booking.programme.contributions.test_given import THIS
from tests.booking.year.past_year import AUGUST, PastYear, a_past_year
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.closed_years.queries import corrections
from workshops.closed_years.rules import YearFrozen, correcting_because
from workshops.contributions.queries import hosts_of, rates
from workshops.contributions.rules import Giver, Hosts, rate_in
from workshops.contributions.set_rate import SetRate, set_rate
from workshops.contributions.tell_hosts import SayStaff, TellHosts, say_staff, tell_hosts
from workshops.database import rows, value

YEAR = SchoolYear(2026)


async def a_closed_year(data_dir: Path) -> PastYear:
    """Of its two visits one says who received; rates are those of the year before."""
    past = await a_past_year(data_dir)
    for giver in Giver:
        await set_rate(2025, giver, SetRate(euros=20, source="Barème"), by=None, now=NOW)
    told = {"school": past.lycee, "by": past.host, "now": NOW}
    await tell_hosts(past.closed[0], TellHosts(lyceens=10, staff=2), **told)
    await say_staff(past.lycee, SayStaff(people=3), by=past.host, now=NOW)
    asked = CloseYear(nobody_came=(past.silent,))
    foreseen = await foresee_closing(YEAR, asked, now=AUGUST)
    closed = await close_year(YEAR, asked, by=past.host, data_dir=data_dir, now=AUGUST)
    # One visit, one lycée, four rates.
    assert (foreseen.counts["given"], closed.counts["given"]) == (6, 6)
    return past


async def test_a_closed_year_keeps_its_own_rates_whatever_those_before_it_become(db, tmp_path):
    await a_closed_year(tmp_path)
    before = await given(THIS, now=AUGUST)
    await set_rate(2025, Giver.STAFF, SetRate(euros=99, source="Autre barème"), by=None, now=AUGUST)
    assert await given(THIS, now=AUGUST) == before
    assert {rate.cents for rate in await rates() if rate.school_year == 2026} == {2000}
    assert await value("SELECT count(*) FROM year_corrections") == 0


async def test_a_closed_year_without_a_rate_has_none_whatever_is_set_of_an_earlier_one(db, tmp_path):
    past = await a_past_year(tmp_path)
    await close_year(YEAR, CloseYear(nobody_came=(past.silent,)), by=past.host, data_dir=tmp_path, now=AUGUST)
    await set_rate(2025, Giver.COMPANIES, SetRate(euros=48, source="Barème"), by=None, now=AUGUST)
    companies, *_ = (await given(THIS, now=AUGUST)).lines
    assert (companies.minutes > 0, companies.rate, companies.value) == (True, "à fixer", None)
    # The year that runs has it.
    assert rate_in(await rates(), Giver.COMPANIES, 2027, closed={2026}).cents == 4800


async def test_without_a_reason_nothing_of_a_closed_year_changes(db, tmp_path):
    past = await a_closed_year(tmp_path)
    before = await given(THIS, now=AUGUST)
    with pytest.raises(YearFrozen):
        await tell_hosts(past.closed[1], TellHosts(lyceens=4, staff=1), school=past.lycee, by=past.host, now=AUGUST)
    with pytest.raises(YearFrozen):
        await set_rate(2026, Giver.COMPANIES, SetRate(euros=30, source="Barème"), by=None, now=AUGUST)
    assert await given(THIS, now=AUGUST) == before
    assert (await hosts_of(past.closed[1]), await value("SELECT count(*) FROM year_corrections")) == (Hosts(), 0)
    # The next year has begun: what the lycée says now is of it.
    await say_staff(past.lycee, SayStaff(people=9), by=past.host, now=AUGUST)
    assert await given(THIS, now=AUGUST) == before


async def test_with_a_reason_the_line_says_what_it_was(db, tmp_path):
    past = await a_closed_year(tmp_path)
    told = correcting_because.set("Feuille retrouvée")
    by = {"school": past.lycee, "by": past.host, "now": AUGUST}
    await tell_hosts(past.closed[0], TellHosts(lyceens=14, staff=2), **by)
    await tell_hosts(past.closed[1], TellHosts(lyceens=4), **by)
    await tell_hosts(past.closed[0], TellHosts(), **by)
    await set_rate(2026, Giver.COMPANIES, SetRate(euros=30.5, source="Barème"), by=None, now=AUGUST)
    correcting_because.reset(told)
    assert [(one.what, one.changes, one.reason) for one in in_words(await corrections(year=2026))] == [
        ("qui a reçu la visite du jeudi 8 octobre 2026", "lycéens 10 → 14", "Feuille retrouvée"),
        ("qui a reçu la visite du jeudi 25 mars 2027", "rien → lycéens 4", "Feuille retrouvée"),
        (
            "qui a reçu la visite du jeudi 8 octobre 2026",
            "lycéens 14, enseignants et personnels 2 → rien",
            "Feuille retrouvée",
        ),
        ("taux horaire, entreprises", "centimes de l'heure 2000 → 3050", "Feuille retrouvée"),
    ]
    assert {one["by"] for one in await rows("SELECT by FROM events WHERE act = 'year_corrected'")} == {past.host, None}


async def test_a_host_is_asked_why_and_a_reason_corrects_her_closed_visit(app, tmp_path):
    past = await a_closed_year(tmp_path)
    app.state.clock = lambda: AUGUST
    browser = await Browser(app, now=AUGUST).sign_in(past.host)
    assert 'name="lyceens" value="10"' in (await browser.get(f"/accueil/{past.closed[0]}")).text
    path, asked = f"/accueil/{past.closed[0]}/recu", {"lyceens": "11", "staff": "2"}
    answer = await browser.post(path, asked)
    assert (answer.status_code, "Dites pourquoi" in read(answer)) == (409, True)
    assert await hosts_of(past.closed[0]) == Hosts(10, 2)
    answer = await browser.post(path, asked | {REASON: "Feuille retrouvée"})
    assert (answer.status_code, await hosts_of(past.closed[0])) == (303, Hosts(11, 2))
    (line,) = await corrections(year=2026)
    assert (line.school_name.partition(",")[0], line.reason) == ("Lycée Jules Haag", "Feuille retrouvée")


async def test_while_its_figures_are_reopened_the_reason_of_the_reopening_holds(db, tmp_path):
    past = await a_closed_year(tmp_path)
    await reopen_year(YEAR, ReopenYear(reason="Contrôle"), by=past.host, now=AUGUST)
    await tell_hosts(past.closed[1], TellHosts(staff=1), school=past.lycee, by=past.host, now=AUGUST)
    (line,) = [one for one in await corrections(year=2026) if one.what != "reopened"]
    assert (line.programme, line.of, line.about, line.was, line.becomes, line.reason) == (
        *("apports", "slot", past.closed[1]),
        *("", "staff 1", "Contrôle"),
    )
