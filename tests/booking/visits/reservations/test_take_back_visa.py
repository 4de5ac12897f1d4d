"""A visa noted from paper is told at once to whoever signs, who takes it back by a link: two collèges, one noted it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from booking.mails.digest.to_do import BY_KIND
from booking.people.accounts.rules import LinkSpent
from booking.visits.reservations.ask_approval import renew_approval
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.queries import visit
from booking.visits.reservations.take_back_visa import take_back_visa
from booking.visits.reservations.whom_to_ask import unasked
from booking.words.wording import moment
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.reservations.demands import NOTED, SECRET, College, refuse_visa, sign
from tests.builders import NOW, paris
from tests.seen import first, forget_mails, lycee_of, mails, seats, seen, state
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING

ASKED_AGAIN = "w" * 43


class Noted:
    """Two collèges asked for their visits in two lycées; the teacher of the first notes that hers is signed."""

    visit: int
    college: College

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
            college = await College.new(f"{who}@example.org", **more | (of_college if number == 0 else {}))
            slot = await another_slot(f"{host}@example.org")
            # As it was asked for when the collège still had somebody to ask.
            held = {"state": "requested", "hold_until": NOW + timedelta(days=5)}
            group = await builders.group(school=college.school)
            made = await builders.reservation(slot=slot, group=group, by=college.teacher, **held)
            if number == 0:
                self.visit, self.college = made, college

    async def note(self, **said: Any) -> str:
        return await self.college.note(self.visit, **said)


async def another_slot(email: str, wall: str = "2027-03-25 09:00") -> int:
    lycee = await builders.school(kind="lycee")
    await builders.person("host", email, school=lycee)
    return await builders.slot(host=lycee, starts_at=paris(wall))


async def told() -> list[tuple[str, str]]:
    return sorted(await mails())


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
            ("reservation_confirmed", "accueil@example.org"),
        ]
    )


async def test_taking_it_back_asks_for_the_visit_again_with_its_deadlines_and_tells_teacher_and_host(db):
    noted = await Noted.new()
    await noted.note()
    await forget_mails()
    later = NOW + timedelta(days=1)
    assert await take_back_visa(NOTED, ask_token=ASKED_AGAIN, now=later) == noted.visit
    kept = "SELECT state, hold_until, visa_note, visa_paper_on, signed_host, slot FROM reservations WHERE id = $1"
    *found, slot = await first(kept, noted.visit)
    assert found == ["requested", later + timedelta(days=10), "", None, None]
    assert await seats(slot) == (24, 1)
    assert await told() == [
        ("approval_asked", "principal-claire@example.org"),
        ("visa_taken_back", "accueil@example.org"),
        ("visa_taken_back", "claire@example.org"),
    ]
    with pytest.raises(LinkSpent):
        await take_back_visa(NOTED, ask_token=ASKED_AGAIN, now=later)
    assert await sign(ASKED_AGAIN, now=later) == "confirmed"


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
    office = f"http://127.0.0.1:8000/gestion/etablissements/{noted.college.school}#visa"
    assert "le visa ne sera demandé à personne" in letters["coordination@example.org"]
    assert f"Adresse de la direction : {office}" in letters["coordination@example.org"]
    await take_back_visa(NOTED, ask_token=ASKED_AGAIN, now=NOW)
    letters = {mail.to[0]: text_of(mail) for mail in await posted()}
    assert set(letters) == {"claire@example.org", "accueil@example.org"}
    assert "Le visa n'a pu être demandé à personne" in letters["claire@example.org"]
    assert "le visa est demandé par mail" not in letters["claire@example.org"]
    assert "http://127.0.0.1:8000/mon-college#visa" in letters["claire@example.org"]
    held = "SELECT name, hold_until FROM reservations r JOIN schools s ON s.id = r.school WHERE r.id = $1"
    name, until = await first(held, noted.visit)
    # The other collège asked in its time, by a link.
    await rows(
        "INSERT INTO approvals (reservation, token_hash) SELECT id, 'x' FROM reservations WHERE id <> $1", noted.visit
    )
    [point] = (await BY_KIND["unasked"].ask(NOW)).points
    assert (point.title, point.way) == (f"{name}, Besançon", f"/gestion/etablissements/{noted.college.school}")
    assert f"sans lui, des places sont rendues dès le {moment(until)}" in point.told
    assert await unasked([number for (number,) in await seen("SELECT id FROM reservations")]) == {noted.visit}
    await rows("UPDATE schools SET principal_mail = 'direction@example.org', principal_confirmed_at = $1", NOW)
    await renew_approval(noted.visit, **noted.college.own, token="z" * 43, now=NOW)
    assert (await BY_KIND["unasked"].ask(NOW)).points == ()


async def test_one_that_is_not_signed_then_leaves_the_agendas_of_both(db):
    noted = await Noted.new()
    await noted.note()
    await take_back_visa(NOTED, ask_token=ASKED_AGAIN, now=NOW)
    await forget_mails()
    await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
    await tell()
    assert await seen(
        "SELECT kind, to_email, entry FROM notices WHERE about = $1 ORDER BY kind, to_email", noted.visit
    ) == [
        ("lapsed", "claire@example.org", "CANCEL"),
        ("reservation_cancelled", "accueil@example.org", "CANCEL"),
        ("reservation_cancelled", "principal-claire@example.org", ""),
    ]


ENDS = {
    "cancelled": lambda noted: noted.college.cancel(noted.visit, "Neige"),
    "lapsed": lambda _: lapse(secret_key=SECRET, now=NOW + timedelta(days=11)),
    "refused": lambda _: refuse_visa("m1" + "m" * 41, "Examens"),
}


class Taken(Noted):
    """The visit was sure and told at the first lycée; its visa is taken back, and the mails of that have left."""

    @classmethod
    async def back(cls) -> Taken:
        self = cls()
        await self._ask()
        await self.note()
        await take_back_visa(NOTED, ask_token=ASKED_AGAIN, now=NOW)
        self.first = await value("SELECT slot FROM reservations WHERE id = $1", self.visit)
        await self.heard()
        return self

    async def to(self, slot: int, *, token: str) -> None:
        await self.college.move(self.visit, slot, token=token.ljust(43, "m"))

    async def heard(self) -> list[tuple[str, str]]:
        """What the lycées are told."""
        await tell()
        of = "to_email IN ('accueil@example.org', 'ailleurs@example.org', 'tiers@example.org')"
        found = await seen(f"SELECT kind, to_email FROM notices WHERE {of} ORDER BY id")
        await forget_mails()
        return found


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
async def test_a_lycee_that_never_heard_of_a_visit_does_not_hear_of_its_end(db, ends):
    taken = await Taken.back()
    await taken.to(await another_slot("tiers@example.org", "2027-04-01 14:00"), token="m1")
    assert await taken.heard() == [("reservation_cancelled", "accueil@example.org")]
    await ends(taken)
    assert await taken.heard() == []


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
async def test_a_lycee_that_was_told_of_a_visit_hears_of_its_end_wherever_it_moved_there(db, ends):
    taken = await Taken.back()
    host = await lycee_of(taken.first)
    await taken.to(await builders.slot(host=host, starts_at=paris("2027-04-01 14:00")), token="m1")
    assert await taken.heard() == [("reservation_changed", "accueil@example.org")]
    await ends(taken)
    assert await taken.heard() == [("reservation_cancelled", "accueil@example.org")]


async def test_a_lycee_that_a_visit_left_and_came_back_to_unsigned_hears_of_its_end_once(db):
    taken = await Taken.back()
    elsewhere = await another_slot("tiers@example.org", "2027-04-01 14:00")
    await taken.to(elsewhere, token="m1")
    await taken.to(taken.first, token="m2")
    assert await taken.heard() == [("reservation_cancelled", "accueil@example.org")]
    await ENDS["cancelled"](taken)
    assert await taken.heard() == []


async def test_a_lycee_that_a_visit_came_to_before_its_visa_hears_of_it_once_it_is_given(db):
    taken = await Taken.back()
    await taken.to(await another_slot("tiers@example.org", "2027-04-01 14:00"), token="m1")
    await taken.heard()
    await sign("m1" + "m" * 41)
    assert await taken.heard() == [("reservation_confirmed", "tiers@example.org")]
    await ENDS["cancelled"](taken)
    assert await taken.heard() == [("reservation_cancelled", "tiers@example.org")]


async def test_a_visa_that_the_principal_gives_herself_has_nothing_to_take_back(db):
    noted = await Noted.new()
    await noted.note()
    await take_back_visa(NOTED, ask_token=ASKED_AGAIN, now=NOW)
    await sign(ASKED_AGAIN)
    stands = await visit(noted.visit, scope=EVERYTHING)
    assert (stands.state, stands.acts(role="principal", now=NOW)) == ("confirmed", ())


async def test_choices_signed_on_paper_that_wait_are_not_signed_any_more(db):
    noted = await Noted.new()
    full = await builders.slot(seats=24)
    await builders.reservation(slot=full, group=await builders.group())
    waits = await noted.college.ask(full, wait=True)
    assert waits.state == "waiting"
    signed = """UPDATE reservations SET signed_host = 1, signed_on = $2, signed_adults = 2, visa_note = 'Mme Perrin',
        visa_paper_on = $2 WHERE id = $1"""
    await rows(signed, waits.id, NOW.date())
    stands = await visit(waits.id, scope=EVERYTHING)
    assert stands.acts(role="principal", now=NOW) == ("take_back",)


@pytest.mark.parametrize("days", [1, -400])
async def test_a_paper_visa_says_on_which_day_it_was_signed(db, days):
    noted = await Noted.new()
    with pytest.raises(Invalid) as no:
        await noted.note(signed_on=NOW.date() + timedelta(days=days))
    assert set(no.value.errors) == {"signed_on"}
    assert await state(noted.visit) == "requested"
