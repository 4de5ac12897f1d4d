"""Invitations that nobody has used: listed, sent again, withdrawn, pasted in bulk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.people.accounts.invite import Invite, invite, invite_again, withdraw_invitation
from booking.people.accounts.invite_all import LINES_MOST, foresee_all, invite_all, read_pasted
from booking.people.accounts.known import open_invitations
from booking.people.accounts.rules import SentToday
from tests import builders
from tests.builders import NOW
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound


async def hosts(*names: str) -> tuple[int, str]:
    """A lycée, by number and UAI, that invited these people."""
    lycee = await builders.school(kind="lycee")
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee)
    for name in names:
        await invite(Invite(email=f"{name}@example.org", role="host", name=name.title(), school=uai), now=NOW)
    return lycee, uai


async def test_those_who_never_came_are_listed_and_those_who_did_are_not(db):
    lycee, _ = await hosts("anne", "bruno")
    await rows("UPDATE accounts SET last_seen_at = $1 WHERE email = 'bruno@example.org'", NOW)
    await hosts("carla")
    found = await open_invitations(limit=10)
    assert [(one.name, one.role, one.mail_state) for one in found] == [
        ("Anne", "host", "queued"),
        ("Carla", "host", "queued"),
    ]
    assert [one.name for one in await open_invitations(school=lycee, limit=10)] == ["Anne"]
    assert [one.name for one in await open_invitations(search="carl", limit=10)] == ["Carla"]


async def test_one_is_sent_again_once_a_day_and_a_failed_mail_at_once(db):
    await hosts("anne")
    anne = (await open_invitations(limit=1))[0]
    with pytest.raises(SentToday):
        await invite_again(anne.membership, by=1, now=NOW + timedelta(hours=23))
    await invite_again(anne.membership, by=1, now=NOW + timedelta(hours=24))
    assert await value("SELECT count(*) FROM notices WHERE kind = 'invited' AND what = ''") == 2
    await rows("UPDATE notices SET state = 'failed'")
    await invite_again(anne.membership, by=1, now=NOW + timedelta(hours=25))


async def test_one_that_is_withdrawn_leaves_nobody_behind(db):
    await hosts("anne")
    anne = (await open_invitations(limit=1))[0]
    await withdraw_invitation(anne.membership, by=1, now=NOW)
    assert await value("SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM memberships)") == 0
    with pytest.raises(NotFound):
        await invite_again(anne.membership, by=1, now=NOW)


async def test_a_colleague_touches_the_invitations_of_her_own_lycee_alone_and_of_nobody_who_came(db):
    lycee, _ = await hosts("anne")
    anne = (await open_invitations(limit=1))[0]
    for touch in (invite_again, withdraw_invitation):
        with pytest.raises(NotFound):
            await touch(anne.membership, by=1, school=lycee + 999, now=NOW + timedelta(days=2))
    await rows("UPDATE accounts SET last_seen_at = $1", NOW)
    with pytest.raises(NotFound):
        await withdraw_invitation(anne.membership, by=1, school=lycee, now=NOW)


async def test_a_pasted_list_says_line_by_line_what_it_does_then_sends_what_is_right(db):
    _, uai = await hosts("anne")
    college = await value("SELECT uai FROM schools WHERE id = $1", await builders.school())
    pasted = "\n".join(
        [
            f"bruno@example.org;accueil;{uai};Bruno Henry",
            f"anne@example.org ; lycée ; {uai}",
            "",
            f"Claire@Example.org\tenseignante\t{college}",
            f"claire@example.org;teacher;{college}",
            "pas une adresse;accueil;" + uai,
            f"dora@example.org;concierge;{uai}",
            "eric@example.org;accueil;0259999Z",
            f"fanny@example.org;enseignant;{uai}",
            "gael@example.org;entreprise;55208131766522",
            "hugo@example.org;coordination;",
        ]
    )
    foreseen = await foresee_all(pasted)
    assert [(one.number, one.leaves, one.already, bool(one.error)) for one in foreseen] == [
        (1, True, False, False),
        (2, False, True, False),
        (4, True, False, False),
        (5, False, False, True),
        (6, False, False, True),
        (7, False, False, True),
        (8, False, False, True),
        (9, False, False, True),
        (10, False, False, True),
        (11, True, False, False),
    ]
    assert await value("SELECT count(*) FROM accounts") == 1
    assert await invite_all(pasted, by=1, now=NOW) == 3
    assert await invite_all(pasted, by=1, now=NOW) == 0
    told = await rows("SELECT to_email FROM notices ORDER BY to_email")
    assert [one["to_email"] for one in told] == [
        *("anne@example.org", "bruno@example.org", "claire@example.org", "hugo@example.org"),
    ]


@pytest.mark.parametrize("text", ["", "\n \n", "a@b.fr;accueil;x\n" * (LINES_MOST + 1)])
def test_nothing_and_too_much_are_refused(text):
    with pytest.raises(Invalid):
        read_pasted(text)


async def test_an_invited_teacher_has_a_role_in_the_college_and_a_mail(db):
    college = await builders.school()
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    asked = Invite(email="Claire@Example.org", role="teacher", school=uai.lower(), name="Claire Renaud")
    account = await invite(asked, now=NOW)
    held = await row("SELECT account, role, school FROM memberships")
    assert tuple(held) == (account, "teacher", college)
    told = await rows("SELECT kind, to_email, about FROM notices")
    assert [tuple(one) for one in told] == [("invited", "claire@example.org", account)]


async def test_inviting_twice_changes_nothing(db):
    uai = await value("SELECT uai FROM schools WHERE id = $1", await builders.school())
    for _ in range(2):
        await invite(Invite(email="claire@example.org", role="teacher", school=uai), now=NOW)
    counts = await row("SELECT (SELECT count(*) FROM memberships), (SELECT count(*) FROM notices)")
    assert tuple(counts) == (1, 1)


async def test_a_host_belongs_to_a_lycee_and_a_teacher_to_a_college(db):
    uai = await value("SELECT uai FROM schools WHERE id = $1", await builders.school(name="Collège Stendhal"))
    with pytest.raises(Invalid) as no:
        await invite(Invite(email="paul@example.org", role="host", school=uai), now=NOW)
    assert no.value.errors == {"school": "Ce rôle demande un lycée : Collège Stendhal n'en est pas un."}
    assert await value("SELECT count(*) FROM accounts") == 0


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"role": "teacher", "school": "0250011D"}, "school"),
        ({"role": "company", "company": "123"}, "company"),
        ({"role": "boss"}, "role"),
    ],
)
async def test_a_wrong_place_or_role_is_said_field_by_field(db, asked, field):
    with pytest.raises(Invalid) as no:
        await invite(Invite(email="paul@example.org", **asked), now=NOW)
    assert set(no.value.errors) == {field}
