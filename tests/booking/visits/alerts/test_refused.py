"""An alert tells no group of the slot that was refused to it; it tells others."""

from __future__ import annotations

import pytest

from booking.visits.alerts.queries import still_suit
from tests import builders
from tests.booking.visits.alerts.test_alerts import WISH, asked, mails, opened, slots_of
from tests.builders import NOW
from tests.telling import tell
from workshops.database import rows
from workshops.events.record import record


@pytest.mark.parametrize(
    ("act", "state"), [("reservation_refuse", "refused_by_principal"), ("reservation_decline", "refused_by_host")]
)
@pytest.mark.parametrize("named", [True, False])
async def test_a_slot_refused_to_a_group_is_no_news_for_it_and_is_for_another(db, act, state, named):
    """`named`: the alert says which group, else its level and how many they are."""
    college = await builders.school()
    claire = await builders.account("claire@example.org")
    her = await builders.membership(claire, "teacher", school=college)
    refused, other = [await builders.group(school=college, teacher=claire) for _ in range(2)]
    there = await builders.slot()
    visit = await builders.reservation(slot=there, group=refused, by=claire, pupils=22)
    for_it = await asked(WISH, her, group=refused if named else None)
    for_another = await asked(WISH, her, group=other)
    await tell()
    await rows("UPDATE reservations SET state = $2 WHERE id = $1", visit, state)
    await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0 WHERE id = $1", there)
    await record(act, by=None, about_kind="reservation", about=visit, was="requested", state=state, now=NOW)
    await tell()
    assert [about for _, _, about in await mails()] == [for_another]
    assert await slots_of(for_another) == [there]
    later = await opened(await builders.slot(starts_at=builders.paris("2027-04-01 09:00")))
    await tell()
    assert await slots_of(for_it) == [later]


async def test_a_slot_refused_before_its_alert_is_read_is_left_out_of_the_mail(db):
    college = await builders.school()
    claire = await builders.account("claire@example.org")
    her = await builders.membership(claire, "teacher", school=college)
    group = await builders.group(school=college, teacher=claire)
    alert = await asked(WISH, her, group=group)
    there = await opened(await builders.slot())
    await tell()
    assert [one.id for one in await still_suit(alert, now=NOW)] == [there]
    await builders.reservation(slot=there, group=group, by=claire, state="refused_by_host")
    assert await still_suit(alert, now=NOW) == []
