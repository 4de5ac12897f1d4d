"""A visit that ends before its first mails have left: nobody is asked to forget what she never heard of.

Where an answer typed to a mail arrives: a mailbox of the other side, never a person's.

What a collège's mailbox and the coordination read in the place of somebody who is gone.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from booking.mails.pace import TOGETHER_WITHIN
from booking.mails.write import answers_to, writer
from booking.outbox.notices.queries import never_left
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.sign_out import disable
from booking.process.settings import Settings
from booking.visits.attendance.acts import DeclineComing, WithdrawComing
from booking.visits.attendance.change import decline, withdraw
from booking.visits.reservations.acts import CancelVisit, MoveVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.move import move
from booking.visits.reservations.remind import remind
from tests.booking.mails.story import (
    CLAIRE,
    JULES,
    SETTINGS,
    WORDS_ALONE,
    Story,
    kinds_of,
    posted,
    reserved,
    text_of,
    told,
)
from tests.booking.visits.reservations.demands import a_demand, fresh
from tests.builders import NOW, academie, account, attendance, company, group, membership, paris, school, slot
from tests.smtp import Taken
from tests.telling import parts_of, tell
from workshops.database import rows, value
from workshops.events.record import record


class Visit:
    """4e B is expected at the lycée, and no mail has left yet."""

    booked: Booked

    @classmethod
    async def new(cls) -> Visit:
        self = cls()
        self.host = await school(kind="lycee", name="Lycée Jules Haag")
        self.jules = await account(JULES)
        await membership(self.jules, "host", school=self.host)
        self.college = await school()
        self.claire = await account(CLAIRE)
        await membership(self.claire, "teacher", school=self.college)
        demand = a_demand(
            await slot(host=self.host), await group(school=self.college), school=self.college, by=self.claire
        )
        self.booked = await book(demand, now=NOW)
        return self

    async def end(self, *, by: str = "teacher") -> None:
        its = (self.college, self.claire) if by == "teacher" else (self.host, self.jules)
        await cancel(self.booked.id, CancelVisit(reason="Panne"), role=by, school=its[0], by=its[1], now=NOW)


def method_of(mail: Taken) -> str:
    found = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
    return str(dict(found[0]["Content-Type"].params)["method"]) if found else ""


async def arrived() -> list[tuple[str, str]]:
    """To whom a mail goes now, and what it asks of the agenda."""
    return sorted((str(mail.message["To"].addresses[0].addr_spec), method_of(mail)) for mail in await posted())


async def test_a_visit_cancelled_before_its_first_mails_sends_none(db):
    await (await Visit.new()).end()
    assert await arrived() == []
    await tell()
    assert {one["state"] for one in await rows("SELECT state FROM notices")} == {"dropped"}


async def test_a_visit_refused_before_its_first_mails_is_told_to_the_teacher_in_words_alone(db):
    await (await Visit.new()).end(by="host")
    [mail] = await posted()
    assert (mail.message["To"].addresses[0].addr_spec, method_of(mail)) == (CLAIRE, "")
    assert "Le lycée ne peut pas recevoir votre groupe." in text_of(mail)


async def test_a_visit_cancelled_after_its_first_mails_leaves_each_agenda(db):
    visit = await Visit.new()
    assert await arrived() == [(CLAIRE, "REQUEST"), (JULES, "REQUEST")]
    await visit.end()
    assert await arrived() == [(CLAIRE, "CANCEL"), (JULES, "CANCEL")]


async def test_a_mail_in_the_hands_of_another_worker_may_have_left(db):
    visit = await Visit.new()
    await tell()
    await rows("UPDATE notices SET attempts = 1, next_try_at = $1", paris("2027-01-12 09:00"))
    await visit.end()
    assert await arrived() == [(CLAIRE, "CANCEL"), (JULES, "CANCEL")]


async def test_a_lycee_that_a_visit_left_before_it_heard_of_it_hears_nothing(db):
    visit = await Visit.new()
    await tell()
    await rows("DELETE FROM notices WHERE to_email = $1", CLAIRE)
    later = await slot(starts_at=paris("2027-04-01 14:00"))
    await move(visit.booked.id, MoveVisit(to_slot=later), school=visit.college, by=visit.claire, fresh=fresh(), now=NOW)
    assert [to for to, _ in await arrived()] == [CLAIRE]


async def a_company_that_comes(*, told: bool) -> tuple[int, int, int]:
    """Announced by Claire, whose invitation has left, or waits: the coming, its company, its lycée."""
    haag, horlogers, claire = await school(kind="lycee"), await company(), await account(CLAIRE)
    await membership(claire, "company", company=horlogers)
    made = await attendance(slot=await slot(host=haag), company=horlogers, by=claire)
    await record("attendance_accepted", by=None, about_kind="attendance", about=made, now=NOW)
    await tell(now=NOW - TOGETHER_WITHIN)
    assert await arrived() == [(CLAIRE, "REQUEST")] if told else True
    return made, horlogers, haag


async def test_a_company_that_withdraws_before_its_first_mail_has_nothing_to_take_out_of_its_agenda(db):
    made, horlogers, _ = await a_company_that_comes(told=False)
    await withdraw(made, WithdrawComing(), company=horlogers, by=1, now=NOW)
    assert await arrived() == [(CLAIRE, "")]


async def test_a_company_declined_after_its_first_mail_loses_the_entry(db):
    made, _, haag = await a_company_that_comes(told=True)
    await decline(made, DeclineComing(reason="Panne."), school=haag, by=1, now=NOW)
    assert await arrived() == [(CLAIRE, "CANCEL")]


async def test_a_meeting_s_first_mail_is_found_by_its_own_number(db):
    claire = await account(CLAIRE)
    await rows(
        """INSERT INTO notices (kind, account, to_email, about_kind, about, entry, once)
        VALUES ('mentoring_planned', $1, $2, 'action', 7, 'REQUEST', 'x')""",
        claire,
        CLAIRE,
    )
    planned = await value("SELECT id FROM notices")
    told = {"id": planned + 1, "about_kind": "action", "account": claire}
    asked = Claimed(kind="", to_email=CLAIRE, to_name="", about=7, once="", secret="", attempts=0, **told)
    of = [asked, replace(asked, id=planned), replace(asked, about_kind="reservation"), replace(asked, account=0)]
    assert [await never_left(one, one.about) for one in of] == [True, False, False, False]


async def test_a_visit_that_moved_twice_before_anybody_was_told_tells_the_last_lycee_alone(db):
    visit = await Visit.new()
    for mail in ("lise@example.org", "marc@example.org"):
        haag = await school(kind="lycee")
        await membership(await account(mail), "host", school=haag)
        later = await slot(host=haag, starts_at=paris("2027-04-01 14:00"))
        await move(
            visit.booked.id, MoveVisit(to_slot=later), school=visit.college, by=visit.claire, fresh=fresh(), now=NOW
        )
    assert {to for to, _ in await arrived()} == {CLAIRE, "marc@example.org"}


REAL = replace(SETTINGS, demo=False)
pytestmark = pytest.mark.usefixtures("db")


async def _mailboxes(lycee: str = "ce.lycee@ac-besancon.fr", college: str = "ce.college@ac-besancon.fr") -> None:
    await rows("UPDATE schools SET mail = CASE kind WHEN 'lycee' THEN $1 ELSE $2 END", lycee, college)


async def _answer(kind: str, about: int, *, to: str, about_kind: str = "reservation", settings: Settings = REAL) -> str:
    kind, reader, _ = parts_of(kind)
    held = {"about_kind": about_kind, "entry": "REQUEST", "reader": reader}
    notice = Claimed(1, kind, to, "Claire Renaud", about, "once:1", "", 1, **held)
    letter = await writer(settings)(notice, NOW)
    said = [line for line in letter.text.splitlines() if line.startswith("Votre réponse")]
    assert [one in letter.html for one in said] == [True] * len(said)
    return f"{letter.reply_to} | {' '.join(said)}"


async def test_a_teacher_answers_the_lycee_that_receives_her_and_the_lycee_her_college():
    story = await reserved()
    await _mailboxes()
    assert await _answer("reservation_confirmed/teacher", story.reservation, to=CLAIRE) == (
        "ce.lycee@ac-besancon.fr | Votre réponse à ce mail est lue par : Lycée Jules Haag."
    )
    assert await _answer("reservation_confirmed/host", story.reservation, to=JULES) == (
        "ce.college@ac-besancon.fr | Votre réponse à ce mail est lue par : Collège Stendhal."
    )


async def test_a_company_answers_the_lycee_that_it_goes_to():
    story = await reserved()
    await _mailboxes()
    firm = await company()
    ana = await account("ana@example.org", name="Ana")
    await membership(ana, "company", company=firm)
    coming = await attendance(slot=story.slot, company=firm, by=ana)
    assert await _answer("attendance_confirmed/company", coming, to="ana@example.org", about_kind="attendance") == (
        "ce.lycee@ac-besancon.fr | Votre réponse à ce mail est lue par : Lycée Jules Haag."
    )


@pytest.mark.parametrize("written", ["", "lycée sans adresse", "é@ac-besancon.fr"])
async def test_where_a_school_has_no_mailbox_the_coordination_reads_the_answer(written):
    story = await reserved()
    await _mailboxes(lycee=written)
    assert await _answer("reservation_confirmed/teacher", story.reservation, to=CLAIRE) == " | "
    await academie(contact="technilab@ac-besancon.fr")
    assert await _answer("reservation_confirmed/teacher", story.reservation, to=CLAIRE) == (
        "technilab@ac-besancon.fr | Votre réponse à ce mail est lue par : la coordination."
    )
    installed = replace(REAL, reply_to="lea@example.org")
    assert await _answer("reservation_confirmed/teacher", story.reservation, to=CLAIRE, settings=installed) == (
        "lea@example.org | Votre réponse à ce mail est lue par : la coordination."
    )


async def test_a_trial_gives_nobody_the_address_of_a_real_school():
    story = await reserved()
    await _mailboxes()
    assert await _answer("reservation_confirmed/teacher", story.reservation, to=CLAIRE, settings=SETTINGS) == " | "


async def test_what_a_principal_answers_never_goes_to_the_lycee():
    story = await reserved(needs_approval=True)
    await _mailboxes()
    notice = Claimed(1, "reservation_changed", "perrin@example.org", "", story.reservation, "o", "", 1)
    about = replace(notice, about_kind="reservation")
    answers = await answers_to(about, "principal", REAL, contact="technilab@ac-besancon.fr")
    assert answers.mailbox == "technilab@ac-besancon.fr"


OFFICIAL, NOUR = "ce.0250011b@ac-besancon.fr", "nour@example.org"


async def without(*gone: str, mail: str = OFFICIAL) -> Story:
    """The story of every mail, these people's accounts closed; the lycée answers at a number."""
    story = await reserved(confirmed_at=NOW)
    await rows("UPDATE schools SET mail = $2, phone = '03 81 61 62 63' WHERE id = $1", story.college, mail)
    await rows("UPDATE schools SET phone = '03 81 81 01 45' WHERE id = $1", story.host)
    nour = await account(NOUR, name="Nour Petit")
    await membership(nour, "coordinator")
    for one in gone:
        await disable(await value("SELECT id FROM accounts WHERE email = $1", one), by=nour, now=NOW)
    await tell()
    await rows("DELETE FROM notices")
    return story


async def declined(story: Story) -> None:
    by = await value("SELECT id FROM accounts WHERE email = $1", JULES)
    await cancel(
        story.reservation, CancelVisit(reason="Machine en panne"), role="host", school=story.host, by=by, now=NOW
    )
    await tell(now=NOW - TOGETHER_WITHIN)
    await rows("DELETE FROM notices WHERE reader = 'host'")


async def test_the_colleges_mailbox_reads_what_happened_and_whom_to_call_without_a_link(db):
    await declined(await without(CLAIRE))
    mail = (await posted())[0]
    assert (mail.to, str(mail.message["Subject"])) == (
        [OFFICIAL],
        "Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00",
    )
    assert kinds_of(mail) == WORDS_ALONE
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Motif : Machine en panne\n\n"
        "Ce message était destiné à un enseignant qui n'a plus de compte chez vous : transmettez-le à qui accompagne"
        " ce groupe. Une question ? Appelez le lycée : 03 81 81 01 45.\n"
    )
    assert [word for word in ("http", "Claire") if word in mail.message.as_string()] == []


async def test_the_coordination_reads_whom_to_call_where_a_college_has_no_mailbox(db):
    story = await without(CLAIRE, mail="")
    await declined(story)
    mail = (await posted())[0]
    assert (mail.to, str(mail.message["Subject"])) == (
        [NOUR],
        "À transmettre : Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00",
    )
    assert text_of(mail).splitlines()[-4:] == [
        "Plus personne n'a de compte ici : Collège Stendhal, Besançon (03 81 61 62 63)."
        " Prévenez l'établissement ou l'entreprise, et invitez quelqu'un à prendre la suite.",
        "",
        "Voir le créneau :",
        f"http://127.0.0.1:8000/gestion/creneaux/{story.slot}",
    ]


@pytest.mark.parametrize("kind", ["reservation_confirmed/host", "reservation_changed/host"])
async def test_the_coordination_reads_what_a_lycee_without_hosts_should_know(db, kind):
    story = await without(JULES)
    mail = await told(kind, story.reservation, to=NOUR, name="Nour Petit")
    assert "Plus personne n'a de compte ici : Lycée Jules Haag, Besançon (03 81 81 01 45)." in text_of(mail)
    assert f"http://127.0.0.1:8000/gestion/creneaux/{story.slot}" in text_of(mail)


async def test_the_coordination_reads_the_day_before_that_a_lycee_without_hosts_receives(db):
    await without(JULES)
    eve = paris("2027-03-24 09:00")
    await remind(now=eve)
    mails = {mail.to[0]: mail for mail in await posted(now=eve)}
    assert sorted(mails) == [NOUR]
    assert str(mails[NOUR].message["Subject"]) == "À transmettre : Demain : 1 groupe, 24 élèves"
    assert text_of(mails[NOUR]).endswith("\n\nOuvrir les comptes :\nhttp://127.0.0.1:8000/gestion/comptes\n")


async def test_a_colleague_reads_the_teachers_own_mail(db):
    story = await without(CLAIRE)
    await membership(await account("hugo@example.org", name="Hugo Roy"), "teacher", school=story.college)
    await declined(story)
    mail = (await posted())[0]
    assert mail.to == ["hugo@example.org"]
    assert text_of(mail).endswith("/creneaux?groupe=1&niveau=4e&eleves=24\n")
