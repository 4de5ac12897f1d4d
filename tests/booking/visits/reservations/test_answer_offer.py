from __future__ import annotations

import pytest

from booking.visits.reservations.acts import AcceptPlace
from booking.visits.reservations.confirm import OfferOver, answer_offer
from booking.visits.reservations.mailed_links import offer_token
from tests import builders
from tests.booking.visits.reservations.demands import SECRET
from tests.booking.visits.reservations.test_wait import College
from tests.builders import NOW
from tests.crossing import another_act, locked
from tests.seen import state
from workshops.database import value


async def test_leaving_a_place_that_is_being_taken_elsewhere_does_not_cancel_the_visit(db):
    slot = await builders.slot()
    holder, college = await College.new(), await College.new()
    held, waits = await holder.ask(slot), await college.ask(slot)
    await holder.cancel(held.id)
    link = offer_token(await value("SELECT offer_salt FROM reservations WHERE id = $1", waits.id), SECRET)
    async with another_act(locked(slot), lambda: college.accept(waits.id)):
        with pytest.raises(OfferOver):
            await answer_offer(link, AcceptPlace(), takes=False, secret_key=SECRET, token="t" * 43, now=NOW)
    assert await state(waits.id) == "confirmed"
