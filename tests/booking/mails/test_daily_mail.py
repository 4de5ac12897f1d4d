"""What needs no answer the same day comes in one mail at 18 h to whoever reads one a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from booking.mails.fan_out import fan_out
from booking.mails.pace import TOGETHER_WITHIN, evening_after
from booking.outbox.notices.queries import outbox
from booking.people.accounts.daily_mail import DAILY, LEAVES_AT_HOUR, VISITS_A_WEEK, reads_daily
from booking.people.accounts.stop_links import stop_token
from tests import builders
from tests.booking.mails.story import SETTINGS, text_of
from tests.booking.mails.test_one_mail import CLAIRE, JULES, LISE, World, sent, subject
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.conformance.readers import ical_js
from tests.smtp import Taken
from workshops.database import rows, value
from workshops.events.record import record

EVENING = paris("2027-01-11 18:00")
MARC, PAUL = "marc@example.org", "paul@example.org"


async def world_of_two_hosts(*, daily: bool | None = True) -> World:
    """Jules and Marc receive at the same lycée; Jules reads one mail a day."""
    world = await World().made()
    await builders.membership(await builders.account(MARC, name="Marc Petit"), "host", school=world.haag)
    await rows("UPDATE accounts SET daily_mail = $2 WHERE id = $1", world.jules, daily)
    return world


def to(email: str, mails: list[Taken]) -> list[Taken]:
    return [mail for mail in mails if mail.to == [email]]


def files(mail: Taken) -> dict[str, bytes]:
    found = [part for part in mail.message.walk() if part.get_filename()]
    return {part.get_filename(): part.get_payload(decode=True) for part in found}


async def test_a_host_reads_the_day_of_two_visits_in_one_mail_and_a_colleague_each_act(db):
    world = await world_of_two_hosts()
    first = await world.books()
    second = await world.books(name="4e C", now=NOW + timedelta(hours=2))
    await fan_out(now=NOW + timedelta(hours=2))
    await world.counts(first, 22, now=NOW + timedelta(hours=3))
    before = await sent(now=EVENING - timedelta(seconds=1))
    assert (to(JULES, before), len(to(MARC, before)), to(LISE, before)) == ([], 2, [])
    [mail] = await sent(now=EVENING)
    assert mail.to == [JULES]
    assert subject(mail) == "Nouvelles de 2 visites, lundi 11 janvier"
    heads = [line for line in text_of(mail).splitlines() if line.startswith("—")]
    assert heads == [
        "— 4e B, Découpe laser, jeudi 25 mars 2027 à 9 h 00 —",
        "— 4e C, Découpe laser, jeudi 25 mars 2027 à 9 h 00 —",
    ]
    assert [text_of(mail).count(words) for words in ("vient à l'atelier", "vient à 22 élèves")] == [2, 1]
    read_again = [ical_js(entry) for entry in files(mail).values()]
    assert list(files(mail)) == ["invitation-1.ics", "invitation-2.ics"]
    assert [(one["method"], one["uid"]) for one in read_again] == [
        ("REQUEST", one["uid"]) for one in await rows("SELECT uid FROM reservations ORDER BY id")
    ]
    assert [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"] == []
    assert (await sent(now=EVENING + timedelta(days=2)), {first, second}) == ([], {1, 2})


async def test_one_visit_of_a_day_brings_its_entry_as_every_letter_does_and_says_how_to_stop(db):
    world = await world_of_two_hosts()
    await world.books()
    await fan_out(now=NOW)
    [mail] = to(JULES, await sent(now=EVENING))
    assert subject(mail) == "Groupe attendu : 24 élèves, jeudi 25 mars 2027 à 9 h 00"
    assert dict(mail.part("text/calendar")["Content-Type"].params)["method"] == "REQUEST"
    stop = f"http://127.0.0.1:8000/lettres/une-par-acte/{stop_token(DAILY, world.jules, SETTINGS.secret_key)}"
    words = f"Ces nouvelles viennent ensemble, à 18 h ; pour une lettre par acte : {stop}"
    assert words in str(mail.part("text/plain").get_content()).replace("\N{NO-BREAK SPACE}", " ")
    assert f'href="{stop}"' in mail.part("text/html").get_content()


async def test_a_visit_booked_and_given_up_before_the_evening_is_not_told(db):
    world = await world_of_two_hosts()
    visit = await world.books()
    await fan_out(now=NOW)
    await world.gives_up(visit, now=NOW + timedelta(hours=1))
    await fan_out(now=NOW + timedelta(hours=1))
    assert to(JULES, await sent(now=EVENING)) == []


@pytest.mark.parametrize(("starts", "in_the_evening"), [("2027-01-13 14:00", False), ("2027-01-15 14:00", True)])
async def test_a_change_of_a_visit_within_two_school_days_waits_for_no_evening(db, starts, in_the_evening):
    world = await world_of_two_hosts()
    starts_at = paris(starts)
    near = await builders.slot(host=world.haag, starts_at=starts_at, list_locks_at=starts_at - timedelta(days=2))
    group = await builders.group(school=world.college, teacher=world.claire)
    visit = await builders.reservation(slot=near, group=group, by=world.claire, confirmed_at=NOW)
    known = {"about_kind": "reservation", "about": visit, "was": "confirmed", "state": "confirmed"}
    await record("reservation_headcount", by=None, now=NOW, **known)
    await fan_out(now=NOW)
    assert [len(to(JULES, await sent(now=at))) for at in (NOW + TOGETHER_WITHIN, EVENING)] == (
        [0, 1] if in_the_evening else [1, 0]
    )


async def test_a_teacher_reads_in_the_evening_that_her_group_was_received_and_a_colleague_at_once(db):
    world, noon = await World().made(), paris("2027-03-25 12:10")
    await rows("UPDATE accounts SET daily_mail = true WHERE id = $1", world.claire)
    paul = await builders.account(PAUL)
    await builders.membership(paul, "teacher", school=world.college)
    for teacher in (world.claire, paul):
        slot = await builders.slot(host=world.haag)
        group = await builders.group(school=world.college, teacher=teacher)
        visit = await builders.reservation(slot=slot, group=group, by=teacher, confirmed_at=NOW)
        came = GroupHeadcount(reservation=visit, pupils=22, adults=2)
        await close_slot(slot, headcounts=[came], account=world.jules, school=world.haag, now=noon)
    await fan_out(now=noon)
    closed = [await sent(now=at) for at in (noon + TOGETHER_WITHIN, paris("2027-03-25 18:00"))]
    assert [[mail.to for mail in mails if subject(mail).startswith("Visite close")] for mails in closed] == [
        [[PAUL]],
        [[CLAIRE]],
    ]


async def test_what_asks_for_an_answer_comes_at_once_to_whoever_reads_one_mail_a_day(db):
    world = await world_of_two_hosts()
    slot = await builders.slot(host=world.haag, company_places=2)
    firm = await builders.company()
    ines = await builders.account("ines@example.org")
    await builders.membership(ines, "company", company=firm)
    coming = await builders.attendance(slot=slot, company=firm, by=ines, state="asked")
    await record("attendance_asked", by=ines, about_kind="attendance", about=coming, now=NOW)
    assert [subject(mail).split(" : ")[0] for mail in to(JULES, await sent(now=NOW))] == ["Entreprise à accepter"]


async def test_a_letter_that_leaves_before_the_evening_takes_what_waited_of_its_visit_with_it(db):
    world = await world_of_two_hosts()
    visit = await world.books()
    await fan_out(now=NOW)
    known = {"about_kind": "reservation", "about": visit, "was": "confirmed", "state": "requested"}
    await rows("UPDATE reservations SET state = 'requested', hold_until = $1", NOW + timedelta(days=3))
    await record("reservation_take_back", by=None, now=NOW + timedelta(hours=1), **known)
    await fan_out(now=NOW + timedelta(hours=1))
    [mail] = to(JULES, await sent(now=NOW + timedelta(hours=1) + TOGETHER_WITHIN))
    assert subject(mail).startswith("Visite à confirmer")
    assert to(JULES, await sent(now=EVENING)) == []


@pytest.mark.parametrize(
    ("groups", "chosen", "in_the_evening"),
    [(6, None, True), (5, None, False), (6, False, False), (0, True, True)],
)
async def test_more_than_five_visits_within_a_week_are_read_once_a_day_unless_chosen_otherwise(
    db, groups, chosen, in_the_evening
):
    world = await world_of_two_hosts(daily=chosen)
    for number in range(groups):
        soon = await builders.slot(host=world.haag, starts_at=NOW + timedelta(days=1 + number, hours=1))
        await rows("UPDATE slots SET groups_taken = 1, seats_taken = 20 WHERE id = $1", soon)
    later = await builders.slot(host=world.haag, starts_at=NOW + timedelta(days=9))
    await rows("UPDATE slots SET groups_taken = 1, seats_taken = 20 WHERE id = $1", later)
    await world.books()
    await fan_out(now=NOW)
    assert len(to(JULES, await sent(now=EVENING - timedelta(minutes=1)))) == (0 if in_the_evening else 1)
    assert len(to(JULES, await sent(now=EVENING))) == (1 if in_the_evening else 0)


async def test_what_waits_for_the_evening_is_no_mail_that_is_late(db):
    world = await world_of_two_hosts()
    await rows("UPDATE accounts SET daily_mail = true")
    await world.books()
    await fan_out(now=NOW)
    await rows("UPDATE notices SET state = 'sent' WHERE to_email = $1", CLAIRE)
    assert ((await outbox()).waiting, (await outbox()).oldest_at) == (0, None)
    await rows("UPDATE notices SET next_try_at = now() - interval '1 hour'")
    assert (await outbox()).waiting == 2


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        ("2027-01-11 09:00", "2027-01-11 18:00"),
        ("2027-01-11 17:59", "2027-01-11 18:00"),
        ("2027-01-11 18:00", "2027-01-12 18:00"),
        ("2027-03-27 20:00", "2027-03-28 18:00"),
    ],
)
def test_the_evening_is_18_h_of_the_wall_clock_the_next_day_once_it_is_over(now, evening):
    assert evening_after(paris(now)) == paris(evening)


def test_a_choice_stands_whatever_the_week_holds():
    chosen = (None, True, False)
    assert [[reads_daily(one, visits_this_week=week) for one in chosen] for week in (5, 6)] == [
        [False, True, False],
        [True, True, False],
    ]


async def test_the_link_of_the_mail_ends_it_for_its_reader_alone_once_the_button_is_pressed(app):
    app.state.clock = lambda: NOW
    world = await world_of_two_hosts()
    await rows("UPDATE accounts SET daily_mail = true")
    link, anyone = f"/lettres/une-par-acte/{stop_token(DAILY, world.jules, SETTINGS.secret_key)}", Browser(app)
    assert "Recevoir une lettre par acte" in read(await anyone.get(link))
    assert await value("SELECT count(*) FROM accounts WHERE daily_mail") == 4
    for _ in range(2):
        assert "C'est noté" in read(await anyone.post(link))
    assert await value("SELECT array_agg(email) FROM accounts WHERE NOT daily_mail") == [JULES]
    assert await value("SELECT count(*) FROM events WHERE act = 'profile_changed'") == 1
    assert (await anyone.get(link[:-1] + ("0" if link[-1] != "0" else "1"))).status_code == 410


@pytest.mark.parametrize("by_link", [True, False])
async def test_who_wants_a_letter_an_act_again_is_sent_at_once_what_waited_and_a_colleague_in_the_evening(app, by_link):
    app.state.clock = lambda: NOW
    world = await world_of_two_hosts()
    await rows("UPDATE accounts SET daily_mail = true WHERE email = $1", MARC)
    await world.books()
    await world.books(name="4e C")
    await fan_out(now=NOW)
    assert [to(reader, await sent(now=NOW)) for reader in (JULES, MARC)] == [[], []]
    if by_link:
        link = f"/lettres/une-par-acte/{stop_token(DAILY, world.jules, SETTINGS.secret_key)}"
        await Browser(app).post(link)
    else:
        jules = await Browser(app, now=NOW).sign_in(world.jules)
        await jules.post("/compte/profil", {"name": "Jules Marchand", "mails": "each_act"})
    mails = await sent(now=NOW)
    assert (len(to(JULES, mails)), to(MARC, mails)) == (2, [])
    assert ["viennent ensemble" in text_of(mail) for mail in to(JULES, mails)] == [False, False]
    assert len(to(MARC, await sent(now=EVENING))) == 1


async def test_a_host_of_a_full_week_reads_why_one_mail_a_day_comes_and_chooses_otherwise(app):
    app.state.clock = lambda: NOW
    haag = await builders.school(kind="lycee")
    host = await Browser(app, now=NOW).sign_in(await builders.person("host", school=haag))
    other = await Browser(app, now=NOW).sign_in(
        await builders.person("host", school=await builders.school(kind="lycee"))
    )
    soon = await builders.slot(host=haag, starts_at=NOW + timedelta(days=2), seats=200)
    await rows("UPDATE slots SET groups_taken = 6, groups_max = 8, seats_taken = 120 WHERE id = $1", soon)
    why = f"Vous recevez plus de {VISITS_A_WEEK} visites par semaine"
    promised = (f"Au-delà de {VISITS_A_WEEK} visites par semaine", f"en une lettre par jour, à {LEAVES_AT_HOUR} h")
    assert [words in read(await host.get("/aide/lycee")) for words in promised] == [True, True]
    assert [why in read(await one.get("/compte")) for one in (host, other)] == [True, False]
    checked = r'value="(\w+)" checked>\s*<label class="form-check-label" for="mails'
    assert [re.findall(checked, (await one.get("/compte")).text) for one in (host, other)] == [["daily"], ["each_act"]]
    await host.post("/compte/profil", {"name": "Jules Marchand", "mails": "daily"})
    assert await value("SELECT count(*) FROM accounts WHERE daily_mail IS NOT NULL") == 0
    await host.post("/compte/profil", {"name": "Jules Marchand", "mails": "each_act"})
    assert [why in read(await one.get("/compte")) for one in (host, other)] == [False, False]
    assert re.findall(checked, (await host.get("/compte")).text) == ["each_act"]
    detail = "SELECT detail FROM events WHERE act = 'profile_changed' ORDER BY id DESC LIMIT 1"
    assert await value(detail) == "lettres"
