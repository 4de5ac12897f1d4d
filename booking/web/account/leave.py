"""Leaving a school or a company, once one has read what becomes of what one holds there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, Now, Setup, SignedIn, may
from booking.door.rights.session import gone_on, here_of
from booking.people.accounts.own import Hat, hats_of
from booking.people.accounts.rules import Role
from booking.visits.groups.queries import GroupSeen, groups_of
from booking.visits.handovers.queries import VisitAhead, successors, visits_followed
from booking.web.account.own_data import VISITS as OWN_VISITS
from booking.web.account.own_data import WHERE_EXPECTED
from booking.words.wording import school_year_of
from booking.year.leave import LeaveRole, leave
from booking.year.queries import held_alone
from workshops.refusals import Invalid, or_not_found
from workshops.scope import of_school

NOBODY_NAMED = "Personne pour l'instant"


@renders("account/depart.html", acts={"asked": LeaveRole})
class LeavePage(Page, frozen=True):
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


@get("/compte/roles/{membership:int}/depart", opt=may("account.keep"))
async def leaving_page(membership: FromPath[int], person: SignedIn, now: Now) -> Template:
    hats = await hats_of(person.account)
    hat = or_not_found(next((worn for worn in hats if worn.membership == membership), None))
    held = await held_alone(membership, now=now)
    where, words = WHERE_EXPECTED.get(Role(hat.role), OWN_VISITS)
    groups, visits, colleagues = await _to_hand_over(hat, person.account, now)
    return page(LeavePage(hat, len(hats) == 1, held, where, words, groups, visits, colleagues))


async def _to_hand_over(
    hat: Hat, account: int, now: datetime
) -> tuple[list[GroupSeen], list[VisitAhead], dict[str, str]]:
    """What a teacher leaves at her collège, and to whom she may."""
    if hat.role != Role.TEACHER or hat.school is None or hat.awaiting:
        return [], [], {}
    named = {str(one.account): one.name for one in await successors(hat.school, instead_of=account)}
    groups = await groups_of(of_school(hat.school, author=account), school_year=school_year_of(now))
    visits = await visits_followed(account, school=hat.school, now=now)
    return groups, visits, {"": NOBODY_NAMED, **named} if named else {}


@post("/compte/roles/{membership:int}/depart", opt=may("account.keep") | FRESH)
@form_act(LeaveRole, page=leaving_page.fn)
async def leave_place(
    asked: LeaveRole,
    form: Form,
    request: AnyRequest,
    membership: FromPath[int],
    person: SignedIn,
    settings: Setup,
    now: Now,
) -> Redirect:
    if not form.ticked("sure"):
        raise Invalid({"sure": "Cochez la case pour confirmer."})
    here = here_of(request, person, settings) if membership == person.membership else None
    left = await leave(person.account, asked, membership=membership, here=here, now=now)
    if left.closed:
        return done("/", "compte-efface")
    answer = done("/compte", "etablissement-quitte")
    return answer if here is None else gone_on(answer, here, settings)
