"""A person leaves: nothing of her is left, and nobody who expects her is let down."""

from __future__ import annotations

import pytest

from booking.people.accounts.sign_in import open_session
from booking.year.erase_account import erase_account
from booking.year.rules import OnlyCoordinator, StillExpected
from tests import builders
from tests.booking.year.dump import dump
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.refusals import NotFound

AFTER = paris("2027-03-26 09:00")


async def a_teacher() -> tuple[int, int]:
    college = await builders.school()
    claire = await builders.person("teacher", "claire.renaud@example.org", name="Claire Renaud", school=college)
    group = await builders.group(school=college, teacher=claire, name="4e B")
    visit = await builders.reservation(slot=await builders.slot(), group=group, by=claire)
    await builders.notice(to_email="claire.renaud@example.org")
    await open_session(claire, session_id="s", browser="", now=NOW)
    return claire, visit


async def test_what_is_to_come_is_cancelled_first_and_named(db):
    claire, _ = await a_teacher()
    with pytest.raises(StillExpected) as refused:
        await erase_account(claire, by=claire, now=NOW)
    assert refused.value.sentence == "Annulez d'abord ce qui est à venir : 4e B, jeudi 25 mars 2027, 9 h 00."
    assert await value("SELECT name FROM accounts WHERE id = $1", claire) == "Claire Renaud"


async def test_a_visit_that_is_over_stays_without_the_person(db):
    claire, visit = await a_teacher()
    await erase_account(claire, by=claire, now=AFTER)
    told = dump()
    assert [word for word in ("Claire Renaud", "claire.renaud") if word in told] == []
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", visit) == claire
    assert await value("SELECT count(*) FROM sessions") + await value("SELECT count(*) FROM memberships") == 0
    with pytest.raises(NotFound):
        await erase_account(claire, by=claire, now=AFTER)


async def test_an_account_to_which_nothing_points_leaves_no_row(db):
    claire = await builders.person("teacher", school=await builders.school())
    await erase_account(claire, by=claire, now=NOW)
    assert await value("SELECT count(*) FROM accounts") == 0
    assert [tuple(one) for one in await rows("SELECT act, about FROM events")] == [("account_erased", claire)]


async def test_a_company_that_is_announced_withdraws_first(db):
    guest, firm = await builders.account(), await builders.company(name="Zénith Montres")
    await builders.membership(guest, "company", company=firm)
    await builders.attendance(slot=await builders.slot(), company=firm, by=guest)
    with pytest.raises(StillExpected) as refused:
        await erase_account(guest, by=guest, now=NOW)
    assert refused.value.expected == ["venue de Zénith Montres, jeudi 25 mars 2027, 9 h 00"]


async def test_the_passkeys_of_who_leaves_go_with_her(db):
    claire, _ = await a_teacher()
    await value(
        """INSERT INTO passkeys (account, credential_id, public_key, label, created_at)
           VALUES ($1, 'a number', 'a key', 'Téléphone de Claire', $2) RETURNING id""",
        claire,
        NOW,
    )
    await rows(
        """INSERT INTO passkey_challenges (challenge_hash, purpose, account, expires_at)
           VALUES ('a hash', 'prove', $1, $2)""",
        claire,
        NOW,
    )
    await erase_account(claire, by=claire, now=AFTER)
    assert await value("SELECT count(*) FROM passkeys") + await value("SELECT count(*) FROM passkey_challenges") == 0


async def test_who_alone_receives_for_a_lycee_does_not_leave_its_groups_at_the_door(db):
    lycee = await builders.school(kind="lycee")
    helene, marc = [await builders.account(name=name) for name in ("Hélène Faivre", "Marc Petit")]
    await builders.membership(helene, "host", school=lycee)
    taught = await builders.workshop(host=lycee, title="Découpe laser")
    await builders.slot(workshop=taught, starts_at=paris("2027-03-18 09:00"))
    await builders.reservation(slot=await builders.slot(workshop=taught), group=await builders.group())
    with pytest.raises(StillExpected) as refused:
        await erase_account(helene, by=helene, now=NOW)
    assert refused.value.expected == ["accueil de Découpe laser, jeudi 25 mars 2027, 9 h 00"]
    await builders.membership(marc, "host", school=lycee)
    await erase_account(helene, by=helene, now=NOW)
    with pytest.raises(StillExpected):
        await erase_account(marc, by=marc, now=NOW)


async def test_the_last_coordinator_does_not_leave(db):
    first, second = await builders.account(), await builders.account()
    for one in (first, second):
        await builders.membership(one, "coordinator")
    await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", second, NOW)
    with pytest.raises(OnlyCoordinator):
        await erase_account(first, by=first, now=NOW)
    await rows("UPDATE accounts SET disabled_at = NULL")
    await erase_account(first, by=first, now=NOW)
    with pytest.raises(OnlyCoordinator):
        await erase_account(second, by=second, now=NOW)
