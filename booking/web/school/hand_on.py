"""A teacher proposes a visit to a colleague from its page, or keeps it after all; the colleague answers there."""

from __future__ import annotations

from uuid import uuid4

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from booking.door.forms.form_act import form_act
from booking.door.http.answers import done
from booking.door.rights.guards import AsTeacher, Now, may
from booking.visits.handovers.acts import HandVisitOn
from booking.visits.handovers.hand_on import answer, hand_on, keep
from booking.web.school.change import page_refusing
from workshops.acts import Act


@post("/reservations/{reservation:int}/passation", opt=may("visits.keep"))
@form_act(HandVisitOn, page=page_refusing("hand_on"))
async def propose_visit(asked: HandVisitOn, reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await hand_on(reservation, asked, school=person.school, by=person.account, salt=uuid4(), now=now)
    return done(f"/reservations/{reservation}", "visite-proposee")


@post("/reservations/{reservation:int}/passation/retrait", opt=may("visits.keep"))
@form_act(Act, page=page_refusing(""))
async def keep_visit(reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await keep(reservation, school=person.school, by=person.account, now=now)
    return done(f"/reservations/{reservation}", "visite-gardee")


@post("/reservations/{reservation:int}/passation/reprise", opt=may("visits.keep"))
@form_act(Act, page=page_refusing(""))
async def take_visit(reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    """Take over the visit that a colleague proposes."""
    await answer(reservation, takes=True, school=person.school, by=person.account, now=now)
    return done(f"/reservations/{reservation}", "visite-a-vous")


@post("/reservations/{reservation:int}/passation/refus", opt=may("visits.keep"))
@form_act(Act, page=page_refusing(""))
async def leave_visit(reservation: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    """Leave it to the colleague who proposes it."""
    await answer(reservation, takes=False, school=person.school, by=person.account, now=now)
    return done(f"/reservations/{reservation}", "visite-laissee")
