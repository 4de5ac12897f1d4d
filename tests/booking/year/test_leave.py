"""A person leaves her collège, her lycée or her company: nobody who expects her is let down."""

from __future__ import annotations

import pytest

from booking.people.accounts.rules import LastCoordinator
from booking.year.leave import LeaveRole, Left, leave
from booking.year.rules import StillExpected
from tests import builders
from tests.builders import NOW
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound


class Two:
    """Claire and Marie teach at one collège; Claire has 4e B and its visit."""

    @classmethod
    async def make(cls) -> Two:
        it = cls()
        it.college = await builders.school(name="Collège Stendhal")
        it.claire, it.marie = await builders.account(), await builders.account(name="Marie Perrin")
        it.role = await builders.membership(it.claire, "teacher", school=it.college)
        it.hers = await builders.membership(it.marie, "teacher", school=it.college)
        group = await builders.group(school=it.college, teacher=it.claire, name="4e B")
        it.visit = await builders.reservation(slot=await builders.slot(), group=group, by=it.claire)
        return it


async def test_who_leaves_names_the_colleague_who_goes_on_and_her_account_goes_with_her_last_role(db):
    two = await Two.make()
    assert await leave(two.claire, LeaveRole(colleague=two.marie), membership=two.role, now=NOW) == Left(
        closed=True, visits=1
    )
    assert tuple(await row("SELECT booked_by, sequence FROM reservations")) == (two.marie, 1)
    assert await value("SELECT teacher FROM groups") == two.marie
    assert await value("SELECT count(*) FROM accounts WHERE id = $1", two.claire) == 0
    acts = [one["act"] for one in await rows("SELECT act FROM events ORDER BY id")]
    assert acts == ["group_taken_over", "reservation_taken_over", "account_erased"]


async def test_who_names_nobody_leaves_them_to_the_college(db):
    two = await Two.make()
    await builders.membership(two.claire, "coordinator")
    assert await leave(two.claire, LeaveRole(), membership=two.role, now=NOW) == Left(closed=False, visits=0)
    assert tuple(await row("SELECT booked_by, sequence FROM reservations")) == (two.claire, 0)
    assert await value("SELECT name FROM accounts WHERE id = $1", two.claire) == "Claire Renaud"
    (said,) = await rows("SELECT act, by, about, detail FROM events")
    assert tuple(said) == ("role_left", two.claire, two.claire, "teacher, Collège Stendhal")


async def test_without_a_colleague_what_is_to_come_is_called_off_first(db):
    two = await Two.make()
    await rows("DELETE FROM memberships WHERE id = $1", two.hers)
    with pytest.raises(StillExpected) as refused:
        await leave(two.claire, LeaveRole(), membership=two.role, now=NOW)
    assert refused.value.expected == ["4e B, jeudi 25 mars 2027, 9 h 00"]
    assert await value("SELECT count(*) FROM memberships WHERE id = $1", two.role) == 1


async def test_a_colleague_who_has_left_herself_takes_nothing_over(db):
    two = await Two.make()
    await builders.person("teacher", school=two.college)
    await rows("DELETE FROM memberships WHERE id = $1", two.hers)
    with pytest.raises(Invalid) as refused:
        await leave(two.claire, LeaveRole(colleague=two.marie), membership=two.role, now=NOW)
    assert list(refused.value.errors) == ["colleague"]
    assert await value("SELECT count(*) FROM memberships WHERE id = $1", two.role) == 1


async def test_a_role_of_somebody_else_is_not_left(db):
    two = await Two.make()
    with pytest.raises(NotFound):
        await leave(two.claire, LeaveRole(), membership=two.hers, now=NOW)


async def test_the_only_host_of_expected_groups_and_the_only_person_of_a_company_stay(db):
    lycee, firm = await builders.school(kind="lycee"), await builders.company(name="Zénith Montres")
    host, guest = await builders.account(), await builders.account()
    hosts = await builders.membership(host, "host", school=lycee)
    guests = await builders.membership(guest, "company", company=firm)
    visit = await builders.slot(host=lycee)
    await builders.reservation(slot=visit, group=await builders.group())
    await builders.attendance(slot=visit, company=firm, by=guest)
    for person, role, expected in (
        (host, hosts, ["accueil de Découpe laser, jeudi 25 mars 2027, 9 h 00"]),
        (guest, guests, ["venue de Zénith Montres, jeudi 25 mars 2027, 9 h 00"]),
    ):
        with pytest.raises(StillExpected) as refused:
            await leave(person, LeaveRole(), membership=role, now=NOW)
        assert refused.value.expected == expected
    await builders.membership(await builders.account(), "host", school=lycee)
    await builders.membership(await builders.account(), "company", company=firm)
    assert await leave(host, LeaveRole(), membership=hosts, now=NOW) == Left(closed=True, visits=0)
    assert await leave(guest, LeaveRole(), membership=guests, now=NOW) == Left(closed=True, visits=0)
    assert await value("SELECT name FROM accounts WHERE id = $1", guest) == "Compte effacé"


async def test_the_last_coordinator_does_not_leave(db):
    boss = await builders.account()
    role = await builders.membership(boss, "coordinator")
    await builders.membership(boss, "teacher", school=await builders.school())
    with pytest.raises(LastCoordinator):
        await leave(boss, LeaveRole(), membership=role, now=NOW)


async def test_a_teacher_whom_her_college_has_not_confirmed_takes_her_groups_away(db):
    two = await Two.make()
    new = await builders.person("coordinator")
    role = await builders.membership(new, "teacher", school=two.college, awaiting=True)
    made = await builders.group(school=two.college, teacher=new)
    await leave(new, LeaveRole(), membership=role, now=NOW)
    assert await value("SELECT archived_at FROM groups WHERE id = $1", made) == NOW
