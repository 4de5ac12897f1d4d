"""The three questions after a visit: three closed answers, one button."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done
from booking.door.rights.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.visits.reservations.give_opinion import give_opinion
from booking.web.school.visits import one_seen, visit_page
from booking.words.wording import OPINION_ANSWERS, OPINIONS
from workshops.refusals import Refusal


@post("/reservations/{reservation:int}/avis", opt=TEACHER)
async def answer_questions(
    request: AnyRequest, reservation: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    seen, form = await one_seen(reservation, person), Form(await request.form())
    try:
        answers = {one: form.choice(one, OPINION_ANSWERS, label=short) for one, (short, _) in OPINIONS.items()}
        form.refuse_if_wrong()
        await give_opinion(reservation, answers, school=person.school, now=now)
    except Refusal as no:
        return await visit_page(seen, person, now, status=no.status, form=form, refusal=no)
    return done(f"/reservations/{reservation}", "avis-compte")
