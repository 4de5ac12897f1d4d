"""The mails: what waits, what failed and why, sending again."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.answers import done, page
from booking.door.guards import COORDINATOR
from booking.mails.kinds import KINDS
from booking.outbox.notices.queries import failed_notices, outbox
from booking.outbox.notices.rules import worker_silent
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.queries import mails
from booking.programme.coordination.relaunch import relaunch, relaunch_all
from booking.programme.coordination.rules import mail_failure
from workshops.refusals import Refusal


@get("/gestion/messages", opt=COORDINATOR)
async def list_messages(person: NamedDependency[Coordinator], now: NamedDependency[datetime]) -> Template:
    return await _messages_page(person, now)


async def _messages_page(
    person: Coordinator, now: datetime, *, status: int = 200, refusal: Refusal | None = None
) -> Template:
    box = await outbox()
    return page(
        "office/messages.html",
        status=status,
        person=person,
        outbox=box,
        silent=worker_silent(box.beat_at, now),
        latest=await mails(),
        failed=[(one, mail_failure(one.last_error)) for one in await failed_notices()],
        kinds={name: kind.title for name, kind in KINDS.items()},
        refusal=refusal,
    )


@post("/gestion/messages/{notice:int}/relance", opt=COORDINATOR)
async def send_again(
    notice: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await relaunch(notice, by=person.account, now=now)
    except Refusal as no:
        return await _messages_page(person, now, status=no.status, refusal=no)
    return done("/gestion/messages", "mail-relance")


@post("/gestion/messages/relance", opt=COORDINATOR)
async def send_all_again(person: NamedDependency[Coordinator], now: NamedDependency[datetime]) -> Redirect:
    await relaunch_all(by=person.account, now=now)
    return done("/gestion/messages", "mails-relances")
