"""The Monday mail."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from booking.mails.digest.queries import waiting
from booking.mails.digest.rules import monday_of
from booking.mails.digest.tell_visits import companies, sign_ups
from booking.mails.digests import ask_for_digests
from booking.people.accounts.profile import choose_weekly_mail
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import NotFound

SITE = "http://127.0.0.1:8000"
LATER = NOW + timedelta(days=7)


@pytest.fixture
async def lycee(db) -> int:
    """Lycée Jules Haag with one host; nothing waits for it."""
    made = await builders.school(kind="lycee", name="Lycée Jules Haag")
    await builders.membership(await builders.account("jules@example.org", name="Jules"), "host", school=made)
    return made


async def a_visit(lycee, wall: str, *, state: str = "open", booked: str | None = "confirmed", **more) -> int:
    """A slot and its reservation; returns the slot."""
    slot = await builders.slot(host=lycee, starts_at=paris(wall), state=state, **more)
    if booked:
        college = await builders.school(name="Collège Stendhal")
        await builders.reservation(slot=slot, group=await builders.group(name="4e B", school=college), state=booked)
    return slot


TURNED = "SELECT detail FROM events WHERE act = 'weekly_mail_chosen' ORDER BY id"


async def kinds(lycee, *, now=NOW) -> list[tuple[str, int]]:
    return [(one.kind, one.slot) for one in await waiting(school=lycee, now=now)]


async def test_every_host_of_a_lycee_is_told_that_the_week_begins(lycee):
    for n in range(12):
        await builders.membership(await builders.account(f"accueil{n}@example.org"), "host", school=lycee)
    assert await ask_for_digests(now=NOW) == 1
    assert len(await posted()) == 0
    assert await value("SELECT count(*) FROM notices") == 13


@pytest.mark.parametrize(
    ("wall", "monday"),
    [
        ("2027-01-11 06:59", None),
        ("2027-01-11 07:00", "2027-01-11"),
        ("2027-01-11 23:59", "2027-01-11"),
        ("2027-01-12 07:00", None),
        ("2027-01-10 23:30", None),
        ("2027-07-05 07:00", "2027-07-05"),
    ],
)
def test_the_mail_is_due_on_monday_from_seven_in_paris(wall, monday):
    found = monday_of(paris(wall))
    assert (found and found.isoformat()) == monday


async def test_a_slot_without_a_group_is_told_within_three_weeks(lycee):
    near = await a_visit(lycee, "2027-02-01 08:00", booked=None)
    await a_visit(lycee, "2027-02-01 10:00", booked=None)
    await a_visit(lycee, "2027-01-28 09:00", booked=None)
    await builders.closure(school=lycee, on=date(2027, 1, 28))
    await a_visit(lycee, "2027-01-20 09:00", booked="confirmed")
    await a_visit(lycee, "2027-01-20 09:00", booked=None, state="called_off", reason="Panne")
    assert await kinds(lycee) == [("empty", near)]


async def test_a_visa_that_nobody_gave_is_told_within_a_fortnight(lycee):
    near = await a_visit(lycee, "2027-01-26 08:00", booked="requested")
    await a_visit(lycee, "2027-01-26 10:00", booked="requested")
    assert await kinds(lycee) == [("unconfirmed", near)]


async def test_a_past_visit_without_scan_or_object_is_told_until_it_is_closed(lycee):
    left = await a_visit(lycee, "2026-12-10 09:00")
    await a_visit(lycee, "2026-11-01 09:00")
    await a_visit(lycee, "2026-12-11 09:00", booked=None)
    done = await a_visit(lycee, "2027-01-07 09:00", state="done", booked="attended")
    await builders.turnout(slot=done, counted=20, scanned=0)
    scanned = await a_visit(lycee, "2027-01-08 09:00", state="done", booked="attended")
    await builders.turnout(slot=scanned, counted=20)
    nobody = await a_visit(lycee, "2027-01-08 14:00", state="done", booked="no_show")
    await builders.turnout(slot=nobody, counted=0, scanned=0)
    old = await a_visit(lycee, "2027-01-03 09:00", state="done", booked="attended")
    await builders.turnout(slot=old, counted=20, scanned=0)
    assert sorted(await kinds(lycee)) == [
        ("unbuilt", left),
        ("unbuilt", done),
        ("unbuilt", scanned),
        ("unscanned", left),
        ("unscanned", done),
    ]


async def test_a_mail_that_failed_is_told_while_its_visit_is_ahead(lycee):
    slot = await a_visit(lycee, "2027-03-25 09:00")
    reservation = await value("SELECT id FROM reservations")
    await builders.notice(kind="reservation_confirmed", about_kind="reservation", state="failed", about=reservation)
    await builders.notice(kind="eve", about_kind="reservation", state="failed", about=reservation)
    await builders.notice(kind="reservation_changed", about_kind="reservation", state="sent", about=reservation)
    await builders.notice(kind="invited", state="failed", about=reservation)
    found = await waiting(school=lycee, now=NOW)
    assert [(one.kind, one.slot, one.detail) for one in found] == [("undelivered", slot, "Claire Renaud")]
    after = await kinds(lycee, now=paris("2027-03-26 09:00"))
    assert sorted(after) == [("unbuilt", slot), ("unscanned", slot)]


async def test_a_lycee_reads_of_a_mail_that_came_back_until_somebody_has_said_what_it_said(lycee):
    slot = await a_visit(lycee, "2027-03-25 09:00")
    told = {"about_kind": "reservation", "about": await value("SELECT id FROM reservations WHERE slot = $1", slot)}
    back = {"kind": "reservation_moved", "state": "returned", "returned_at": NOW, **told}
    notice = await builders.notice(to_name="Claire Renaud", **back)
    await builders.notice(to_name="Denis Petit", spoken_at=NOW, **back)
    await builders.notice(to_name="Marie Perrin", kind="eve", state="sent", **told)
    found = await waiting(school=lycee, now=NOW)
    assert [(one.kind, one.slot, one.detail) for one in found] == [("undelivered", slot, "Claire Renaud")]
    await rows("UPDATE notices SET spoken_at = $2 WHERE id = $1", notice, NOW)
    assert await kinds(lycee) == []


async def test_a_lycee_reads_its_own_and_nobody_elses(lycee):
    other = await builders.school(kind="lycee", name="Lycée Pergaud")
    await a_visit(other, "2027-01-20 09:00", booked=None)
    assert await kinds(lycee) == []
    assert len(await waiting(school=None, now=NOW)) == 1


async def test_a_host_reads_what_waits_each_line_leading_to_its_page(lycee):
    empty = await a_visit(lycee, "2027-01-20 09:00", booked=None)
    visa = await a_visit(lycee, "2027-01-21 09:00", booked="requested")
    past = await a_visit(lycee, "2027-01-08 09:00")
    assert await ask_for_digests(now=NOW) == 1
    (mail,) = await posted()
    assert str(mail.message["Subject"]) == "Cette semaine au Lycée Jules Haag : 4 points à régler"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "4 points attendent votre lycée cette semaine.\n\n"
        "Créneaux sans groupe, à moins de trois semaines\n"
        f"- Découpe laser, mercredi 20 janvier 2027, 9 h 00\n  {SITE}/lycee/creneaux/{empty}\n\n"
        "Visas attendus, à moins de quinze jours\n"
        f"- Découpe laser, jeudi 21 janvier 2027, 9 h 00, 4e B, Collège Stendhal\n  {SITE}/lycee/creneaux/{visa}\n\n"
        "Visites passées sans pointage\n"
        f"- Découpe laser, vendredi 8 janvier 2027, 9 h 00\n  {SITE}/accueil/{past}\n\n"
        "Visites passées sans objet noté\n"
        f"- Découpe laser, vendredi 8 janvier 2027, 9 h 00\n  {SITE}/accueil/{past}\n\n"
        "Chaque ligne mène à la page où la régler.\n\n"
        "Voir la journée :\n"
        f"{SITE}/lycee\n"
    )
    page = str(mail.part("text/html").get_content())
    assert f'<a href="{SITE}/accueil/{past}"' in page
    assert f'pour ne plus le recevoir : <a href="{SITE}/compte"' in page


async def test_a_coordinator_reads_what_to_do_and_where_the_targets_stand(lycee):
    await builders.target()
    await builders.membership(await builders.account("nadia@example.org", name="Nadia"), "coordinator")
    for day in ("2027-01-20 09:00", "2027-01-27 09:00"):
        await a_visit(lycee, day, booked=None)
    await builders.notice(kind="invited", state="failed")
    college = await builders.school(mail="ce.0250001r@ac-besancon.fr")
    await rows("INSERT INTO head_counts (school, school_year, level, pupils) VALUES ($1, 2026, '3e', 20)", college)
    await ask_for_digests(now=NOW)
    mails = {str(mail.message["To"]): mail for mail in await posted()}
    mail = mails["Nadia <nadia@example.org>"]
    assert str(mail.message["Subject"]) == "Cette semaine : 3 points à faire"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "3 points vous attendent cette semaine, et voici où en sont les objectifs.\n\n"
        "Collégiens accueillis : ▱▱▱▱▱▱▱▱▱▱ 0 sur 6 000 élèves\n\n"
        "Le plus pressant d'abord\n"
        f"- 1 mail en échec\n  Rien n'est arrivé à destination.\n  {SITE}/gestion/messages\n"
        "- Collégiens accueillis : 0 sur 1 636 au rythme régulier\n"
        f"  Objectif : 6 000 élèves en août 2030.\n  {SITE}/gestion/objectifs/technilab/pupils\n"
        "- 2 créneaux sans groupe\n"
        f"  D'ici trois semaines, le premier mercredi 20 janvier 2027.\n  {SITE}/gestion/a-faire/empty\n\n"
        "Chaque ligne mène à la page où la régler.\n\n"
        "Voir ce qui est à faire :\n"
        f"{SITE}/gestion/a-faire\n"
    )


async def test_what_is_said_of_one_that_waits_is_not_said_of_several(lycee):
    told = {"company_name": "Scierie du Haut", "commune": "Pontarlier", "contact_name": "Luc Petit"}
    asked = AskToJoin(siret="55208131766522", **told, email="luc@example.org", proposal="Un témoignage.")
    await ask_to_join(asked, address="10.0.0.1", now=NOW)
    college = await builders.school(mail="ce.0250001r@ac-besancon.fr")
    await rows(
        """INSERT INTO sign_ups (email, name, school, asked_at, expires_at, proved_at)
           VALUES ('agathe@orange.example', 'Agathe Lemoine', $1, $2, $2, $2)""",
        college,
        NOW,
    )
    said = {one.title: one.told for subject in (companies, sign_ups) for one in (await subject(NOW)).points}
    assert said == {
        "1 entreprise demande à venir": "Votre réponse part par mail.",
        "1 inscription attend": "Un collègue ou le collège peut aussi répondre ; ce qui est demandé attend d'ici là.",
    }


async def test_nothing_to_say_is_no_mail(lycee):
    await builders.membership(await builders.account("nadia@example.org"), "coordinator")
    assert await ask_for_digests(now=NOW) == 2
    assert await posted() == []
    await tell()
    assert [one["state"] for one in await rows("SELECT state FROM notices")] == ["dropped", "dropped"]


async def test_several_workers_ask_once_a_week(lycee):
    await a_visit(lycee, "2027-01-20 09:00", booked=None)
    asked = await asyncio.gather(*(ask_for_digests(now=NOW + timedelta(minutes=n)) for n in range(5)))
    assert sum(asked) == 1
    assert len(await posted(now=NOW + timedelta(hours=1))) == 1
    assert await ask_for_digests(now=NOW + timedelta(days=1)) == 0
    assert await ask_for_digests(now=LATER) == 1


async def test_whoever_switched_it_off_or_left_receives_none(lycee):
    await a_visit(lycee, "2027-01-20 09:00", booked=None)
    account = await value("SELECT id FROM accounts")
    await ask_for_digests(now=NOW)
    await choose_weekly_mail(account, wanted=False, now=NOW)
    assert await posted() == []
    assert await ask_for_digests(now=LATER) == 0
    await choose_weekly_mail(account, wanted=True, now=LATER)
    await ask_for_digests(now=LATER)
    await rows("DELETE FROM memberships")
    assert await posted(now=LATER) == []
    assert [one["detail"] for one in await rows(TURNED)] == ["refusé", "reçu"]
    with pytest.raises(NotFound):
        await choose_weekly_mail(account + 1, wanted=True, now=NOW)
