"""The examples make every page worth opening, on any day of the year.

What the examples say of the way to a lycée.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest

from booking.day.checkin.open_desk import open_desk
from booking.demo.fill import fill
from booking.demo.offer import ARRIVAL
from booking.demo.settle import read_tables
from booking.people.accounts.trial import demo_accounts
from booking.programme.consortium.queries import consortium
from booking.visits.draws.queries import LAST, draw, draw_lines
from booking.words.wording import arrival_lines
from tests.browsing import Browser, read
from workshops.companies.rules import is_siret
from workshops.database import owners_transaction, row, rows, value
from workshops.openings.queries import openings_to_come
from workshops.programmes.bts1.queries import courses
from workshops.results.queries import progress
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import PARIS, paris_day, reason_closed, wednesday_afternoon
from workshops.scope import EVERYTHING
from workshops.september_hands.queries import hands, years_of_hands
from workshops.slots.queries import slot_card

TUESDAY = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 12, 27, 22, 30, tzinfo=UTC)
SUMMER = datetime(2027, 7, 20, 10, tzinfo=UTC)
AUGUST = datetime(2027, 8, 20, 10, tzinfo=UTC)
AFTER_THE_CALENDAR = datetime(2029, 3, 1, 5, tzinfo=UTC)
on = partial(pytest.mark.parametrize, "filled", indirect=True)


@dataclass(frozen=True)
class Filled:
    """When the examples were made, and what was told of their progress."""

    now: datetime
    told: list[tuple[int, int]]


@pytest.fixture(scope="module")
async def filled(request, lasting_db):
    """The examples of a moment, made once for all the tests that look at them."""
    told: list[tuple[int, int]] = []
    await empty()
    assert await fill(request.param, progress=lambda done, total: told.append((done, total))) is True
    return Filled(request.param, told)


async def empty() -> None:
    """As a new database: what was planned for tables with a line or two is planned anew."""
    async with owners_transaction():
        # As a replica: the events let nobody empty them.
        await rows("SET LOCAL session_replication_role = replica")
        await rows(
            "TRUNCATE accounts, schools, companies, tech_objects, slots, targets, openings, events"
            " RESTART IDENTITY CASCADE"
        )


@on([TUESDAY])
async def test_everyone_of_the_story_is_there(filled):
    people = await demo_accounts()
    places = {role: {one.place for one in people if one.role == role} for role in ("teacher", "host", "company")}
    assert {role: len(of) for role, of in places.items()} == {"teacher": 12, "host": 15, "company": 10}
    assert [one.role for one in people].count("coordinator") == 1
    assert [one.email for one in people if not one.email.endswith("@example.org")] == []
    assert await value("SELECT count(*) FROM schools") == 260
    assert await value("SELECT count(DISTINCT department) FROM schools s JOIN workshops w ON w.school = s.id") == 4


@on([TUESDAY, SUNDAY_NIGHT, SUMMER, AFTER_THE_CALENDAR])
async def test_a_desk_can_be_tried_at_once_on_any_day(filled):
    now = filled.now
    card = await slot_card(1)
    assert card is not None
    first_host = next(one for one in await demo_accounts() if one.role == "host")
    assert (card.uai, card.seats_taken, card.company_places_taken) == (first_host.school_uai, 24, 2)
    assert now - timedelta(hours=1) < card.starts_at <= now < card.ends_at
    booked = await row(
        "SELECT r.state, r.pupils, a.email FROM reservations r JOIN accounts a ON a.id = r.booked_by"
        " WHERE r.slot = 1 AND r.starts_at = $1",
        card.starts_at,
    )
    first_teacher = next(one for one in await demo_accounts() if one.role == "teacher")
    assert tuple(booked) == ("confirmed", 24, first_teacher.email)
    seen = await open_desk(1, school=await value("SELECT school FROM slots WHERE id = 1"), secret_key="s" * 40)
    assert [sum(place.kind == "pupil" for place in group.places) for group in seen.groups] == [24]


@on([TUESDAY, SUMMER])
async def test_the_slots_to_come_avoid_days_off_weekends_and_wednesday_afternoons(filled):
    now = filled.now
    coming = await rows("SELECT starts_at, ends_at FROM slots WHERE starts_at > $1", now)
    off = await closures_between(paris_day(now), paris_day(now) + timedelta(weeks=11), zones=["A"])
    wrong = [
        slot["starts_at"]
        for slot in coming
        if reason_closed(paris_day(slot["starts_at"]), off, zone="A") is not None
        or slot["starts_at"].astimezone(PARIS).weekday() > 4
        or wednesday_afternoon(slot["starts_at"], slot["ends_at"])
    ]
    assert wrong == []
    assert len(coming) >= 85


@on([TUESDAY])
async def test_the_coordinators_board_is_not_empty(filled):
    pupils = (await progress(now=TUESDAY))[0]
    presences = await value("SELECT count(*) FROM presences")
    assert pupils.done - pupils.declared == presences > 800
    assert pupils.declared == await value("SELECT sum(pupils) FROM past_visits") > 500
    assert pupils.booked == await value("SELECT sum(seats_taken) FROM slots WHERE state = 'open'") > 300
    assert [one.target.target for one in await progress(now=TUESDAY)] == [6000, 8, 1800, 1800, 120, 10]
    assert await value("SELECT count(*) FROM slots WHERE state = 'open' AND ends_at < $1", TUESDAY) == 2


@on([TUESDAY, AUGUST])
async def test_a_course_of_each_sort_can_be_seen(filled):
    board = await courses(scope=EVERYTHING, now=filled.now)
    assert sorted(one.stands.status or "" for one in board) == [
        "idee",
        "montage",
        "ouverte",
        "ouverte",
        "premiere_promotion",
        "suspendue",
    ]
    assert sum(one.stands.late for one in board) == 1
    assert [one.title for one in board if not one.example] == []


@on([TUESDAY])
async def test_the_consortium_has_its_bodies_its_lycees_and_its_companies(filled):
    members = await consortium(now=TUESDAY)
    kinds = [one.card.kind for one in members]
    assert (kinds.count("lycee"), kinds.count("entreprise"), len(kinds)) == (15, 10, 31)
    assert await value("SELECT count(*) FROM partners WHERE NOT example") == 0
    assert [
        one.card.name for one in members if one.card.kind == "entreprise" and "(exemple)" not in one.card.name
    ] == []
    assert sum(one.courses for one in members if one.card.kind == "lycee") == 5


@on([TUESDAY, SUMMER])
async def test_two_septembers_were_counted_by_all_lycees_but_one(filled):
    years = await years_of_hands()
    assert (len(years), years[0] - years[1]) == (2, 1)
    assert [(of_year.answered, of_year.asked) for of_year in [await hands(year) for year in years]] == [
        (14, 15),
        (14, 15),
    ]


@on([TUESDAY])
async def test_every_invented_row_is_marked_as_an_example(filled):
    for table in ("accounts", "companies", "groups", "tech_objects", "workshops", "slots", "builds", "past_visits"):
        assert await value(f"SELECT count(*) FROM {table} WHERE NOT example") == 0, table
    sirets = [one["siret"] for one in await rows("SELECT siret FROM companies")]
    assert (len(sirets), [siret for siret in sirets if not is_siret(siret)]) == (10, [])


@on([TUESDAY, SUNDAY_NIGHT])
async def test_a_period_is_to_open_and_the_first_hour_of_another_was_drawn(filled):
    drawn, coming = sorted(await openings_to_come(now=filled.now), key=lambda one: one.opens_at)
    assert drawn.opens_at < filled.now < coming.opens_at
    assert (coming.draws_at, coming.slots, drawn.slots) == (None, 4, 2)
    seen, lines = await draw(drawn.id), await draw_lines(drawn.id, limit=LAST)
    assert (seen.drawn_at, seen.digest) == (seen.draws_at, sha256(bytes.fromhex(seen.seed)).hexdigest())
    assert [one.rank for one in lines] == list(range(1, 6))
    assert {one.result for one in lines} == {"placed", "waits"}


@on([TUESDAY])
async def test_no_mail_of_the_examples_leaves(filled):
    assert await value("SELECT count(*) FROM notices") == 0


@on([TUESDAY])
async def test_a_second_fill_changes_nothing(filled):
    before = await value("SELECT count(*) FROM slots")
    assert await fill(TUESDAY + timedelta(days=9)) is False
    assert await value("SELECT count(*) FROM slots") == before


@on([TUESDAY])
async def test_the_same_moment_gives_the_same_examples(filled):
    first = await what_was_made()
    await empty()
    await fill(TUESDAY)
    assert await what_was_made() == first


async def what_was_made() -> list[tuple[object, ...]]:
    made = await rows("""
        SELECT s.starts_at, w.title, a.email, r.pupils, r.uid, t.counted
        FROM slots s JOIN workshops w ON w.id = s.workshop
        LEFT JOIN reservations r ON r.slot = s.id LEFT JOIN accounts a ON a.id = r.booked_by
        LEFT JOIN turnouts t ON t.group_ref = r.id ORDER BY s.id, r.id
    """)
    return [tuple(one) for one in made]


@on([TUESDAY])
async def test_the_progress_is_told_to_its_end(filled):
    assert filled.told[-1][0] == filled.told[-1][1]
    assert [done for done, _ in filled.told] == sorted(done for done, _ in filled.told)


def test_each_workshop_has_a_whole_safety_sheet_and_known_objects():
    objects = {entry["nom"] for entry in read_tables("objets")}
    workshops = read_tables("ateliers")
    lacking = [
        entry["titre"]
        for entry in workshops
        if not all(entry[field] for field in ("eleves_font", "montre", "protection", "responsable", "acces"))
        or not set(entry["objets"]) <= objects
    ]
    assert lacking == []
    assert (len(objects), len(workshops), len({entry["lycee"] for entry in workshops})) == (12, 20, 15)


FAR = """SELECT max(2 * 6371 * asin(sqrt(sin(radians(h.lat - c.lat) / 2) ^ 2
  + cos(radians(h.lat)) * cos(radians(c.lat)) * sin(radians(h.lon - c.lon) / 2) ^ 2)))
FROM (SELECT r.school AS college, s.school AS lycee FROM reservations r JOIN slots s ON s.id = r.slot
  UNION SELECT college, lycee FROM past_visits) went
JOIN schools c ON c.id = went.college JOIN schools h ON h.id = went.lycee"""


@on([TUESDAY, SUNDAY_NIGHT])
async def test_no_class_of_the_examples_goes_farther_than_a_half_day_leaves(filled):
    assert 10 < await value(FAR) <= 40


@on([TUESDAY, SUNDAY_NIGHT])
async def test_the_slots_to_come_close_five_school_days_before_as_a_lycee_s_own_do(filled):
    asked = "SELECT starts_at, booking_closes_at FROM slots WHERE starts_at > $1 AND state = 'open'"
    coming = await rows(asked, filled.now)
    left = {(paris_day(one["starts_at"]) - paris_day(one["booking_closes_at"])).days for one in coming}
    assert (min(left), len(coming) > 80) == (7, True)


@on([TUESDAY])
async def test_the_project_is_carried_by_those_who_carry_it(filled):
    roles = {one.card.name: one.card.role for one in await consortium(now=TUESDAY)}
    carriers = {name for name, role in roles.items() if role.startswith("Porte µTECH-BOOSTER")}
    assert carriers == {"SUPMICROTECH-ENSMM", "CMQe Microtechniques et systèmes intelligents"}


# What each finds where she enters.
ANSWERED = {
    "coordinator": "2 visites passées à clore Leurs élèves ne sont pas encore comptés. Rappeler les lycées",
    "host": "1 question de collège attend votre réponse",
    "teacher": "Place proposée",
    "company": "Le groupe qui devait venir ne vient plus. Un autre peut encore réserver jusqu'au",
}


# The last of a moment: what `app` serves is emptied after it.
@on([TUESDAY, SUNDAY_NIGHT, SUMMER])
async def test_each_role_s_first_screen_has_something_to_answer_and_ten_kinds_of_what_there_is_to_do_are_seen(
    filled, app
):
    app.state.clock = lambda: filled.now
    first = {role: next(one for one in await demo_accounts() if one.role == role) for role in ANSWERED}
    here = {
        role: await Browser(app, now=filled.now).sign_in(one.account, membership=one.membership)
        for role, one in first.items()
    }
    for role, words in ANSWERED.items():
        home = await here[role].get("/")
        assert (role, words in read(await here[role].get(home.headers["location"]))) == (role, True)
    kinds = set(re.findall(r'id="a-faire-(\w+)"', (await here["coordinator"].get("/gestion/a-faire")).text))
    assert {"sign_up", "company", "late", "waiting"} <= kinds
    # That no worker runs here is none of the trial's making.
    assert len(kinds - {"silent"}) >= 10
    assert "Décolletage du Plateau (exemple)" in read(await here["coordinator"].get("/gestion/inscriptions"))
    assert "Collègues 1 attend votre réponse" in read(await here["teacher"].get("/mon-college"))


def test_a_stop_is_named_once():
    assert arrival_lines(ARRIVAL) == (
        ("Arrêt", "« Lycée » (exemple), à 4 minutes à pied"),
        ("Dépose du car", "devant l'entrée principale (exemple)"),
    )
