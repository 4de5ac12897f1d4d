"""Leaving a school or a company, once one has read what becomes of what one holds there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import FRESH, SIGNED_IN, AnyOf
from booking.door.rights.session import new_session_id, session_cookie, session_id_of
from booking.people.accounts.own import Hat, hats_of
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import Role
from booking.process.settings import Settings
from booking.visits.groups.queries import GroupSeen, groups_of
from booking.visits.handovers.queries import VisitAhead, successors, visits_followed
from booking.web.account.own_data import VISITS as OWN_VISITS
from booking.web.account.own_data import WHERE_EXPECTED
from booking.words.wording import school_year_of
from booking.year.leave import Here, leave
from booking.year.queries import held_alone
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found

NOBODY_NAMED = "Personne pour l'instant"


@dataclass(frozen=True)
class LeavePage(Page, template="account/depart.html"):
    """`held` is what nobody else could go on with, called off at `where` first; `groups` and `visits` are a teacher's,
    for one of `colleagues`. `last`: the account goes with this role."""

    hat: Hat
    last: bool
    held: Sequence[str]
    where: str
    words: str
    groups: Sequence[GroupSeen]
    visits: Sequence[VisitAhead]
    colleagues: Mapping[str, str]
    form: Form | None = None
    refusal: Refusal | None = None


@get("/compte/roles/{membership:int}/depart", opt={"who": SIGNED_IN})
async def leaving_page(membership: FromPath[int], person: AnyOf[Person], now: NamedDependency[datetime]) -> Template:
    return await _page(membership, person, now)


async def _page(membership: int, person: Person, now: datetime, *, status: int = 200, **more: Any) -> Template:
    hats = await hats_of(person.account)
    hat = or_not_found(next((one for one in hats if one.membership == membership), None))
    held = await held_alone(membership, now=now)
    where, words = WHERE_EXPECTED.get(Role(hat.role), OWN_VISITS)
    groups, visits, colleagues = await _to_hand_over(hat, person.account, now)
    shown = LeavePage(hat, len(hats) == 1, held, where, words, groups, visits, colleagues, **more)
    return page(shown, status=status)


async def _to_hand_over(
    hat: Hat, account: int, now: datetime
) -> tuple[list[GroupSeen], list[VisitAhead], dict[str, str]]:
    """What a teacher leaves at her collège, and to whom she may."""
    if hat.role != Role.TEACHER or hat.school is None or hat.awaiting:
        return [], [], {}
    named = {str(one.account): one.name for one in await successors(hat.school, instead_of=account)}
    groups = await groups_of(hat.school, school_year=school_year_of(now), only=account)
    visits = await visits_followed(account, school=hat.school, now=now)
    return groups, visits, {"": NOBODY_NAMED, **named} if named else {}


@post("/compte/roles/{membership:int}/depart", opt={"who": SIGNED_IN} | FRESH)
async def leave_place(
    request: AnyRequest,
    membership: FromPath[int],
    person: AnyOf[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    if not form.ticked("sure"):
        form.errors["sure"] = "Cochez la case pour confirmer."
    colleague = form.whole("colleague", 1, 999_999_999, label="Collègue", default=0)
    if form.errors:
        return await _page(membership, person, now, status=422, form=form)
    here, session_id = None, new_session_id()
    if membership == person.membership:
        here = Here(session_id_of(request, settings) or "", session_id, request.headers.get("user-agent", ""))
    try:
        left = await leave(person.account, membership=membership, to=colleague or None, here=here, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _page(membership, person, now, status=no.status, form=form)
    except NotFound:
        raise
    except Refusal as no:
        return await _page(membership, person, now, status=no.status, form=form, refusal=no)
    if left.closed:
        return done("/", "compte-efface")
    answer = done("/compte", "etablissement-quitte")
    if here is not None:
        answer.set_cookie(session_cookie(settings, session_id))
    return answer
