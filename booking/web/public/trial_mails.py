"""The mails of a trial, read on the spot: there is no mail server behind it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from booking.door.forms.read import Skipped
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import SiteSettings, may
from booking.outbox.notices.mail_files import DemoMail, OpenMail, demo_mail, demo_mails
from booking.process.settings import Settings
from workshops.refusals import NotFound

if TYPE_CHECKING:
    from booking.calendar.invites.ical import ReadEntry


SHOWN = 20


@renders("demo/courrier.html")
class TrialMails(Page, frozen=True):
    """`addresses` to choose from, `address` the one that is chosen."""

    mails: list[DemoMail]
    addresses: dict[str, str]
    address: str
    next_page: str


@renders("demo/mail.html")
class TrialMail(Page, frozen=True):
    mail: OpenMail
    entry: ReadEntry | None


@get("/demo/courrier", opt=may("public.use"))
async def trial_mails(settings: SiteSettings, pour: FromQuery[str] = "", suite: Skipped = 0) -> Template:
    _only_in_a_trial(settings)
    mails = await asyncio.to_thread(demo_mails, settings.data_dir)
    people = sorted({mail.to for mail in mails}, key=str.casefold)
    address = pour if pour in people else ""
    of_one = [mail for mail in mails if address in ("", mail.to)]
    more = f"/demo/courrier?{urlencode({'pour': address, 'suite': suite + SHOWN})}"
    shown = TrialMails(
        mails=of_one[suite : suite + SHOWN],
        addresses={"": "Tout le monde"} | {one: one for one in people},
        address=address,
        next_page=more if len(of_one) > suite + SHOWN else "",
    )
    return page(shown)


@get("/demo/courrier/{name:str}", opt=may("public.use"))
async def trial_mail(name: FromPath[str], settings: SiteSettings) -> Template:
    _only_in_a_trial(settings)
    mail = await asyncio.to_thread(demo_mail, settings.data_dir, name)
    if mail is None:
        raise NotFound("Ce mail n'existe pas, ou plus.")
    return page(TrialMail(mail, await _entry_in(mail)))


async def _entry_in(mail: OpenMail) -> ReadEntry | None:
    """What the reader's agenda would offer."""
    if not mail.calendar:
        return None
    from booking.calendar.invites.ical import entry_of  # noqa: PLC0415 icalendar takes 0.1 s to load, for a trial alone

    return await asyncio.to_thread(entry_of, mail.calendar)


def _only_in_a_trial(settings: Settings) -> None:
    if not settings.demo:
        raise NotFound()
