"""Closing a school year: every figure stays, all that only served the visits goes, and nothing is ever half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.close_slot import reopen_slot
from booking.day.checkin.queries import roster
from booking.people.accounts.token import issue_token
from booking.year.close import close_year
from booking.year.foresee import foresee_closing
from booking.year.queries import open_visits, report_of, years
from booking.year.rules import CloseYear, SchoolYear, YearNotOver, YearNotSettled
from tests import builders
from tests.booking.year.dump import dump
from tests.booking.year.past_year import AUGUST, PastYear, a_past_year
from tests.browsing import Machine
from tests.builders import paris
from tests.statements import statements_of
from workshops.database import rows, value
from workshops.results.queries import breakdown, progress
from workshops.slots.rules import YearClosed

YEAR = SchoolYear(2026)
ROOT = Path(__file__).parents[3]
PERIOD = {"from_on": date(2026, 8, 1), "to_on": date(2027, 7, 31)}


async def closed(past: PastYear, data_dir: Path, **more: object):
    return await close_year(
        YEAR, CloseYear(nobody_came=(past.silent,)), by=past.host, data_dir=data_dir, now=AUGUST, **more
    )


async def board() -> tuple[object, object, object]:
    return await progress(now=AUGUST), await progress(**PERIOD, now=AUGUST), await breakdown(**PERIOD, now=AUGUST)


NEXT_YEAR = """UPDATE slots SET starts_at = starts_at + interval '1 year', ends_at = ends_at + interval '1 year'
WHERE id = ANY ($1::int[])"""


async def settle(past: PastYear) -> None:
    """Nothing is left open: only what the host closed is in the year."""
    await rows(NEXT_YEAR, [past.scanned, past.silent, past.empty])


async def test_every_figure_of_the_board_and_of_the_api_is_equal_before_and_after(app, tmp_path):
    past = await a_past_year(tmp_path)
    await settle(past)
    app.state.clock = lambda: AUGUST
    boss = await builders.person("coordinator", "nadia@example.org")
    await issue_token("nadia@example.org", token="k" * 43, now=AUGUST)
    machine = Machine(app, "k" * 43)
    asked = ("/results", "/results?from=2026-08-01&to=2027-07-31")
    before = await board(), [(await machine.get(path)).json() for path in asked]
    desk_before = [await roster(slot, school=past.lycee) for slot in past.closed]

    await close_year(YEAR, CloseYear(), by=boss, data_dir=tmp_path, now=AUGUST)

    assert (await board(), [(await machine.get(path)).json() for path in asked]) == before
    assert before[0][1][0].done == 36
    desk = [await roster(slot, school=past.lycee) for slot in past.closed]
    assert [(one.came, one.groups[0].counted) for one in desk] == [
        (one.came, one.groups[0].counted) for one in desk_before
    ]
    assert [one.came for one in desk] == [12, 13]


async def test_what_only_served_the_visits_is_gone_and_the_next_year_is_untouched(db, tmp_path):
    past = await a_past_year(tmp_path)
    report = await closed(past, tmp_path)
    assert sorted((tmp_path / "objets").iterdir()) == []
    kept = await rows("SELECT slot, needs, visa_note, reason FROM reservations ORDER BY id")
    assert [tuple(one) for one in kept] == [
        *((slot, "", "", "") for slot in (*past.closed, past.scanned, past.silent)),
        (past.next, "Un fauteuil", "Vu", "Un mot"),
    ]
    counts = "SELECT count(*) FROM {} WHERE slot <> $1"
    assert [await value(counts.format(table), past.next) for table in ("scans", "presences")] == [0, 0]
    assert await value("SELECT count(*) FROM badges") == 0
    assert await value("SELECT string_agg(note || photo, '') FROM builds") == ""
    assert await value("SELECT reason FROM slots WHERE id = $1", past.off) == "Texte effacé"
    assert dict(report.counts) == {
        "visits": 3,
        "from_badges": 1,
        "from_zero": 1,
        "called_off": 2,
        "nobody": 1,
        "pupils": 18 + 18 + 14,
        "schools": 2,
        "declared_visits": 0,
        "declared_pupils": 0,
        "company_people": 4,
        "company_turnouts": 2,
        "made": 20,
        "first_names": 3,
        "needs": 4,
        "texts": 4 + 4 + 2 + 2 + 1,
        "photos": 2,
        "badges": 60,
        "presences": 39,
        "scans": 39,
        "reservations": 4,
        "turnouts": 4,
        "builds": 2,
    }


async def test_a_visit_left_open_counts_its_badges_and_one_without_any_needs_a_word(db, tmp_path):
    past = await a_past_year(tmp_path)
    with pytest.raises(YearNotSettled) as refused:
        await close_year(YEAR, CloseYear(), by=past.host, data_dir=tmp_path, now=AUGUST)
    assert refused.value.slots == [past.silent]
    assert [one.id for one in await open_visits(YEAR) if one.unsettled] == [past.silent]
    assert await report_of(YEAR) is None
    await closed(past, tmp_path)
    states = await rows("SELECT id, state, frozen FROM slots ORDER BY id")
    assert {one["id"]: (one["state"], one["frozen"]) for one in states} == {
        **dict.fromkeys((*past.closed, past.scanned, past.silent), ("done", True)),
        past.empty: ("called_off", True),
        past.off: ("called_off", True),
        past.next: ("open", False),
    }
    counted = await rows(
        "SELECT slot, scanned, counted, note FROM turnouts WHERE slot >= $1 ORDER BY slot", past.scanned
    )
    assert [tuple(one) for one in counted] == [
        (past.scanned, 14, 14, "Compté d'après les badges, à la clôture de l'année"),
        (past.silent, 0, 0, "Aucun badge lu : compté 0 à la clôture de l'année"),
    ]


@pytest.mark.parametrize(
    ("declared", "note"),
    [
        (5, "Compté d'après les badges et les présences déclarées par l'accueil, à la clôture de l'année"),
        (14, "Compté d'après les présences déclarées par l'accueil, à la clôture de l'année"),
    ],
)
async def test_presences_that_the_host_declared_are_told_apart_in_the_note(db, tmp_path, declared, note):
    past = await a_past_year(tmp_path)
    await rows(
        """UPDATE presences SET declaration = scan
           WHERE badge IN (SELECT badge FROM presences WHERE slot = $1 ORDER BY badge LIMIT $2)""",
        *(past.scanned, declared),
    )
    await closed(past, tmp_path)
    counted = await rows("SELECT scanned, declared, counted, note FROM turnouts WHERE slot = $1", past.scanned)
    assert [tuple(one) for one in counted] == [(14 - declared, declared, 14, note)]


async def test_closing_twice_changes_nothing(db, tmp_path):
    past = await a_past_year(tmp_path)
    first = await closed(past, tmp_path)
    after = dump()
    again = await close_year(YEAR, CloseYear(), by=None, data_dir=tmp_path, now=paris("2027-12-01 10:00"))
    assert (again, dump()) == (first, after)


async def test_killed_half_way_it_goes_on_where_it_stopped(db, tmp_path):
    past = await a_past_year(tmp_path)
    expected = await foresee_closing(YEAR, CloseYear(nobody_came=(past.silent,)), now=AUGUST)
    for stop in (2, 3, 2):
        asked = json.dumps({"zero": past.silent, "by": past.host, "data_dir": str(tmp_path), "stop": stop})
        assert killed_at(asked) == -signal.SIGKILL
    half = await report_of(YEAR)
    assert half is not None and half.closed_at is None
    report = await closed(past, tmp_path)
    assert (report.counts, report.closed_at) == (expected.counts, AUGUST)
    assert sorted((tmp_path / "objets").iterdir()) == []


def killed_at(asked: str) -> int:
    """A closing in a process of its own, killed as soon as so many steps are done; returns how it ended."""
    return subprocess.run([sys.executable, "-c", KILLED, asked], cwd=ROOT, env=os.environ, check=False).returncode


KILLED = """
import asyncio, json, os, signal, sys
from datetime import datetime
from pathlib import Path
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear

told = json.loads(sys.argv[1])

def tell(done, total):
    if done == told["stop"]:
        os.kill(os.getpid(), signal.SIGKILL)

asked = CloseYear(nobody_came=(told["zero"],))
asyncio.run(close_year(SchoolYear(2026), asked, by=told["by"], data_dir=Path(told["data_dir"]),
    now=datetime.fromisoformat("2027-08-02T08:00:00+00:00"), tell=tell, at_once=1))
"""


async def test_a_year_that_is_not_over_is_refused_in_words(db, tmp_path):
    await a_past_year(tmp_path)
    with pytest.raises(YearNotOver) as refused:
        await close_year(YEAR, CloseYear(), by=None, data_dir=tmp_path, now=paris("2027-07-31 23:59"))
    assert refused.value.sentence == "L'année 2026-2027 n'est pas finie : elle se clôt à partir du 1er août 2027."
    assert await value("SELECT count(*) FROM slots WHERE frozen") == 0


async def test_a_visit_of_a_closed_year_is_never_reopened(db, tmp_path):
    past = await a_past_year(tmp_path)
    await closed(past, tmp_path)
    with pytest.raises(YearClosed):
        await reopen_slot(past.closed[0], ReopenVisit(reason="Erreur"), account=past.host, now=AUGUST)
    with pytest.raises(asyncpg.CheckViolationError):
        await rows("UPDATE slots SET state = 'closed' WHERE id = $1", past.closed[0])


async def test_the_list_tells_where_each_year_stands(db, tmp_path):
    past = await a_past_year(tmp_path)
    waits = [(one.year.name, one.over, one.closed_at, one.open) for one in await years(now=AUGUST)]
    assert waits == [("2027-2028", False, None, 0), ("2026-2027", True, None, 3)]
    await closed(past, tmp_path)
    told = [(one.year.name, one.over, one.closed_at, one.open) for one in await years(now=AUGUST)]
    assert told == [("2027-2028", False, None, 0), ("2026-2027", True, AUGUST, 0)]


async def test_ten_years_are_told_by_as_many_statements_as_one(db, tmp_path):
    await a_past_year(tmp_path)
    one, ten = [await statements_of(partial(years, now=paris(f"{last}-10-01 09:00"))) for last in (2027, 2036)]
    assert (len(one), len(await years(now=paris("2036-10-01 09:00")))) == (len(ten), 11)


async def test_a_visit_under_way_is_not_a_past_one_that_nobody_closed(db, tmp_path):
    past = await a_past_year(tmp_path)
    begins = await value("SELECT starts_at FROM slots WHERE id = $1", past.silent)
    under_way = await years(now=begins + timedelta(minutes=10))
    assert [(one.year.name, one.open) for one in under_way] == [("2026-2027", 2)]


async def test_a_slot_closed_with_nobody_is_no_visit_of_the_report_as_on_the_board(db, tmp_path):
    past = await a_past_year(tmp_path)
    await rows("UPDATE slots SET state = 'done' WHERE id = $1", past.empty)
    report = await closed(past, tmp_path)
    assert (report.counts["visits"], report.counts["nobody"]) == (3, 0)
    assert sum(one.visits for one in (await breakdown(**PERIOD, now=AUGUST)).lycees) == 3
