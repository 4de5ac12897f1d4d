"""A teacher signs up by herself: one mail, one link, one row, and her collège is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.people.accounts.calling import person_of_session
from booking.people.accounts.rules import TooManyTries, hash_of, refuse_name
from booking.people.sign_ups.rules import SignUpSpent
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up, prove
from booking.visits.newcomers.answer import confirm
from booking.visits.newcomers.queries import waiting_in
from tests import builders
from tests.browsing import SECRET
from tests.builders import NOW
from workshops.database import row, rows, value
from workshops.refusals import Invalid

CLAIRE = "claire.renaud@ac-besancon.fr"
MAILBOX = "ce.0250010a@ac-besancon.fr"


@pytest.fixture
async def college(db) -> int:
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    return await builders.school(name="Collège Stendhal", mail=MAILBOX)


async def ask(college: int, email: str = CLAIRE, *, token: str = "t", address: str = "10.0.0.1", now=NOW) -> None:
    asked = {"token": token, "next_path": "/creneaux", "address": address, "now": now}
    await ask_sign_up(AskSignUp(name="Claire Renaud", email=email, school=college), **asked)


async def go_in(token: str = "t", *, session: str = "s", now=NOW):
    link = {"session_id": session, "answer_token": f"a-{session}", "browser": "Firefox", "address": "10.0.0.1"}
    return await prove(token, **link, now=now)


async def kinds() -> list[tuple[str, str]]:
    return [(one["kind"], one["to_email"]) for one in await rows("SELECT kind, to_email FROM notices ORDER BY id")]


async def test_a_trusted_address_enters_by_the_mailed_link_and_her_college_is_told(college):
    await ask(college)
    assert await value("SELECT count(*) FROM accounts") == 0
    proved = await go_in()
    assert (proved.inside, proved.new, proved.next_path) == (True, True, "/creneaux")
    person = await person_of_session(hash_of("s"), csrf="c", now=NOW)
    assert (person.role, person.school, person.awaiting, person.scope.author) == (
        "teacher",
        college,
        True,
        person.account,
    )
    assert await kinds() == [("sign_up", CLAIRE), ("newcomer", MAILBOX)]
    # She waits for her link before a page, her collège for nothing: hers leaves before all that only tells.
    ahead = await rows("SELECT next_try_at < created_at AS ahead FROM notices ORDER BY id")
    assert [one["ahead"] for one in ahead] == [True, False]
    acts = await rows("SELECT act FROM events WHERE act <> 'signed_in'")
    assert [one["act"] for one in acts] == ["signed_up"]


@pytest.mark.parametrize("email", ["lea@eleves.ac-besancon.fr", "claire@orange.example"])
async def test_nothing_opens_to_another_address_before_the_answer(college, email):
    await ask(college, email)
    proved = await go_in()
    assert (proved.inside, proved.place) == (False, "Collège Stendhal")
    assert await value("SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM sessions)") == 0
    assert await kinds() == [("sign_up", email), ("newcomer", MAILBOX)]


async def test_a_teacher_of_this_college_gets_a_link_that_signs_in(college):
    await builders.membership(await builders.account(CLAIRE), "teacher", school=college)
    await ask(college)
    assert await kinds() == [("sign_in", CLAIRE)]
    assert await value("SELECT count(*) FROM sign_ups") == 0


async def test_an_account_that_was_closed_gets_nothing(college):
    await builders.account(CLAIRE, disabled_at=NOW)
    await ask(college)
    assert await kinds() == []


async def test_a_teacher_of_another_college_keeps_her_account_and_awaits_in_this_one(college):
    account = await builders.person("teacher", CLAIRE, school=await builders.school())
    await ask(college)
    await go_in()
    held = await rows("SELECT school = $1 AS here, awaiting FROM memberships WHERE account = $2", college, account)
    assert sorted((one["here"], one["awaiting"]) for one in held) == [(False, False), (True, True)]


ELSEWHERE = "claire@orange.example"


async def ask_as(college: int, name: str, *, token: str, email: str = ELSEWHERE) -> None:
    asked = {"next_path": f"/creneaux?{token}", "address": "10.0.0.1", "now": NOW}
    await ask_sign_up(AskSignUp(name=name, email=email, school=college), token=token, **asked)


async def standing() -> list[tuple[str, bool]]:
    found = await rows("SELECT name, proved_at IS NOT NULL AS proved FROM sign_ups ORDER BY proved_at NULLS LAST, name")
    return [tuple(one) for one in found]


@pytest.mark.parametrize("email", [ELSEWHERE, CLAIRE])
async def test_a_stranger_renames_neither_a_proved_sign_up_nor_one_whose_link_is_still_to_be_used(college, email):
    await ask_as(college, "Claire Renaud", token="hers", email=email)
    await ask_as(college, "Rien Du Tout", token="a-stranger-s", email=email)
    assert await standing() == [("Claire Renaud", False), ("Rien Du Tout", False)]
    assert (await go_in("hers")).next_path == "/creneaux?hers"
    await ask_as(college, "Encore Pire", token="once-more", email=email)
    assert (await standing())[0] == ("Claire Renaud", True)
    assert [one.name for one in await waiting_in(college)] == ["Claire Renaud"]


async def test_what_is_asked_again_is_taken_up_when_its_own_link_is_used(college):
    await ask_as(college, "Claire Renaud", token="first")
    first = await go_in("first")
    await ask_as(college, "Claire Renaud-Petit", token="second")
    second = await go_in("second", session="s2")
    assert (first.new, second.new, second.next_path) == (True, False, "/creneaux?second")
    assert await standing() == [("Claire Renaud-Petit", True)]
    assert [kind for kind, _ in await kinds()].count("newcomer") == 1


async def test_a_double_sign_up_at_the_same_instant_makes_one_person_and_tells_her_college_once(college):
    await asyncio.gather(*(ask(college, token=f"t{n}", address=f"10.0.0.{n}") for n in range(5)))
    answers = await asyncio.gather(*(go_in(f"t{n}", session=f"s{n}") for n in range(5)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["Proved"] * 5
    assert sorted(one.new for one in answers) == [False] * 4 + [True]
    assert await standing() == [("Claire Renaud", True)]
    counts = "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM memberships)"
    assert tuple(await row(counts)) == (1, 1)
    assert [kind for kind, _ in await kinds()].count("newcomer") == 1


async def test_an_answer_ends_what_was_asked_beside(college):
    await ask_as(college, "Claire Renaud", token="first")
    await ask_as(college, "Encore Pire", token="beside")
    await go_in("first")
    number = await value("SELECT id FROM sign_ups WHERE proved_at IS NOT NULL")
    await confirm(number, by=None, new_token=lambda: "unused", secret_key=SECRET, now=NOW)
    with pytest.raises(SignUpSpent):
        await go_in("beside", session="s2")
    assert await standing() == []


async def test_a_link_serves_once_and_for_an_hour(college):
    await ask(college)
    with pytest.raises(SignUpSpent):
        await go_in(now=NOW + timedelta(hours=1))
    await go_in(now=NOW + timedelta(minutes=59))
    with pytest.raises(SignUpSpent):
        await go_in(session="s2", now=NOW + timedelta(minutes=59))


async def test_a_college_without_an_address_is_told_nothing_and_the_coordination_sees_her(college):
    without = await builders.school(mail="")
    await ask(without)
    await go_in()
    assert await kinds() == [("sign_up", CLAIRE)]
    assert await value("SELECT count(*) FROM sign_ups WHERE proved_at IS NOT NULL") == 1


async def test_links_are_asked_for_five_times_for_a_mail_address(college):
    for n in range(5):
        await ask(college, token=f"t{n}", address=f"10.0.1.{n}")
    with pytest.raises(TooManyTries):
        await ask(college, token="t5", address="10.0.1.5")


@pytest.mark.parametrize("more", [{"kind": "lycee"}, {"closed": True}])
async def test_a_lycee_and_a_closed_college_take_nobody(college, more):
    other = await builders.school(**more)
    with pytest.raises(Invalid):
        await ask(other)


@pytest.mark.parametrize("name", ["Claire Renaud", "J.-P. O'Neil", "Zoé de la Tour d’Aligre", "Inès"])
def test_a_name_is_taken_as_people_write_theirs(name):
    refuse_name(name)


@pytest.mark.parametrize(
    "name", ["Cliquez http://x.example", "a@b.fr", "Claire 2", "Claire\nRenaud", "", "-", "a" * 3 + " b" * 9]
)
def test_what_a_colleges_mailbox_must_not_read_is_no_name(name):
    with pytest.raises(Invalid):
        refuse_name(name)
