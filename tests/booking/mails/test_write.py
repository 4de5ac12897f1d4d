"""A visit that ends before its first mails have left: nobody is asked to forget what she never heard of."""

from __future__ import annotations

from msgspec.structs import replace

from booking.outbox.notices.queries import never_left
from booking.outbox.notices.rules import Claimed
from booking.visits.attendance.acts import DeclineComing, WithdrawComing
from booking.visits.attendance.answer import decline
from booking.visits.attendance.change import withdraw
from booking.visits.reservations.acts import CancelVisit, MoveVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.move import move
from tests.booking.mails.story import CLAIRE, JULES, posted, text_of
from tests.booking.visits.reservations.demands import a_demand, fresh
from tests.builders import NOW, account, attendance, company, group, membership, paris, school, slot
from tests.smtp import Taken
from tests.telling import tell
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
    await tell()
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
