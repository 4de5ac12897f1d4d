"""Who sees whose telephone, and when."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests import builders
from tests.booking.mails.story import Story, reserved
from tests.browsing import Browser, read
from tests.builders import paris
from workshops.database import rows, value

HERS, HIS = "06 12 34 56 78", "07 98 76 54 32"
NEAR = paris("2027-03-18 09:00")


async def _people(app, now: datetime, story: Story) -> dict[str, Browser]:
    app.state.clock = lambda: now
    host = await value("SELECT account FROM memberships WHERE role = 'host'")
    for account, phone in ((story.teacher, HERS), (host, HIS)):
        await rows("UPDATE accounts SET phone = $2, phone_at = $3 WHERE id = $1", account, phone, NEAR)
    return {
        "teacher": await Browser(app, now=now).sign_in(story.teacher),
        "host": await Browser(app, now=now).sign_in(host),
    }


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("2027-03-18 08:59", False),
        ("2027-03-18 09:00", True),
        ("2027-03-25 23:59", True),
        ("2027-03-26 00:00", False),
    ],
)
async def test_each_side_sees_the_other_s_number_from_a_week_before_until_that_midnight(app, moment, seen):
    story = await reserved(state="locked")
    people = await _people(app, paris(moment), story)
    visit, slot = f"/reservations/{story.reservation}", f"/lycee/creneaux/{story.slot}"
    assert (f"Appeler Jules Marchand : {HIS}" in read(await people["teacher"].get(visit))) is seen
    assert (f"Appeler Claire Renaud : {HERS}" in read(await people["host"].get(slot))) is seen
    assert (f"Appeler Claire Renaud : {HERS}" in read(await people["host"].get(visit))) is seen


async def test_nobody_but_the_other_side_sees_a_number(app):
    story = await reserved()
    people = await _people(app, NEAR, story)
    paul = await builders.person("coordinator", name="Paul Petit")
    office = await Browser(app, now=NEAR).sign_in(paul)
    assert HERS not in (await people["teacher"].get(f"/reservations/{story.reservation}")).text
    pages = [
        await office.get(f"/reservations/{story.reservation}"),
        await office.get(f"/gestion/creneaux/{story.slot}"),
        await office.get("/gestion/comptes"),
        await Browser(app, now=NEAR).get(f"/creneaux/{story.slot}"),
        await people["host"].get(f"/accueil/{story.slot}/telephone"),
    ]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [number in page.text for page in pages for number in (HERS, HIS)] == [False] * 2 * len(pages)


@pytest.mark.parametrize("state", ["requested", "waiting", "cancelled_by_teacher"])
async def test_a_visit_that_is_not_sure_shows_none(app, state):
    story = await reserved(state=state)
    people = await _people(app, NEAR, story)
    assert HIS not in (await people["teacher"].get(f"/reservations/{story.reservation}")).text
    assert HERS not in (await people["host"].get(f"/lycee/creneaux/{story.slot}")).text


async def test_a_company_that_is_expected_and_its_lycee_see_each_other_s(app):
    story = await reserved()
    people = await _people(app, NEAR, story)
    firm = await builders.company()
    ana = await builders.person("company", name="Ana Roy", phone=HERS, phone_at=NEAR, company=firm)
    await rows("UPDATE accounts SET phone = '', phone_at = NULL WHERE id = $1", story.teacher)
    coming = await builders.attendance(slot=story.slot, company=firm, by=ana)
    company = await Browser(app, now=NEAR).sign_in(ana)
    assert f"Appeler Jules Marchand : {HIS}" in read(await company.get("/entreprise"))
    assert f"Appeler Ana Roy : {HERS}" in read(await people["host"].get(f"/lycee/creneaux/{story.slot}"))
    await rows("UPDATE attendances SET state = 'asked', confirmed_at = NULL WHERE id = $1", coming)
    assert HERS not in (await people["host"].get(f"/lycee/creneaux/{story.slot}")).text
    assert HIS not in (await company.get("/entreprise")).text
