"""The desk of a slot: who is expected, who is here, one badge at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.day.checkin.queries import closes_at_once, day_of, roster_version
from booking.day.checkin.roster import BadgePlace, ExpectedGroup, Roster, SlotToday
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.day.checkin.say import DeskWords, said_of_all, said_on_a_page
from booking.day.checkin.undo import undo
from booking.day.desk_links.queries import is_scan_of
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.desk_link import AtDesk, Receiver, roster_seen_by, scans_at
from booking.door.rights.guards import Now, SiteSettings, may
from booking.door.rights.session import address_of
from booking.process.settings import Settings
from booking.programme.lycee_year.queries import SoFar, so_far
from workshops.builds.record import RecordBuild
from workshops.contributions.queries import hosts_of
from workshops.contributions.rules import Hosts
from workshops.contributions.tell_hosts import TellHosts
from workshops.refusals import NotFound, Refusal


class NextAct(Struct, frozen=True):
    """What is left to do once nobody is missing."""

    words: str
    href: str


@renders("desk/desk.html", acts={"build": RecordBuild, "asked": TellHosts})
class Desk(Page, frozen=True):
    """The desk as it stands; a `helper` sees numbers alone.

    `told` is the answer to show in large, `completes` whether its badge was the last of its group, `next` what follows;
    `wrong` is the group whose objects are to correct, `photo_of` the build whose photo is refused, `day` the lycée's
    visits of that day, which a helper does not see, `year` what a closed visit brings the lycée's year to, `hosts` who
    of the lycée received it, None where no class came; `at_once`: one tap closes it.
    """

    seen: Roster
    helper: bool
    now: datetime
    told: ScanResult | None = None
    words: DeskWords | None = None
    completes: bool = False
    next: NextAct | None = None
    wrong: int | None = None
    photo_refused: Refusal | None = None
    photo_of: int | None = None
    day: Sequence[SlotToday] = ()
    year: SoFar | None = None
    hosts: Hosts | None = None
    at_once: bool = False


@renders("desk/_presence.html")
class Numbers(Page, frozen=True):
    """The part of an open desk that changes by itself."""

    seen: Roster
    helper: bool


@renders("desk/undo.html")
class ScanToUndo(Page, frozen=True):
    seen: Roster
    group: ExpectedGroup
    place: BadgePlace


def desk_page(
    seen: Roster, now: datetime, *, helper: bool = False, status: int = 200, told: ScanResult | None = None, **more: Any
) -> Template:
    """The desk, with the answer to a scan in large."""
    group = None if told is None else _completed_by(told, seen)
    words, act = None, None
    if group is not None:
        words = said_of_all(group.here, group.pupils, title="Groupe complet")
        act = _next_act(seen, group, now=now)
    elif told is not None:
        words = said_on_a_page(told)
    elif seen.complete:
        words = said_of_all(seen.came, seen.expected, title="Tout le monde est là")
        act = _next_act(seen, None, now=now)
    return page(Desk(seen, helper, now, told, words, group is not None, act, **more), status=status)


def _completed_by(told: ScanResult, seen: Roster) -> ExpectedGroup | None:
    """The group of which this scan counted the last pupil who was missing."""
    group, place = seen.counted_by(told.scan_id) or (None, None)
    if group is None or place is None or place.kind == "adult":
        return None
    return group if told.result == "present" and group.here == group.pupils else None


def _next_act(seen: Roster, last: ExpectedGroup | None, *, now: datetime) -> NextAct | None:
    """The object of the group whose `last` badge was read; else each group's in turn, then the closing."""
    for group in seen.groups if last is None else (last,):
        if not group.builds and seen.objects and now >= seen.built_from:
            words = "Noter l'objet" if last else f"Noter l'objet : {group.label}"
            return NextAct(words, f"#objets-{group.reservation}")
    return NextAct("Clore la visite", "#fin") if last is None and now >= seen.ends_at else None


@get("/accueil/{slot:int}", opt=may("desk.scan") | {"camera": True})
async def desk(slot: FromPath[int], receiver: AtDesk, settings: SiteSettings, now: Now) -> Template:
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    if receiver.helper is not None:
        return desk_page(seen, now, helper=True)
    if seen.done:
        return await closed_page(seen, school=receiver.school, now=now)
    day = await day_of(receiver.school, on=seen.starts_at)
    return desk_page(seen, now, day=day, at_once=await closes_at_once(seen, now=now))


async def closed_page(seen: Roster, *, school: int, now: datetime) -> Template:
    """A visit that its lycée has closed, as whoever receives there sees it."""
    came = any(group.counted for group in seen.received)
    return desk_page(
        seen,
        now,
        day=await day_of(school, on=seen.starts_at),
        year=await so_far(school, seen.starts_at, now=now),
        hosts=await hosts_of(seen.slot) if came else None,
    )


@get("/accueil/{slot:int}/presence", opt=may("desk.scan"))
async def presence(
    slot: FromPath[int], request: AnyRequest, receiver: AtDesk, settings: SiteSettings
) -> Template | Response[None]:
    """The numbers alone, asked for every few seconds by each open desk: one statement when nothing has changed.

    Asked for and not pushed: a push holds a connection and a listener for each phone all day, and a school's proxy may
    keep it back; a question survives a cut network, a sleeping phone and a restart by itself.
    """
    receiver.refuse_other_slots(slot)
    etag = f'"{await roster_version(slot, school=receiver.school)}"'
    if request.headers.get("if-none-match") == etag:
        return Response(None, status_code=304, headers={"ETag": etag})
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    answer = page(Numbers(seen, receiver.helper is not None))
    answer.headers["ETag"] = etag
    return answer


@post("/accueil/{slot:int}/pointages", opt=may("desk.scan") | {"camera": True}, status_code=200)
async def point(
    slot: FromPath[int], request: AnyRequest, receiver: AtDesk, settings: SiteSettings, now: Now
) -> Template:
    """A code typed or a number tapped where no JavaScript runs: one scan, made now, answered in the page."""
    result = await scanned("arrival", slot, request, receiver, settings=settings, now=now)
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    return desk_page(seen, now, helper=receiver.helper is not None, told=result)


async def scanned(
    act: str, slot: int, request: AnyRequest, receiver: Receiver, *, settings: Settings, now: datetime
) -> ScanResult:
    """What became of the code that was typed, or of the number that was tapped."""
    badge = Form(await request.form()).text("badge", label="Code", required=False)
    scan = ScanAsked(uuid.uuid4(), slot, badge, now, act)
    (result,) = await scans_at(
        receiver, [scan], address=address_of(request, settings), secret_key=settings.secret_key, now=now
    )
    return result


@get("/accueil/{slot:int}/pointages/{scan:uuid}/annulation", opt=may("desk.scan"))
async def undo_page(
    slot: FromPath[int], scan: FromPath[uuid.UUID], receiver: AtDesk, settings: SiteSettings
) -> Template:
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    counted = seen.counted_by(scan)
    if counted is None:
        raise NotFound("Ce pointage ne compte plus : il a été annulé entre-temps.")
    group, place = counted
    return page(ScanToUndo(seen, group, place))


@post("/accueil/{slot:int}/pointages/{scan:uuid}/annulation", opt=may("desk.scan"))
async def take_back(slot: FromPath[int], scan: FromPath[uuid.UUID], receiver: AtDesk, now: Now) -> Redirect:
    receiver.refuse_other_slots(slot)
    if not await is_scan_of(scan, slot=slot):
        raise NotFound()
    await undo(scan, account=receiver.account, school=receiver.school, now=now)
    return done(f"/accueil/{slot}", "pointage-annule")
