"""What was looked for in vain is told once its last day is over, by one letter, to whoever follows it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from booking.visits.asking.withdraw import withdraw
from booking.visits.demands.alert import ask, forget_alerts, look_again
from booking.visits.demands.end_in_vain import TOLD_WITHIN
from booking.visits.demands.queries import alerts_of
from booking.visits.demands.rules import MET_LASTS
from booking.visits.groups.register import archive
from booking.visits.reservations.lapse import lapse
from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.booking.mails.story import WORDS_ALONE, kinds_of, posted, text_of
from tests.booking.visits.reservations.demands import SECRET, College
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import mails, seen
from workshops.database import rows, value
from workshops.events.queries import RecordedAct
from workshops.offer.rules import Search

LAST_ON = date(2027, 1, 31)
OVER = paris("2027-02-01 00:00")


async def looking(college: College, group: int, **more: object) -> int:
    """A demand of whose lines the sentence alone is left."""
    said = {"sentence": 2, "km": 40, "level": "4e", "pupils": 24, "adults": 2, "to_on": LAST_ON, "ends_at": OVER}
    return await builders.demand(group, asked_by=college.teacher, **said | more)


async def two(**more: object) -> tuple[College, int, int]:
    """Claire's 4e B looks until the last day of January, or as is said, and Nora's of another collège until July."""
    claire, nora = await College.new("claire@example.org"), await College.new("nora@example.org")
    group = await claire.group(name="4e B")
    await looking(nora, await nora.group(name="4e C"), to_on=None, ends_at=paris("2027-08-01 00:00"))
    return claire, group, await looking(claire, group, **more)


async def clock(now=OVER) -> None:
    await lapse(secret_key=SECRET, now=now)


async def told() -> list[tuple[str, str]]:
    return [(kind, to) for kind, to in await mails() if kind == "search"]


async def test_whoever_follows_it_reads_what_was_asked_and_what_to_do_next_once(db):
    _, group, demand = await two(passed_over=[await builders.slot()], passed_why="Complet.")
    await clock(OVER - timedelta(seconds=1))
    assert await told() == []
    await asyncio.gather(clock(), clock())
    await clock(OVER + timedelta(minutes=1))
    [mail] = await posted(now=OVER)
    assert str(mail.message["To"]) == "Claire Renaud <claire@example.org>"
    assert str(mail.message["Subject"]) == "Recherche finie sans place : 4e B"
    lycee = await value("SELECT name FROM schools WHERE kind = 'lycee'")
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre demande pour 4e B est finie : ce qui convient était cherché, et aucune visite n'en est sortie jusqu'au"
        " dimanche 31 janvier 2027.\n\n"
        f"Vous demandiez : Découpe laser, {lycee}, jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Vous cherchiez : 4e B, 24 élèves, à moins de 40 km, jusqu'au 31 janvier\n\n"
        "Rien n'est plus cherché. Reprenez la même recherche, ou élargissez-la : plus loin, d'autres dates, un autre"
        " lycée. Si rien ne convient encore, demandez-y une alerte.\n\n"
        "Chercher de nouveau :\n"
        f"http://127.0.0.1:8000/creneaux?groupe={group}&niveau=4e&eleves=24&km=40\n"
    )
    assert kinds_of(mail) == WORDS_ALONE
    assert await seen("SELECT act, about_kind, about, by FROM events") == [("demand_over", "demand", demand, None)]


async def test_the_page_and_programs_read_that_it_ended_with_nothing(app):
    claire, _, demand = await two()
    app.state.clock = lambda: OVER
    browser = await Browser(app, now=OVER).sign_in(claire.teacher)
    program = await a_machine(app, school=claire.school)
    assert "Recherche finie" not in read(await browser.get(f"/demandes/{demand}"))
    assert (await program.get(f"/demands/{demand}")).json()["found_nothing"] is False
    await clock()
    assert (await program.get(f"/demands/{demand}")).json()["found_nothing"] is True
    page = await browser.get(f"/demandes/{demand}")
    assert "Recherche finie le dimanche 31 janvier 2027 : rien n'a été trouvé. Chercher de nouveau" in read(page)
    assert "/retrait" not in page.text
    assert "Ce que vos groupes demandent" not in read(await browser.get("/mes-visites"))


@pytest.mark.parametrize("left", ["colleague", "mailbox"])
async def test_where_her_account_is_closed_whoever_replaces_her_hears(db, left):
    claire, _, _ = await two()
    await rows("UPDATE schools SET mail = 'ce.0250001a@example.org' WHERE id = $1", claire.school)
    if left == "colleague":
        await builders.person("teacher", "marc@example.org", school=claire.school)
    await rows("UPDATE accounts SET disabled_at = $1 WHERE id = $2", NOW, claire.teacher)
    await clock()
    heard = {"colleague": "marc@example.org", "mailbox": "ce.0250001a@example.org"}[left]
    assert await told() == [("search", heard)]


async def test_a_colleague_who_has_taken_over_one_of_its_lines_hears_in_her_place(db):
    claire, group, demand = await two()
    marc = await builders.person("teacher", "marc@example.org", school=claire.school)
    own = {"group": group, "by": marc, "demand": demand, "line": 1}
    await builders.reservation(slot=await builders.slot(), state="lapsed", changed_at=NOW, **own)
    await clock()
    assert await told() == [("search", "marc@example.org")]


async def withdrawn(college: College, group: int, demand: int) -> None:
    await withdraw(demand, school=college.school, by=college.teacher, now=NOW)


async def archived(college: College, group: int, demand: int) -> None:
    await archive(group, school=college.school, by=college.teacher, now=NOW)


async def placed(college: College, group: int, demand: int) -> None:
    own = {"group": group, "by": college.teacher, "demand": demand, "line": 2}
    await builders.reservation(slot=await builders.slot(), state="confirmed", **own)
    await rows("UPDATE demands SET ended_at = $1 WHERE id = $2", NOW, demand)


async def waiting(college: College, group: int, demand: int) -> None:
    own = {"group": group, "by": college.teacher, "demand": demand, "line": 1}
    await builders.reservation(slot=await builders.slot(), state="waiting", **own)


async def refused_after(college: College, group: int, demand: int) -> None:
    """What it found was offered on its last day, and taken or not after it: that letter was the last."""
    own = {"group": group, "by": college.teacher, "demand": demand, "line": 2}
    await builders.reservation(slot=await builders.slot(), state="lapsed", changed_at=OVER, **own)


async def long_ago(college: College, group: int, demand: int) -> None:
    await rows("UPDATE demands SET ends_at = $1 WHERE id = $2", OVER - TOLD_WITHIN - timedelta(hours=1), demand)


@pytest.mark.parametrize("ending", [withdrawn, archived, placed, waiting, refused_after, long_ago])
async def test_what_ended_otherwise_or_waits_on_is_not_told(db, ending):
    claire, group, demand = await two()
    await ending(claire, group, demand)
    for minute in range(2):
        await clock(OVER + timedelta(minutes=minute))
    assert await told() == []
    ended = await value("SELECT ended_at IS NOT NULL FROM demands WHERE id = $1", demand)
    assert ended is (ending is not waiting)


async def test_a_line_that_waits_on_after_the_search_has_the_last_word(db):
    claire, group, demand = await two()
    slot = await builders.slot(seats_taken=24)
    own = {"group": group, "by": claire.teacher, "demand": demand, "line": 1}
    await builders.reservation(slot=slot, state="waiting", **own)
    await clock()
    locks = await value("SELECT list_locks_at FROM slots WHERE id = $1", slot)
    for minute in range(2):
        await clock(locks + timedelta(minutes=minute))
    assert [kind for kind, _ in await mails()] == ["lapsed"]


async def test_a_demand_that_got_nothing_in_a_draw_ends_with_its_period(db):
    _, _, demand = await two(to_on=None, ends_at=None)
    period = {"first_on": date(2027, 1, 18), "last_on": date(2027, 1, 31)}
    drawn = await builders.opening(opens_at=NOW, draws_at=NOW, seed=bytes(32), drawn_at=NOW, **period)
    own = "UPDATE demands SET opening = $1, number = 'a1b2', rank = 1, result = 'waits' WHERE id = $2"
    await rows(own, drawn, demand)
    await clock(OVER - timedelta(seconds=1))
    assert await told() == []
    await clock()
    [mail] = await posted(now=OVER)
    assert "aucune visite n'en est sortie jusqu'au dimanche 31 janvier 2027." in text_of(mail)
    assert await seen("SELECT result FROM demands WHERE id = $1", demand) == [("waits",)]


async def test_an_alert_that_nothing_met_is_told_to_who_asked_and_forgotten_a_month_later(db):
    claire, nora = await College.new("claire@example.org"), await College.new("nora@example.org")
    member = {of: await value("SELECT id FROM memberships WHERE account = $1", of.teacher) for of in (claire, nora)}
    search = Search(level="4e", pupils=27, to_on=LAST_ON)
    hers = await ask(search, membership=member[claire], by=claire.teacher, now=NOW)
    later = await ask(Search(level="4e", pupils=27), membership=member[nora], by=nora.teacher, now=NOW)
    met = await ask(search, membership=member[nora], by=nora.teacher, now=NOW)
    await rows("UPDATE demands SET met_at = $1 WHERE id = $2", NOW, met)
    await mails()
    await asyncio.gather(clock(), clock())
    [mail] = await posted(now=OVER)
    assert str(mail.message["To"]) == "Claire Renaud <claire@example.org>"
    assert str(mail.message["Subject"]) == "Alerte finie sans place : 27 élèves de 4e"
    lines = text_of(mail).split("\n")
    assert lines[2] == (
        "Votre alerte pour 27 élèves de 4e est finie : rien de nouveau n'a convenu jusqu'au dimanche 31 janvier 2027."
    )
    assert lines[4] == "Vous cherchiez : 27 élèves de 4e, jusqu'au 31 janvier"
    assert lines[-2] == "http://127.0.0.1:8000/creneaux?niveau=4e&eleves=27"
    assert await seen("SELECT about FROM events WHERE act = 'alert_over'") == [(hers,)]
    # A slot that opens afterwards is no news to it.
    slot = await builders.slot(seats=30)
    await look_again([RecordedAct(0, OVER, "slot_opened", None, "slot", slot, None, "", "", None, "")], now=OVER)
    assert await seen("SELECT id FROM demands WHERE met_at IS NOT NULL ORDER BY id") == [(later,), (met,)]
    assert await alerts_of(member[claire], now=OVER) == []
    await forget_alerts(now=OVER + MET_LASTS)
    assert await value("SELECT count(*) FROM demands WHERE id = $1", hers) == 1
    await forget_alerts(now=OVER + MET_LASTS + timedelta(seconds=1))
    assert await value("SELECT count(*) FROM demands WHERE id = $1", hers) == 0


async def test_an_alert_of_an_archived_group_ends_without_a_word(db):
    claire = await College.new("claire@example.org")
    group, member = await claire.group(), await value("SELECT id FROM memberships")
    search = Search(level="4e", pupils=24, to_on=LAST_ON)
    await ask(search, group=group, membership=member, by=claire.teacher, now=NOW)
    await archive(group, school=claire.school, by=claire.teacher, now=NOW)
    await clock()
    assert await told() == []
