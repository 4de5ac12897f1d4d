"""A visa noted from paper is told at once to whoever signs, who takes it back by a link: two collèges, one noted it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from booking.mails.digest.to_do import BY_KIND
from booking.people.accounts.rules import LinkSpent
from booking.visits.reservations.acts import AnswerApproval, CancelVisit, MoveVisit
from booking.visits.reservations.approve import answer_approval, note_paper_visa
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.move import move
from booking.visits.reservations.queries import visit
from booking.visits.reservations.take_back_visa import take_back_visa
from booking.visits.reservations.whom_to_ask import unasked
from booking.words.wording import moment
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.reservations.demands import SECRET, a_demand, fresh
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING

TAKES_BACK, ASKED_AGAIN = "v" * 43, "w" * 43


class Noted:
    """Two collèges asked for their visits in two lycées; the teacher of the first notes that hers is signed."""

    visit: int
    college: int
    own: dict[str, Any]

    @classmethod
    async def new(cls, **of_college: Any) -> Noted:
        self = cls()
        await self._ask(**of_college)
        return self

    async def _ask(self, **of_college: Any) -> None:
        await builders.person("coordinator", "coordination@example.org")
        for number, (who, host) in enumerate((("claire", "accueil"), ("denis", "ailleurs"))):
            principal = {"principal_mail": f"principal-{who}@example.org", "principal_name": f"Mme {who}"}
            more = {"needs_approval": True, "mail": f"ce.{who}@example.org"} | principal
            college = await builders.school(**more | (of_college if number == 0 else {}))
            teacher = await builders.person("teacher", f"{who}@example.org", school=college)
            lycee = await builders.school(kind="lycee")
            await builders.person("host", f"{host}@example.org", school=lycee)
            slot, group = await builders.slot(host=lycee), await builders.group(school=college)
            # As it was asked for when the collège still had somebody to ask.
            made = await builders.reservation(slot=slot, group=group, by=teacher, state="requested")
            await rows("UPDATE reservations SET hold_until = $2 WHERE id = $1", made, NOW + timedelta(days=5))
            if number == 0:
                self.visit, self.college, self.own = made, college, {"school": college, "by": teacher}

    async def note(self) -> str:
        return await note_paper_visa(
            self.visit, builders.paper_visa(), secret_key=SECRET, token=TAKES_BACK, now=NOW, **self.own
        )


async def told() -> list[tuple[str, str]]:
    await tell()
    return sorted(tuple(one) for one in await rows("SELECT kind, to_email FROM notices"))


@pytest.mark.parametrize(
    ("of_college", "hears"),
    [
        ({}, ["principal-claire@example.org"]),
        ({"principal_confirmed_at": None}, ["ce.claire@example.org"]),
        ({"principal_mail": "claire+visa@example.org"}, ["ce.claire@example.org"]),
        ({"principal_confirmed_at": None, "mail": ""}, ["coordination@example.org"]),
        ({"principal_mail": "claire@example.org", "mail": "CLAIRE@example.org"}, ["coordination@example.org"]),
    ],
    ids=["the principal", "the mailbox", "never the teacher", "the coordination", "no mailbox but the teacher's"],
)
async def test_who_signs_hears_at_once_of_a_visa_noted_from_paper(db, of_college, hears):
    noted = await Noted.new(**of_college)
    assert await noted.note() == "confirmed"
    assert await told() == sorted(
        [
            *(("paper_visa_noted", mail) for mail in hears),
            ("reservation_confirmed", "claire@example.org"),
            ("reservation_received", "accueil@example.org"),
        ]
    )


async def test_taking_it_back_asks_for_the_visit_again_with_its_deadlines_and_tells_teacher_and_host(db):
    noted = await Noted.new()
    await noted.note()
    await tell()
    await rows("DELETE FROM notices")
    later = NOW + timedelta(days=1)
    assert await take_back_visa(TAKES_BACK, ask_token=ASKED_AGAIN, now=later) == noted.visit
    found = await row(
        "SELECT r.state, r.hold_until, r.visa_note, r.visa_paper_on, r.signed_host, sl.seats_taken, sl.groups_taken"
        " FROM reservations r JOIN slots sl ON sl.id = r.slot WHERE r.id = $1",
        noted.visit,
    )
    assert tuple(found) == ("requested", later + timedelta(days=10), "", None, None, 24, 1)
    assert await told() == [
        ("approval_asked", "principal-claire@example.org"),
        ("visa_taken_back", "claire@example.org"),
        ("visa_taken_back_host", "accueil@example.org"),
    ]
    with pytest.raises(LinkSpent):
        await take_back_visa(TAKES_BACK, ask_token=ASKED_AGAIN, now=later)
    assert (
        await answer_approval(ASKED_AGAIN, AnswerApproval(approved=True), secret_key=SECRET, now=later) == "confirmed"
    )


@pytest.mark.parametrize(
    "of_college",
    [
        {"principal_confirmed_at": None, "mail": ""},
        {"principal_mail": "claire@example.org", "mail": "CLAIRE@example.org"},
    ],
    ids=["no mailbox", "a teacher's"],
)
async def test_where_nobody_can_be_asked_each_letter_and_page_says_whose_address_lacks(db, of_college):
    noted = await Noted.new(**of_college)
    await noted.note()
    letters = {mail.to[0]: text_of(mail) for mail in await posted()}
    office = f"http://127.0.0.1:8000/gestion/etablissements/{noted.college}#visa"
    assert "le visa ne sera demandé à personne" in letters["coordination@example.org"]
    assert f"Adresse de la direction : {office}" in letters["coordination@example.org"]
    await take_back_visa(TAKES_BACK, ask_token=ASKED_AGAIN, now=NOW)
    letters = {mail.to[0]: text_of(mail) for mail in await posted()}
    assert set(letters) == {"claire@example.org", "accueil@example.org"}
    assert "Le visa n'a pu être demandé à personne" in letters["claire@example.org"]
    assert "le visa est demandé par mail" not in letters["claire@example.org"]
    assert "http://127.0.0.1:8000/mon-college#visa" in letters["claire@example.org"]
    name, until = await row(
        "SELECT name, hold_until FROM reservations r JOIN schools s ON s.id = r.school WHERE r.id = $1", noted.visit
    )
    # The other collège asked in its time, by a link.
    await rows(
        "INSERT INTO approvals (reservation, token_hash) SELECT id, 'x' FROM reservations WHERE id <> $1", noted.visit
    )
    [point] = (await BY_KIND["unasked"].ask(NOW)).points
    assert (point.title, point.way) == (f"{name}, Besançon", f"/gestion/etablissements/{noted.college}")
    assert f"sans lui, des places sont rendues dès le {moment(until)}" in point.told
    assert await unasked([one["id"] for one in await rows("SELECT id FROM reservations")]) == {noted.visit}
    await rows("UPDATE schools SET principal_mail = 'direction@example.org', principal_confirmed_at = $1", NOW)
    await renew_approval(noted.visit, **noted.own, token="z" * 43, now=NOW)
    assert (await BY_KIND["unasked"].ask(NOW)).points == ()


async def test_one_that_is_not_signed_then_leaves_the_agendas_of_both(db):
    noted = await Noted.new()
    await noted.note()
    await take_back_visa(TAKES_BACK, ask_token=ASKED_AGAIN, now=NOW)
    await tell()
    await rows("DELETE FROM notices")
    await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
    await tell()
    found = await rows("SELECT kind, to_email, entry FROM notices WHERE about = $1 ORDER BY kind", noted.visit)
    assert [tuple(one) for one in found] == [
        ("approval_lapsed", "claire@example.org", "CANCEL"),
        ("reservation_cancelled_host", "accueil@example.org", "CANCEL"),
        ("signed_visit_cancelled", "principal-claire@example.org", ""),
    ]


ENDS = {
    "cancelled": lambda noted: cancel(noted.visit, CancelVisit(reason="Neige"), role="teacher", now=NOW, **noted.own),
    "lapsed": lambda _: lapse(secret_key=SECRET, now=NOW + timedelta(days=11)),
    "refused": lambda _: answer_approval(
        "m1" + "m" * 41, AnswerApproval(approved=False, reason="Examens"), secret_key=SECRET, now=NOW
    ),
}


class Taken(Noted):
    """The visit was sure and told at the first lycée; its visa is taken back, and the mails of that have left."""

    @classmethod
    async def back(cls) -> Taken:
        self = cls()
        await self._ask()
        await self.note()
        await take_back_visa(TAKES_BACK, ask_token=ASKED_AGAIN, now=NOW)
        self.first = await value("SELECT slot FROM reservations WHERE id = $1", self.visit)
        await self.heard()
        return self

    async def to(self, slot: int, *, token: str) -> None:
        await move(
            self.visit, MoveVisit(to_slot=slot), fresh=fresh(token + "m" * (43 - len(token))), now=NOW, **self.own
        )

    async def heard(self) -> list[tuple[str, str]]:
        """What the lycées are told."""
        await tell()
        of = "to_email IN ('accueil@example.org', 'ailleurs@example.org', 'tiers@example.org')"
        found = await rows(f"SELECT kind, to_email FROM notices WHERE {of} ORDER BY id")
        await rows("DELETE FROM notices")
        return [tuple(one) for one in found]


async def another_slot(email: str, wall: str) -> int:
    lycee = await builders.school(kind="lycee")
    await builders.person("host", email, school=lycee)
    return await builders.slot(host=lycee, starts_at=paris(wall))


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
async def test_a_lycee_that_never_heard_of_a_visit_does_not_hear_of_its_end(db, ends):
    taken = await Taken.back()
    await taken.to(await another_slot("tiers@example.org", "2027-04-01 14:00"), token="m1")
    assert await taken.heard() == [("reservation_left", "accueil@example.org")]
    await ends(taken)
    assert await taken.heard() == []


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
async def test_a_lycee_that_was_told_of_a_visit_hears_of_its_end_wherever_it_moved_there(db, ends):
    taken = await Taken.back()
    host = await value("SELECT school FROM slots WHERE id = $1", taken.first)
    await taken.to(await builders.slot(host=host, starts_at=paris("2027-04-01 14:00")), token="m1")
    assert await taken.heard() == [("reservation_moved_host", "accueil@example.org")]
    await ends(taken)
    assert await taken.heard() == [("reservation_cancelled_host", "accueil@example.org")]


async def test_a_lycee_that_a_visit_left_and_came_back_to_unsigned_hears_of_its_end_once(db):
    taken = await Taken.back()
    elsewhere = await another_slot("tiers@example.org", "2027-04-01 14:00")
    await taken.to(elsewhere, token="m1")
    await taken.to(taken.first, token="m2")
    assert await taken.heard() == [("reservation_left", "accueil@example.org")]
    await ENDS["cancelled"](taken)
    assert await taken.heard() == []


async def test_a_lycee_that_a_visit_came_to_before_its_visa_hears_of_it_once_it_is_given(db):
    taken = await Taken.back()
    await taken.to(await another_slot("tiers@example.org", "2027-04-01 14:00"), token="m1")
    await taken.heard()
    await answer_approval("m1" + "m" * 41, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    assert await taken.heard() == [("reservation_received", "tiers@example.org")]
    await ENDS["cancelled"](taken)
    assert await taken.heard() == [("reservation_cancelled_host", "tiers@example.org")]


async def test_a_visa_that_the_principal_gives_herself_has_nothing_to_take_back(db):
    noted = await Noted.new()
    await noted.note()
    await take_back_visa(TAKES_BACK, ask_token=ASKED_AGAIN, now=NOW)
    await answer_approval(ASKED_AGAIN, AnswerApproval(approved=True), secret_key=SECRET, now=NOW)
    seen = await visit(noted.visit, scope=EVERYTHING)
    assert (seen.state, seen.acts(role="principal", now=NOW)) == ("confirmed", ())


async def test_choices_signed_on_paper_that_wait_are_not_signed_any_more(db):
    noted = await Noted.new()
    college, teacher = noted.own["school"], noted.own["by"]
    group, full = await builders.group(school=college), await builders.slot(seats=24)
    await builders.reservation(slot=full, group=await builders.group())
    demand = a_demand(full, group, school=college, by=teacher, wait=True)
    waits = await book(demand, now=NOW)
    assert waits.state == "waiting"
    await rows(
        "UPDATE reservations SET signed_host = 1, signed_on = $2, signed_adults = 2, visa_note = 'Mme Perrin',"
        " visa_paper_on = $2 WHERE id = $1",
        *(waits.id, NOW.date()),
    )
    seen = await visit(waits.id, scope=EVERYTHING)
    assert seen.acts(role="principal", now=NOW) == ("take_back",)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"signed_by": " "}, "signed_by"),
        ({"signed_by": "x" * 121}, "signed_by"),
        ({"signed_on": NOW.date() + timedelta(days=1)}, "signed_on"),
        ({"signed_on": NOW.date() - timedelta(days=400)}, "signed_on"),
    ],
)
async def test_a_paper_visa_says_who_signed_and_on_which_day_that_was(db, said, field):
    noted = await Noted.new()
    with pytest.raises(Invalid) as no:
        await note_paper_visa(
            noted.visit, builders.paper_visa(**said), secret_key=SECRET, token="v" * 43, now=NOW, **noted.own
        )
    assert set(no.value.errors) == {field}
    assert await value("SELECT state FROM reservations WHERE id = $1", noted.visit) == "requested"
