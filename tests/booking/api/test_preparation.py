"""What is left to do before a visit, by machine: the list of the page, and the same ticks."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.builders import paris
from workshops.database import rows

STEPS = [
    {"step": "coach", "ready": False, "due_on": "2027-03-11"},
    {"step": "papers", "ready": False, "due_on": "2027-03-17"},
    {"step": "headcount", "ready": False, "due_on": "2027-03-18"},
    {"step": "comes", "ready": False, "due_on": "2027-03-22"},
    {"step": "list", "ready": False, "due_on": "2027-03-23"},
    {"step": "badges", "ready": False, "due_on": "2027-03-25"},
]


async def test_a_machine_reads_the_steps_ticks_one_takes_it_back_and_a_sheet_of_badges_ticks_its_own(app):
    college = await builders.school(lat=47.5)
    machine, other = await a_machine(app, school=college), await a_machine(app, school=await builders.school())
    slot = await builders.slot(starts_at=paris("2027-03-25 09:00"))
    visit = await builders.reservation(slot=slot, group=await builders.group(school=college))
    where = f"/reservations/{visit}/steps"
    assert (await machine.get(where)).json() == {"items": STEPS}
    ticked = await machine.client.put(f"{where}/coach")
    assert (ticked.status_code, ticked.json()["items"][0]) == (200, STEPS[0] | {"ready": True})
    assert (await machine.client.delete(f"{where}/coach")).json() == {"items": STEPS}
    await machine.get(f"/reservations/{visit}/badges.pdf")
    assert (await machine.get(where)).json()["items"][-1] == STEPS[-1] | {"ready": True}
    for asked in (other.get(where), other.client.put(f"{where}/coach"), other.client.delete(f"{where}/coach")):
        assert (await asked).status_code == 404


@pytest.mark.parametrize(("step", "state", "status"), [("badges", "confirmed", 404), ("coach", "requested", 409)])
async def test_what_is_not_ticked_by_hand_or_not_sure_is_refused(app, step, state, status):
    college = await builders.school()
    machine = await a_machine(app, school=college)
    visit = await builders.reservation(
        slot=await builders.slot(), group=await builders.group(school=college), state=state
    )
    assert (await machine.client.put(f"/reservations/{visit}/steps/{step}")).status_code == status
    assert await rows("SELECT id FROM events WHERE act LIKE 'reservation_coach%'") == []
