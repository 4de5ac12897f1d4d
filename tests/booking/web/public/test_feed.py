"""Feeds over HTTP, as agenda programs ask for them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from booking.calendar.feeds.give import give_feed
from tests import builders
from tests.booking.mails.story import CLAIRE, reserved
from tests.browsing import Browser
from tests.builders import NOW, paris
from workshops.database import rows, value

TOKEN = "un-jeton-d-agenda"
MINE = f"/agenda/{TOKEN}.ics"


@pytest.fixture
async def program(app):
    """An agenda program, at a quarter past nine in Paris; Claire has given it her link."""
    app.state.clock = lambda: NOW + timedelta(minutes=15)
    await reserved(changed_at=NOW + timedelta(minutes=5))
    membership = await value(
        "SELECT m.id FROM memberships m JOIN accounts a ON a.id = m.account WHERE a.email = $1", CLAIRE
    )
    account = await value("SELECT account FROM memberships WHERE id = $1", membership)
    await give_feed(membership, account=account, token=TOKEN, now=NOW)
    return Browser(app)


async def test_a_feed_is_a_calendar_with_its_marks_and_is_kept_for_oneself(program):
    answer = await program.get(MINE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["last-modified"] == "Mon, 11 Jan 2027 08:05:00 GMT"
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["content-disposition"] == 'attachment; filename="technilab.ics"'
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")


async def test_a_program_that_holds_these_bytes_is_told_so_until_they_change(program):
    first = await program.get(MINE)
    mark = {"If-None-Match": first.headers["etag"]}
    again = await program.get(MINE, headers=mark)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["cache-control"] == "private, no-cache"
    await rows("UPDATE reservations SET state = 'called_off', sequence = 1")
    changed = await program.get(MINE, headers=mark)
    assert (changed.status_code, b"STATUS:CANCELLED" in changed.content) == (200, True)


async def test_the_mark_counts_before_the_date(program):
    first = await program.get(MINE)
    asked = {"If-None-Match": '"another"', "If-Modified-Since": first.headers["last-modified"]}
    assert (await program.get(MINE, headers=asked)).status_code == 200
    asked = {"If-None-Match": f'W/{first.headers["etag"]}, "another"'}
    assert (await program.get(MINE, headers=asked)).status_code == 304


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Mon, 11 Jan 2027 08:05:00 GMT", 304),
        ("Mon, 11 Jan 2027 08:04:59 GMT", 200),
        ("hier", 200),
        ("", 200),
    ],
)
async def test_a_program_may_ask_by_date_alone(program, since, status):
    assert (await program.get(MINE, headers={"If-Modified-Since": since})).status_code == status


@pytest.mark.parametrize("path", ["/agenda/unknown.ics", f"/agenda/{TOKEN}", "/agenda/.ics", "/agenda/lycee/x.ics"])
async def test_a_link_that_opens_nothing_is_not_found(program, path):
    assert (await program.get(path)).status_code == 404


async def test_a_lycees_open_slots_are_public(program):
    await builders.slot(host=await builders.school(kind="lycee", uai="0250011B"))
    answer = await program.get("/agenda/lycee/0250011B.ics")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=300")
    assert answer.content.count(b"BEGIN:VEVENT") == 1
    mark = {"If-None-Match": answer.headers["etag"]}
    assert (await program.get("/agenda/lycee/0250011B.ics", headers=mark)).status_code == 304


async def test_a_lycee_s_public_agenda_says_from_when_on_its_places_may_be_had(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee")
    workshop = await builders.workshop(host=lycee)
    for day in ("2027-03-25", "2027-05-27", "2027-06-10"):
        await builders.slot(workshop=workshop, starts_at=builders.paris(f"{day} 09:00"))
    may, june = (
        {"first_on": date(2027, 5, 1), "last_on": date(2027, 5, 31)},
        {"first_on": date(2027, 6, 1), "last_on": date(2027, 6, 30)},
    )
    await builders.opening(**may, opens_at=builders.paris("2027-02-01 10:00"))
    drawn = {"draws_at": builders.paris("2027-01-12 11:00"), "seed": bytes(32), "first_weight": 2}
    await builders.opening(**june, opens_at=NOW, **drawn)
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee)
    shown = (await Browser(app).get(f"/agenda/lycee/{uai}.ics")).text.replace("\r\n ", "")
    assert re.findall(r"24 places libres sur 24[^\\]*(?:\\,[^\\]*)?", shown) == [
        "24 places libres sur 24",
        "24 places libres sur 24\\, ouverture lundi 1er février à 10 h",
        "24 places libres sur 24\\, tirage mardi 12 janvier à 11 h",
    ]


async def test_an_agenda_of_open_slots_leaves_out_the_days_on_which_the_lycee_receives_nobody(program):
    lycee = await builders.school(kind="lycee", uai="0250011B")
    for day in (25, 26):
        await builders.slot(host=lycee, starts_at=paris(f"2027-03-{day} 09:00"))
    await builders.closure(school=lycee, on=date(2027, 3, 25))
    answer = await program.get("/agenda/lycee/0250011B.ics")
    assert re.findall(r"DTSTART;TZID=Europe/Paris:(\w+)", answer.text) == ["20270326T090000"]
