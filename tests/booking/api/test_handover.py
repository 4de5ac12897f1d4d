"""A visit handed on to a colleague, by machine: proposed, read, kept, taken or left; another collège finds nothing."""

from __future__ import annotations

import secrets

from booking.people.accounts.token import issue_token
from tests.booking.mails.story import CLAIRE
from tests.booking.visits.handovers.test_hand_on import NORA, a_world
from tests.booking.visits.handovers.test_take_over import MARIE, PAUL
from tests.browsing import Machine
from tests.builders import NOW
from workshops.database import value


async def machine_of(app, mail: str) -> Machine:
    token = secrets.token_urlsafe(32)
    await issue_token(mail, token=token, now=NOW)
    return Machine(app, token)


async def test_a_visit_is_proposed_read_and_taken_over_by_its_colleague_alone(app):
    app.state.clock = lambda: NOW
    story = await a_world()
    claire, marie, paul, nora = [await machine_of(app, mail) for mail in (CLAIRE, MARIE, PAUL, NORA)]
    here = f"/reservations/{story.reservation}/handover"
    assert (await claire.get(here)).status_code == 404
    made = await claire.post(here, {"colleague_email": MARIE})
    said = {"id": story.reservation, "by_name": "Claire Renaud", "to_name": "Marie Perrin"}
    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1{here}")
    assert {name: made.json()[name] for name in said} == said
    assert (await marie.get(here)).json() == made.json()
    again = await claire.post(here, {"colleague_email": PAUL})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-now")
    taken = [(await one.post(f"{here}/acceptance")).status_code for one in (paul, nora, claire, marie, marie)]
    assert taken == [409, 404, 409, 200, 409]
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", story.reservation) == story.marie


async def test_it_is_kept_by_who_proposed_it_or_left_by_its_colleague(app):
    app.state.clock = lambda: NOW
    story = await a_world()
    claire, marie, nora = [await machine_of(app, mail) for mail in (CLAIRE, MARIE, NORA)]
    here = f"/reservations/{story.reservation}/handover"
    assert (await claire.delete(here)).status_code == 409
    await claire.post(here, {"colleague_email": MARIE})
    assert [(await one.delete(here)).status_code for one in (nora, marie, claire)] == [404, 409, 200]
    await claire.post(here, {"colleague_email": MARIE})
    left = await marie.post(f"{here}/refusal")
    assert (left.status_code, left.json()) == (200, {"id": story.reservation, "state": "confirmed"})
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", story.reservation) == story.teacher
    refused = await claire.post(here, {"colleague_email": NORA})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["colleague_email"])
