"""One tap closes a visit at which everybody was scanned or ticked as announced and each object is noted."""

from __future__ import annotations

import pytest

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.close_slot import reopen_slot
from tests import builders
from tests.booking.day.checkin.day import NOON, Day, a_day
from tests.booking.web.desk.test_desk import host_of
from tests.booking.web.host.lycee import words
from tests.browsing import Browser
from tests.builders import paris
from tests.owner import by_owner
from workshops.database import rows, value

NOTED = {"made": 24, "finished": 22, "working": 20, "taken_home": 20}


async def agreed(app, *, at=NOON) -> tuple[Day, Browser, str]:
    """Both groups and the company are here as they announced, the host noted what each group built."""
    day = await a_day()
    browser = await host_of(app, day, at=at)
    for group in day.groups:
        await builders.badges(group, kind="adult", numbers=2)
        await browser.post(f"/accueil/{day.slot}/groupes/{group}/declaration")
        built = {f"{name}-{group}": number for name, number in NOTED.items()} | {f"object-{group}": day.clock}
        await browser.post(f"/accueil/{day.slot}/groupes/{group}/fabrications", built)
    for _ in range(2):
        await browser.post(f"/accueil/{day.slot}/entreprises/{day.company}/visiteurs")
    return day, browser, f"/accueil/{day.slot}/cloture/accord"


async def offered(browser: Browser, day: Day) -> list[bool]:
    """Whether one tap closes it, on the desk and on the page of the slot."""
    pages = [(await browser.get(path)).text for path in (f"/accueil/{day.slot}", f"/lycee/creneaux/{day.slot}")]
    return [f'action="/accueil/{day.slot}/cloture/accord"' in page for page in pages]


async def test_one_tap_freezes_what_was_scanned_and_says_which_visit_it_is(app):
    day, browser, path = await agreed(app)
    page = await browser.get(f"/accueil/{day.slot}")
    assert "Tout concorde : 47 élèves, 4 adultes, 2 personnes d'entreprise, objets notés." in words(page.text)
    assert await offered(browser, day) == [True, True]
    answer = await browser.post(path)
    assert answer.headers["location"] == f"/accueil/{day.slot}?fait=visite-close"
    assert [tuple(one) for one in await rows("SELECT counted, adults, girls FROM turnouts ORDER BY group_ref")] == [
        (24, 2, None),
        (23, 2, None),
    ]
    assert await value("SELECT people FROM company_turnouts") == 2
    assert {one["state"] for one in await rows("SELECT state FROM reservations")} == {"attended"}
    assert "Votre 1re visite : 47 élèves depuis septembre" in words((await browser.get(f"/accueil/{day.slot}")).text)


@pytest.mark.parametrize("missing", ["a pupil", "an adult", "a visitor", "an object"])
async def test_what_nobody_ticked_is_asked_on_the_form_and_a_tap_closes_nothing(app, missing):
    day, browser, path = await agreed(app)
    _, second = day.groups
    if missing == "an object":
        await by_owner("DELETE FROM builds WHERE group_ref = $1", second)
    else:
        kind = {"a pupil": "pupil", "an adult": "adult", "a visitor": "company"}[missing]
        await rows(
            """DELETE FROM presences WHERE badge = (SELECT p.badge FROM presences p JOIN badges b ON b.id = p.badge
               WHERE b.kind = $1 ORDER BY b.id LIMIT 1)""",
            kind,
        )
    assert await offered(browser, day) == [False, False]
    refused = await browser.post(path)
    assert refused.status_code == 409
    assert "Tout n'est plus pointé comme annoncé, ou un objet n'est pas noté : comptez, puis closez." in words(
        refused.text
    )
    assert await value("SELECT count(*) FROM turnouts") == 0


async def test_before_its_end_a_visit_is_closed_by_its_form(app):
    day, browser, path = await agreed(app, at=paris("2027-03-25 11:50"))
    assert await offered(browser, day) == [False, False]
    assert (await browser.post(path)).status_code == 409


async def test_a_visit_that_the_coordination_reopened_is_counted_again(app):
    day, browser, path = await agreed(app)
    await browser.post(path)
    office = await builders.person("coordinator")
    await reopen_slot(day.slot, ReopenVisit(reason="Une classe de trop."), account=office, now=NOON)
    assert await offered(browser, day) == [False, False]
    assert (await browser.post(path)).status_code == 409


async def test_another_lycee_closes_nothing_here(app):
    _, _, path = await agreed(app)
    other = await builders.person("host", school=await builders.school(kind="lycee"))
    stranger = await Browser(app, now=NOON).sign_in(other)
    assert (await stranger.post(path)).status_code == 404
