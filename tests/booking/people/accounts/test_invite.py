from __future__ import annotations

import pytest

from booking.people.accounts.invite import invite
from tests import builders
from tests.builders import NOW
from workshops.database import row, rows, value
from workshops.refusals import Invalid


async def test_an_invited_teacher_has_a_role_in_the_college_and_a_mail(db):
    college = await builders.school()
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    account = await invite("Claire@Example.org", role="teacher", school=uai.lower(), name="Claire Renaud", now=NOW)
    held = await row("SELECT account, role, school FROM memberships")
    assert tuple(held) == (account, "teacher", college)
    told = await rows("SELECT kind, to_email, about FROM notices")
    assert [tuple(one) for one in told] == [("invited", "claire@example.org", account)]


async def test_inviting_twice_changes_nothing(db):
    uai = await value("SELECT uai FROM schools WHERE id = $1", await builders.school())
    for _ in range(2):
        await invite("claire@example.org", role="teacher", school=uai, now=NOW)
    counts = await row("SELECT (SELECT count(*) FROM memberships), (SELECT count(*) FROM notices)")
    assert tuple(counts) == (1, 1)


async def test_a_host_belongs_to_a_lycee_and_a_teacher_to_a_college(db):
    uai = await value("SELECT uai FROM schools WHERE id = $1", await builders.school(name="Collège Stendhal"))
    with pytest.raises(Invalid) as no:
        await invite("paul@example.org", role="host", school=uai, now=NOW)
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
        await invite("paul@example.org", now=NOW, **asked)
    assert set(no.value.errors) == {field}
