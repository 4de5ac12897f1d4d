"""A company asks to be told of the sessions near it, and stops it: on its list, or by the link of a mail."""

from __future__ import annotations

from contextlib import suppress

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.people.accounts.queries import CompanyPerson
from booking.people.accounts.stop_links import stopped_by
from booking.process.settings import Settings
from booking.visits.near_alerts.queries import near_alert, near_alert_of
from booking.visits.near_alerts.rules import ALERT
from booking.visits.near_alerts.tell import AskNearAlert, ask_near_alert, stop_near_alert
from booking.visits.reservations.rules import LinkNotOurs
from booking.web.company.sessions import list_sessions
from workshops.companies.queries import company
from workshops.refusals import NotFound, or_not_found


@post("/seances/alerte", opt=may("comings.announce"))
@form_act(AskNearAlert, page=list_sessions.fn)
async def ask_to_be_told(asked: AskNearAlert, person: NamedDependency[CompanyPerson], now: Now) -> Redirect:
    own = or_not_found(await company(person.company))
    await ask_near_alert(asked, company=own, by=person.account, now=now)
    return done("/seances", "alerte-proche-demandee")


@post("/seances/alerte/retrait", opt=may("comings.announce"))
async def tell_no_more(person: NamedDependency[CompanyPerson], now: Now) -> Redirect:
    kept = or_not_found(await near_alert_of(person.company))
    await stop_near_alert(kept.id, by=person.account, now=now)
    return done("/seances", "alerte-proche-retiree")


@renders("company/stop_alert.html")
class StopAlert(Page, frozen=True):
    """`km`: within which distance the company is told, None once it is told no more."""

    km: int | None
    token: str


@get("/seances/alerte/arret/{token:str}", opt=may("public.use"))
async def stop_page(token: FromPath[str], settings: SiteSettings) -> Template:
    """Nothing is stopped by opening the page, since mail scanners open it too."""
    kept = await near_alert(_alert_of(token, settings))
    return page(StopAlert(kept.km if kept else None, token))


@post("/seances/alerte/arret/{token:str}", opt=may("public.use"))
async def stop_by_link(token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    """Stopped twice, it is stopped once."""
    with suppress(NotFound):
        await stop_near_alert(_alert_of(token, settings), by=None, now=now)
    return page(StopAlert(None, token))


def _alert_of(token: str, settings: Settings) -> int:
    if (alert := stopped_by(ALERT, token, settings.secret_key)) is None:
        raise LinkNotOurs()
    return alert
