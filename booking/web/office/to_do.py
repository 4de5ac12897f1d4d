"""À faire: one ranked list over the three schemes, one line a subject, each with its act and a day to put it off to."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import date, datetime, timedelta

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.mails.digest.rules import SubjectPoints, SubjectToDo
from booking.mails.digest.to_do import BY_KIND, Subject, all_to_do
from booking.programme.coordination.put_off import put_off, remind_closing, take_up
from booking.programme.coordination.rules import A_DAY, PUT_OFF_MOST, NotPutOff
from booking.visits.reservations.let_through import let_search_through, let_through
from booking.words.wording import paris
from workshops.refusals import NotFound, Refusal, or_not_found

ALL = "/gestion/a-faire"
PROPOSED = timedelta(days=7)


@renders("office/to_do.html")
class ToDoPage(Page, frozen=True):
    """What there is to do, the most pressing first, and what was put off; from `first` to `last` it may be, to
    `proposed` unless said otherwise."""

    found: Sequence[SubjectToDo]
    later: Sequence[SubjectToDo]
    first: date
    last: date
    proposed: date
    refusal: Refusal | None = None


@renders("office/to_do_subject.html")
class SubjectPage(Page, frozen=True):
    """All that waits of one subject."""

    subject: Subject
    found: SubjectPoints
    refusal: Refusal | None = None


@get(ALL, opt=may("visits.watch"))
async def to_do_page(now: Now) -> Template:
    return await _page(now)


async def _page(now: datetime, *, status: int = 200, refusal: Refusal | None = None) -> Template:
    told, today = await all_to_do(now=now), paris(now).date()
    shown = ToDoPage(
        found=[one for one in told if one.delayed is None],
        later=[one for one in told if one.delayed],
        first=today + A_DAY,
        last=today + PUT_OFF_MOST,
        proposed=today + PROPOSED,
        refusal=refusal,
    )
    return page(shown, status=status)


@get("/gestion/a-faire/{kind:str}", opt=may("visits.watch"))
async def to_do_of(kind: FromPath[str], now: Now) -> Template:
    return await _subject_page(kind, now)


async def _subject_page(kind: str, now: datetime, *, status: int = 200, refusal: Refusal | None = None) -> Template:
    subject = or_not_found(BY_KIND.get(kind))
    return page(SubjectPage(subject, await subject.ask(now), refusal), status=status)


@post("/gestion/a-faire/{kind:str}/report", opt=may("visits.correct"))
async def put_off_to(kind: FromPath[str], request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    """The subject asks again on the day that is typed."""
    subject, form = or_not_found(BY_KIND.get(kind)), Form(await request.form())
    waits = (await subject.ask(now)).number
    if not waits:
        raise NotFound
    try:
        if subject.needs_all:
            raise NotPutOff
        on = form.date("until", label="Remettre au")
        until = None if form.errors else on
        await put_off(kind, words=subject.title, number=waits, until=until, by=person.account, now=now)
    except Refusal as no:
        return await _page(now, status=no.status, refusal=no)
    return done(ALL, "point-remis")


@post("/gestion/a-faire/{kind:str}/reprise", opt=may("visits.correct"))
async def take_up_again(kind: FromPath[str], person: AsCoordinator, now: Now) -> Redirect:
    subject = or_not_found(BY_KIND.get(kind))
    await take_up(kind, words=subject.title, by=person.account, now=now)
    return done(ALL, "point-repris")


@post("/gestion/creneaux/{slot:int}/rappel", opt=may("visits.correct"))
async def remind_host(slot: FromPath[int], person: AsCoordinator, now: Now) -> Template | Redirect:
    try:
        await remind_closing(slot, by=person.account, now=now)
    except Refusal as no:
        return await _subject_page("late", now, status=no.status, refusal=no)
    return done(ALL, "accueil-rappele")


@post("/gestion/reservations/{reservation:int}/passage", opt=may("visits.correct"))
async def let_group_through(reservation: FromPath[int], person: AsCoordinator, now: Now) -> Template | Redirect:
    return await _passed(let_through(reservation, by=person.account, now=now), now)


@post("/gestion/demandes/{demand:int}/passage", opt=may("visits.correct"))
async def let_demand_through(demand: FromPath[int], person: AsCoordinator, now: Now) -> Template | Redirect:
    return await _passed(let_search_through(demand, by=person.account, now=now), now)


async def _passed(letting: Awaitable[None], now: datetime) -> Template | Redirect:
    try:
        await letting
    except NotFound:
        raise
    except Refusal as no:
        return await _subject_page("beyond", now, status=no.status, refusal=no)
    return done(ALL, "groupe-passe")
