"""Until when a visa can come: by the collège's days, at an hour at which somebody signs; an offer says it."""

from __future__ import annotations

import pytest

from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.mailed_links import offer_token
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.states import hold_until
from tests import builders
from tests.booking.mails.story import SETTINGS, text_of, told
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import lycee_of
from workshops.database import rows, value
from workshops.slots.queries import slot_card
from workshops.slots.rules import deadlines_of

WINTER = """INSERT INTO closures (kind, label, zone, first_on, last_on) VALUES
  ('holiday', 'Vacances d''hiver', 'B', '2027-02-20', '2027-03-07'),
  ('holiday', 'Vacances d''hiver', 'A', '2027-02-13', '2027-02-28')"""


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        # Half of what is left is at 0 h 25 of the night: the evening before, else the morning after.
        ("2027-03-14 15:50", "2027-03-15 09:00", "2027-03-15 08:00"),
        ("2027-03-16 17:30", "2027-03-17 09:00", "2027-03-17 08:00"),
        ("2027-03-16 17:30", "2027-03-17 08:00", "2027-03-17 08:00"),
        ("2027-03-08 11:00", "2027-03-09 14:00", "2027-03-08 18:00"),
    ],
)
def test_a_visa_ends_at_no_hour_of_the_night(now, starts, until):
    near = deadlines_of(paris(starts), now=NOW)
    assert hold_until(near, now=paris(now)) == paris(until)


async def test_a_visa_is_awaited_by_the_days_of_the_college_that_signs(db):
    await rows(WINTER)
    slot = await slot_card(await builders.slot(starts_at=paris("2027-04-29 09:00")))
    here, there = await builders.school(zone="A"), await builders.school(zone="B")
    now = paris("2027-02-25 10:00")
    # Ten days later is a Sunday, at the end of the holidays of one zone and after those of the other.
    assert await held_until(slot.deadlines, college=here, now=now) == paris("2027-03-05 10:00")
    assert await held_until(slot.deadlines, college=there, now=now) == paris("2027-03-08 10:00")
    await builders.closure(school=here, on=paris("2027-03-05 09:00").date())
    assert await held_until(slot.deadlines, college=here, now=now) == paris("2027-03-04 10:00")


async def test_a_place_given_back_after_the_closing_is_offered_and_says_until_when_the_visa_can_come(app):
    app.state.clock = lambda: NOW
    college = await builders.school(needs_approval=True, principal_mail="principale@example.org")
    teacher = await builders.person("teacher", "claire@example.org", school=college)
    slot = await builders.slot(starts_at=paris("2027-01-18 09:00"), booking_closes_at=paris("2027-01-11 08:00"))
    host = await lycee_of(slot)
    gone = await builders.reservation(slot=slot, group=await builders.group())
    waits = await builders.reservation(
        slot=slot, group=await builders.group(school=college, teacher=teacher), by=teacher, state="waiting"
    )
    await cancel(gone, CancelVisit(reason="Grève"), role="host", school=host, by=0, now=NOW)
    assert await value("SELECT state FROM reservations WHERE id = $1", waits) == "offered"
    salt = await value("SELECT offer_salt FROM reservations WHERE id = $1", waits)
    page = read(await Browser(app, now=NOW).get(f"/offre/{offer_token(salt, SETTINGS.secret_key)}"))
    assert (
        "et peut répondre jusqu'au vendredi 15 janvier 2027, 9 h 00. Sans visa d'ici là, la place est rendue." in page
    )
    said = text_of(await told("place_offered", waits))
    assert "Visa possible : jusqu'au vendredi 15 janvier 2027, 9 h 00, si vous prenez la place aujourd'hui\n" in said
