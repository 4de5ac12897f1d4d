"""What Technilab holds about a person: taken away as a file, or erased by herself.

Leaving a school or a company, once one has read what becomes of what one holds there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import FRESH, Now, SignedIn, SiteSettings, may
from booking.door.rights.session import gone_on, here_of
from booking.people.accounts.known import Hat, hats_of
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import Role
from booking.visits.groups.queries import GroupSeen, groups_of
from booking.visits.handovers.queries import VisitAhead, successors, visits_followed
from booking.words.wording import school_year_of
from booking.year.erase_account import erase_account
from booking.year.export_account import export_account
from booking.year.leave import LeaveRole, leave
from booking.year.queries import held_alone, visits_ahead
from workshops.refusals import Invalid, Refusal, or_not_found
from workshops.scope import of_school

# Where those who are expected somewhere call it off, and what the way there is called.
WHERE_EXPECTED = {Role.COMPANY: ("/entreprise", "Voir mes venues"), Role.HOST: ("/lycee", "Voir mes créneaux")}
OWN_VISITS = ("/mes-visites", "Voir mes visites")


@renders("account/effacement.html")
class Erasure(Page, frozen=True):
    """`expected`: what is to be called off first, at `where`; a lycée's only host is replaced instead."""

    expected: list[str]
    receives: bool
    where: str
    words: str
    form: Form | None = None
    refusal: Refusal | None = None


@get("/compte/donnees.json", opt=may("account.keep"))
async def own_data(person: SignedIn, now: Now) -> Response[bytes]:
    told = await export_account(person.account, now=now)
    written = json.dumps(told, ensure_ascii=False, indent=2, default=_written).encode()
    return download(written, name="technilab-mes-donnees.json")


def _written(held: object) -> str:
    return held.isoformat() if isinstance(held, datetime) else str(held)


@get("/compte/effacement", opt=may("account.keep"))
async def erasure_page(person: SignedIn, now: Now) -> Template:
    return await _erasure_page(person, now)


async def _erasure_page(person: Person, now: datetime, *, status: int = 200, **more: Any) -> Template:
    expected = await visits_ahead(person.account, now=now)
    where, words = WHERE_EXPECTED.get(person.role, OWN_VISITS)
    return page(Erasure(expected, person.role == Role.HOST, where, words, **more), status=status)


@post("/compte/effacement", opt=may("account.keep") | FRESH)
async def erase_own_account(request: AnyRequest, person: SignedIn, now: Now) -> Template | Redirect:
    form = Form(await request.form())
    if not form.typed.get("sure"):
        form.errors["sure"] = "Cochez la case pour confirmer : rien ne pourra être rétabli."
        return await _erasure_page(person, now, status=422, form=form)
    try:
        await erase_account(person.account, by=person.account, now=now)
    except Refusal as no:
        return await _erasure_page(person, now, status=no.status, refusal=no)
    return done("/", "compte-efface")


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
    settings: SiteSettings,
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
