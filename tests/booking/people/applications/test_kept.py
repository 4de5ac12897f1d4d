"""A program is its organisation's: whoever answers for that one makes, rotates and ends its key, and nobody else."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

import pytest

from booking.door.rights.guards import routes_of
from booking.people.accounts.roles import ROLES, Permission
from booking.people.accounts.rules import Role
from booking.people.accounts.sign_out import disable
from booking.people.applications.end import end_application
from booking.people.applications.forget import forget_applications
from booking.people.applications.make import MakeApplication
from booking.people.applications.queries import (
    answering_for,
    application_of,
    applications_of,
    every_application,
    person_of_program,
)
from booking.people.applications.rotate import add_secret, end_secret
from booking.people.applications.rules import (
    BY_THE_API,
    LastSecret,
    NobodyAnswers,
    NothingChosen,
    TooManyApplications,
    TwoSecrets,
    offered_to,
)
from booking.people.passkeys.keep import disavow
from booking.year.erase_account import erase_account
from tests import builders
from tests.application import assembled
from tests.booking.people.applications.owners import a_program, signed_in, somebody
from tests.builders import NOW
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound

LATER = NOW + timedelta(days=400)
OWN = {
    "teacher": ("visits.print",),
    "host": ("visits.print", "slots.open"),
    "company": ("comings.read",),
    "coordinator": ("figures.read",),
}


async def two_of(role: str) -> tuple:
    """Two of a place's people, and one of another place of the same kind."""
    places = []
    for _ in range(2):
        if role in {"teacher", "host"}:
            places.append({"school": await builders.school(kind="college" if role == "teacher" else "lycee")})
        else:
            places.append({"company": await builders.company()} if role == "company" else {})
    return *[await somebody(role, **places[0]) for _ in range(2)], await somebody(role, **places[1])


@pytest.mark.parametrize("role", ["teacher", "host", "company"])
async def test_all_who_answer_for_an_organisation_see_rotate_and_end_its_programs_and_no_other_does(db, role):
    made_by, colleague, stranger = await two_of(role)
    other_role = await somebody(
        "host" if role != "host" else "company",
        **(
            {"school": await builders.school(kind="lycee")} if role != "host" else {"company": await builders.company()}
        ),
    )
    program = await a_program(made_by, permissions=OWN[role])
    for person in (made_by, colleague):
        (seen,) = await applications_of(person)
        assert (seen.id, seen.name, seen.made_by, len(seen.secrets)) == (program.id, "Pronote", "Claire Renaud", 1)
        assert tuple(str(one) for one in seen.may) == OWN[role]
    for person in (stranger, other_role):
        assert await applications_of(person) == []
        assert await application_of(person, program.id) is None
        for act in (
            add_secret(program.id, by=person, secret="technilab_app_x", not_me="n", now=NOW),
            end_secret(program.id, seen.secrets[0].id, by=person, now=NOW),
            end_application(program.id, by=person, now=NOW),
        ):
            with pytest.raises(NotFound):
                await act
    assert {one.account for one in await answering_for(program.id)} == {made_by.account, colleague.account}
    await add_secret(program.id, by=colleague, secret="technilab_app_next", not_me="n", now=NOW)
    await end_application(program.id, by=colleague, now=NOW)
    assert await person_of_program("technilab_app_next", now=NOW) is None
    (seen,) = await applications_of(made_by)
    assert (seen.ended_at, seen.secrets) == (NOW, ())


async def test_a_coordinator_answers_for_departements_and_for_the_academie(db):
    await builders.academie()
    await builders.school(department="25")
    anne, second = [await somebody("coordinator") for _ in range(2)]
    await builders.school(department="70")
    here = await a_program(anne, permissions=("figures.read", "coverage.read"), departments=("25",))
    everywhere = await a_program(anne, permissions=("figures.read",))
    assert [one.id for one in await applications_of(second)] == [here.id, everywhere.id]
    reader = await person_of_program(here.secret, now=NOW)
    assert (reader.role, list(reader.departments)) == ("inspector", ["25"])
    assert len(reader.department_schools) == 1
    assert reader.may(Permission.FIGURES_READ)
    assert not reader.may(Permission.FIGURES_DETAIL)
    assert (await person_of_program(everywhere.secret, now=NOW)).role == "coordinator"
    with pytest.raises(Invalid):
        await a_program(anne, permissions=("figures.detail",), departments=("25",))
    with pytest.raises(Invalid):
        await a_program(anne, permissions=("figures.read",), departments=("99",))


async def test_a_teacher_whom_her_college_has_not_confirmed_answers_for_none(db):
    college = await builders.school()
    claire = await somebody("teacher", school=college)
    awaiting = await somebody("teacher", school=college, awaiting=True)
    program = await a_program(claire)
    assert await applications_of(awaiting) == []
    await disable(claire.account, by=awaiting.account, now=NOW)
    with pytest.raises(NobodyAnswers):
        await person_of_program(program.secret, now=NOW)


async def test_nothing_is_given_that_the_role_may_not_do_by_the_api_nor_a_person_s_own(db):
    college = await builders.school()
    claire = await somebody("teacher", school=college)
    for wrong in ("account.keep", "accounts.give", "applications.keep", "slots.open", "college.keep", "nothing.real"):
        with pytest.raises(Invalid):
            await a_program(claire, permissions=("visits.print", wrong))
    with pytest.raises(NothingChosen):
        await a_program(claire, permissions=())
    with pytest.raises(Invalid):
        MakeApplication(name="", permissions=("visits.print",))
    assert await value("SELECT count(*) FROM applications") == 0


def test_what_may_be_given_is_what_the_api_asks_for():
    asked = {opt["may"] for _, path, opt in routes_of(assembled()) if path.startswith("/api/v1") and "may" in opt}
    assert asked - {Permission.PUBLIC, Permission.ACCOUNT_KEEP, Permission.ACCOUNTS_GIVE} == BY_THE_API
    for role in Role:
        assert {*offered_to(role)} == ROLES[role].may & BY_THE_API


async def test_it_goes_on_without_whoever_made_it_and_opens_nothing_once_nobody_is_left(db):
    lycee = await builders.school(kind="lycee")
    made_by, colleague = [await somebody("host", school=lycee) for _ in range(2)]
    program = await a_program(made_by, permissions=("slots.open",))
    assert (await person_of_program(program.secret, now=NOW)).account == made_by.account
    await erase_account(made_by.account, by=None, now=NOW)
    assert (await person_of_program(program.secret, now=NOW)).account == colleague.account
    await rows("DELETE FROM memberships WHERE account = $1", colleague.account)
    with pytest.raises(NobodyAnswers):
        await person_of_program(program.secret, now=NOW)
    third = await somebody("host", school=lycee)
    assert (await person_of_program(program.secret, now=NOW)).account == third.account


async def test_two_secrets_are_valid_while_it_changes_and_never_three(db):
    claire = await somebody("teacher", school=await builders.school())
    program = await a_program(claire)
    first = (await applications_of(claire))[0].secrets[0]
    with pytest.raises(LastSecret):
        await end_secret(program.id, first.id, by=claire, now=NOW)
    assert await person_of_program(program.secret, now=NOW) is not None
    names = [f"technilab_app_{secrets.token_hex(4)}" for _ in range(3)]
    adding = (add_secret(program.id, by=claire, secret=one, not_me=secrets.token_hex(4), now=NOW) for one in names)
    found = await asyncio.gather(*adding, return_exceptions=True)
    assert [type(one) for one in found if isinstance(one, Exception)] == [TwoSecrets, TwoSecrets]
    (second,) = [one for one in names if await person_of_program(one, now=NOW)]
    await end_secret(program.id, first.id, by=claire, now=NOW)
    assert await person_of_program(program.secret, now=NOW) is None
    assert await person_of_program(second, now=NOW) is not None
    acts = [one["act"] for one in await rows("SELECT act FROM events WHERE about_kind = 'application' ORDER BY id")]
    assert acts == ["application_made", "application_secret_added", "application_secret_ended"]


async def test_whoever_made_it_is_told_and_says_that_it_was_not_her(db):
    college = await builders.school()
    claire, colleague = [await somebody("teacher", school=college) for _ in range(2)]
    before = await a_program(claire, now=NOW - timedelta(days=3))
    own = await a_program(colleague)
    await add_secret(own.id, by=claire, secret="technilab_app_hers", not_me="third", now=NOW)
    stolen = await a_program(claire, name="Inconnu")
    told = await rows("SELECT secret, what, to_email FROM notices WHERE kind = 'access' ORDER BY id")
    assert [(one["what"], one["to_email"]) for one in told] == [
        ("application", claire.email),
        ("application", colleague.email),
        ("secret", claire.email),
        ("application", claire.email),
    ]
    await disavow("third", now=NOW)
    assert await person_of_program(stolen.secret, now=NOW) is None
    assert await person_of_program("technilab_app_hers", now=NOW) is None
    for kept in (before, own):
        assert await person_of_program(kept.secret, now=NOW) is not None


async def test_an_owner_has_so_many_programs_and_each_owner_its_own(db):
    one, other = [await somebody("teacher", school=await builders.school()) for _ in range(2)]
    for n in range(20):
        last = await a_program(one, name=f"Logiciel {n}")
    with pytest.raises(TooManyApplications):
        await a_program(one)
    await a_program(other)
    await end_application(last.id, by=one, now=NOW)
    await a_program(one)
    assert len(await every_application()) == 22


async def test_it_is_forgotten_a_year_after_it_ended_or_last_served(db):
    claire = await somebody("teacher", school=await builders.school())
    ended, _, used = [await a_program(claire, name=name) for name in ("Fini", "Oublié", "Servi")]
    await end_application(ended.id, by=claire, now=NOW)
    assert await person_of_program(used.secret, now=LATER) is not None
    assert await forget_applications(before=NOW + timedelta(days=1), now=LATER) == 2
    assert [one.name for one in await applications_of(claire)] == ["Servi"]


async def test_invented_people_s_programs_are_nobody_s_outside_a_trial(db):
    account = await builders.person("teacher", school=await builders.school(), example=True)
    await rows("UPDATE accounts SET example = false WHERE id = $1", account)
    program = await a_program(await signed_in(account))
    await rows("UPDATE accounts SET example = true WHERE id = $1", account)
    assert await person_of_program(program.secret, now=NOW) is None
    assert await person_of_program(program.secret, now=NOW, trial=True) is not None
