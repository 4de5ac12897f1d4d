"""The mails: what waits, what failed and why, sending again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, SiteSettings, may
from booking.mails.webhooks.queries import FailedDelivery, failures
from booking.mails.webhooks.subscribe import relaunch_delivery
from booking.mails.write import subject_of
from booking.outbox.notices.queries import FailedNotice, Outbox, failed_notices, outbox
from booking.outbox.notices.retry import retry, retry_all, say_aloud
from booking.outbox.notices.rules import worker_silent
from booking.programme.coordination.queries import Mails, Returned, mails, read_elsewhere, to_say
from booking.programme.coordination.rules import MailFailure, mail_failure
from booking.words.acts import ACTS
from workshops.acts import Act
from workshops.refusals import Refusal


@renders("office/messages.html")
class Messages(Page, frozen=True):
    """`to_say`: what came back and nobody has read, each with what it said; `elsewhere`: what somebody else has read.
    `failed`: each with why, and what to do; `untold`: what reached no program; `silent`: nothing sends any more."""

    outbox: Outbox
    to_say: Sequence[tuple[Returned, str]]
    elsewhere: Sequence[Returned]
    silent: bool
    latest: Mails
    failed: Sequence[tuple[FailedNotice, MailFailure]]
    untold: Sequence[FailedDelivery]
    acts: Mapping[str, str]
    refusal: Refusal | None = None


@get("/gestion/messages", opt=may("messages.send"))
async def list_messages(settings: SiteSettings, now: Now) -> Template:
    box = await outbox()
    shown = Messages(
        outbox=box,
        to_say=[(one, await subject_of(one.id, settings, now=now)) for one in await to_say()],
        elsewhere=await read_elsewhere(),
        silent=worker_silent(box.beat_at, now),
        latest=await mails(),
        failed=[(one, mail_failure(one.last_error)) for one in await failed_notices()],
        untold=await failures(),
        acts=ACTS,
    )
    return page(shown)


@post("/gestion/messages/{notice:int}/relance", opt=may("messages.send"))
@form_act(Act, page=list_messages.fn)
async def send_again(notice: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await retry(notice, by=person.account, now=now)
    return done("/gestion/messages", "mail-relance")


@post("/gestion/messages/{notice:int}/dit", opt=may("messages.send"))
@form_act(Act, page=list_messages.fn)
async def said_aloud(notice: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await say_aloud(notice, by=person.account, now=now)
    return done("/gestion/messages", "mail-dit")


@post("/gestion/messages/relance", opt=may("messages.send"))
async def send_all_again(person: AsCoordinator, now: Now) -> Redirect:
    await retry_all(by=person.account, now=now)
    return done("/gestion/messages", "mails-relances")


@post("/gestion/messages/envois/{delivery:int}/relance", opt=may("messages.send"))
@form_act(Act, page=list_messages.fn)
async def tell_program_again(delivery: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await relaunch_delivery(delivery, membership=None, by=person.account, now=now)
    return done("/gestion/messages", "envoi-relance")
