"""An action at Christmas or at three in the morning is asked about: by the page, the API and the spreadsheet."""

from __future__ import annotations

import secrets
from datetime import date, datetime

import pytest

from booking.people.accounts.token import issue_token
from booking.programme.records.take_in import foresee, take_in
from tests.booking.programme.ptech.test_actions import Story, mentored
from tests.booking.programme.records.story import sender
from tests.browsing import Browser, Machine, read
from tests.builders import NOW, paris
from tests.builders_ptech import action
from workshops.database import rows, value
from workshops.programmes.ptech.rules import unusual
from workshops.school_calendar.rules import DayOff
from workshops.schools.rules import FileRefused

CLOSURE = "INSERT INTO closures (kind, label, zone, school, first_on, last_on) VALUES ($1, $2, $3, $4, $5, $6)"
CHRISTMAS = "Cette action tombe un jour férié (Noël). Confirmez ce moment, ou corrigez la date et l'heure."
NIGHT = "Cette action commence avant 7 h. Confirmez ce moment, ou corrigez la date et l'heure."


@pytest.mark.parametrize(
    ("wall", "minutes", "why"),
    [
        ("2027-03-25 09:00", 120, []),
        ("2027-03-25 07:00", 120, []),
        ("2027-03-25 18:00", 120, []),
        ("2027-03-25 03:00", 120, ["commence avant 7 h"]),
        ("2027-03-25 06:59", 120, ["commence avant 7 h"]),
        ("2027-03-25 18:30", 120, ["finit après 20 h"]),
        ("2027-03-25 23:30", 60, ["finit après 20 h"]),
        ("2027-03-25 13:30", 2100, []),
        ("2027-03-28 09:00", 120, ["tombe un dimanche"]),
    ],
)
def test_hours_and_sundays_are_told_by_the_clock_of_the_lycee(wall: str, minutes: int, why: list[str]):
    assert unusual(paris(wall), minutes, None) == why


def test_every_reason_is_said():
    off = DayOff("holiday", "Vacances d'hiver", date(2027, 2, 20), date(2027, 3, 7), zone="A")
    assert unusual(paris("2027-02-21 03:00"), 60, off) == [
        "tombe pendant les vacances (Vacances d'hiver)",
        "tombe un dimanche",
        "commence avant 7 h",
    ]


@pytest.fixture
async def story(app) -> Story:
    app.state.clock = lambda: NOW
    told = await mentored()
    await rows(CLOSURE, "public_holiday", "Noël", None, None, date(2027, 12, 25), date(2027, 12, 25))
    await rows(CLOSURE, "holiday", "Vacances d'hiver", "A", None, date(2027, 2, 20), date(2027, 3, 7))
    await rows(CLOSURE, "holiday", "Vacances d'hiver", "C", None, date(2027, 2, 6), date(2027, 2, 19))
    return told


def typed(on: str, at: str, **more: object) -> dict[str, object]:
    told = {"kind": "visite", "title": "Visite", "hours": 2, "minutes": 0, "people": 2, "place": ""}
    return told | {"starts_on": on, "starts": at} | more


async def starts() -> list[datetime]:
    return [one["starts_at"] for one in await rows("SELECT starts_at FROM mentoring_actions ORDER BY id")]


async def test_the_lycee_confirms_the_very_moment_that_it_was_asked_about(app, story):
    browser = await Browser(app, now=NOW).sign_in(story.host)
    where = f"/lycee/ptech/cohortes/{story.cohort}/actions"
    asked = await browser.post(where, typed("2027-12-25", "09:00", company=story.company))
    assert (asked.status_code, CHRISTMAS in read(asked), await starts()) == (409, True, [])
    assert 'name="sure" value="2027-12-25 09:00"' in asked.text
    other = await browser.post(where, typed("2027-12-25", "03:00", company=story.company, sure="2027-12-25 09:00"))
    assert (other.status_code, await starts()) == (409, [])
    kept = await browser.post(where, typed("2027-12-25", "09:00", company=story.company, sure="2027-12-25 09:00"))
    assert (kept.status_code, await starts()) == (303, [paris("2027-12-25 09:00")])


async def test_the_holidays_are_those_of_the_lycee_s_zone(app, story):
    browser = await Browser(app, now=NOW).sign_in(story.host)
    where = f"/lycee/ptech/cohortes/{story.cohort}/actions"
    assert (await browser.post(where, typed("2027-02-10", "09:00"))).status_code == 303
    asked = await browser.post(where, typed("2027-02-24", "09:00"))
    assert "Cette action tombe pendant les vacances (Vacances d'hiver). Confirmez ce moment" in read(asked)


async def test_a_company_is_asked_too(app, story):
    ines = await value("SELECT id FROM accounts WHERE email = 'ines@example.org'")
    browser = await Browser(app, now=NOW).sign_in(ines)
    where = f"/entreprise/cohortes/{story.cohort}/actions"
    asked = await browser.post(where, typed("2027-03-25", "03:00"))
    assert (asked.status_code, NIGHT in read(asked), await starts()) == (409, True, [])
    assert (await browser.post(where, typed("2027-03-25", "03:00", sure="2027-03-25 03:00"))).status_code == 303


async def test_a_change_is_asked_about_only_when_the_moment_changes(app, story):
    browser = await Browser(app, now=NOW).sign_in(story.host)
    planned = await action(story.cohort, company=story.company, starts_at=paris("2027-12-25 09:00"))
    where = f"/lycee/ptech/actions/{planned}"
    assert (await browser.post(where, typed("2027-12-25", "09:00", title="Autre"))).status_code == 303
    asked = await browser.post(where, typed("2027-12-25", "03:00"))
    assert (asked.status_code, await starts()) == (409, [paris("2027-12-25 09:00")])
    assert "jour férié (Noël) et commence avant 7 h. Confirmez" in read(asked)
    assert (await browser.post(where, typed("2027-12-25", "03:00", sure="2027-12-25 03:00"))).status_code == 303


async def test_so_is_the_moment_when_it_was_held(app, story):
    browser = await Browser(app, now=NOW).sign_in(story.host)
    planned = await action(story.cohort, company=story.company, starts_at=paris("2026-11-26 09:00"))
    where = f"/lycee/ptech/actions/{planned}/presents"
    counted = {"pupils": 20, "held_on": "2026-11-26", "held_at": "03:00"}
    asked = await browser.post(where, counted)
    assert (asked.status_code, NIGHT in read(asked)) == (409, True)
    assert (await browser.post(where, counted | {"sure": "2026-11-26 03:00"})).status_code == 303


async def test_the_api_has_its_own_field(app, story):
    token = secrets.token_urlsafe(32)
    await issue_token("jules@example.org", token=token, now=NOW)
    machine = Machine(app, token)
    body = {"kind": "visite", "title": "Visite", "minutes": 120, "starts_at": "2027-12-25T09:00:00+01:00"}
    asked = await machine.post(f"/ptech/cohorts/{story.cohort}/actions", body)
    assert (asked.status_code, asked.json()["type"], asked.json()["detail"]) == (
        409,
        "/problems/unusual-time",
        CHRISTMAS,
    )
    kept = await machine.post(f"/ptech/cohorts/{story.cohort}/actions", body | {"unusual_time_meant": True})
    assert kept.status_code == 201
    number = kept.json()["id"]
    later = body | {"starts_at": "2027-12-26T09:00:00+01:00"}
    assert (await machine.client.put(f"/ptech/actions/{number}", json=later)).status_code == 409
    meant = later | {"unusual_time_meant": True}
    assert (await machine.client.put(f"/ptech/actions/{number}", json=meant)).status_code == 200


async def test_a_spreadsheet_says_it_in_a_column(app, story):
    uai = await value("SELECT uai FROM schools WHERE id = $1", story.school)
    header = "uai;dispositif;rentree;siret;le;debut;intitule;type;lieu;minutes;personnes;presents;annulation;confirme\n"
    line = f"{uai};P-TECH Microtechniques;2026;;2027-12-25;09:00;Forum;Autre action;;60;0;;;"
    with pytest.raises(FileRefused) as no:
        await foresee((header + line).encode(), sender=sender(), now=NOW)
    assert list(no.value.lines) == [
        "ligne 2 : cette action tombe un jour férié (Noël). Confirmez ce moment, ou corrigez la date et l'heure"
    ]
    await take_in((header + line + "oui").encode(), sender=sender(), now=NOW)
    assert await starts() == [paris("2027-12-25 09:00")]
