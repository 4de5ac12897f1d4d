"""Once a visit is closed: who of the lycée received it, and the attestation that it prints for its lycéens."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template
from msgspec.structs import asdict, replace

from booking.day.checkin.open_desk import open_desk
from booking.day.papers.lyceen import lyceen_pdf
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import done, download
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from booking.web.desk.desk import closed_page
from workshops.contributions.queries import hosts_of
from workshops.contributions.tell_hosts import TellHosts, tell_hosts
from workshops.refusals import NotFound


async def closed_visit(slot: FromPath[int], person: AsHost, settings: SiteSettings, now: Now) -> Template:
    """The page after the closing. Raises NotFound for a visit that is not closed."""
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    if not seen.done:
        raise NotFound
    return await closed_page(seen, school=person.school, now=now)


@post("/accueil/{slot:int}/recu", opt=may("visits.receive"))
@form_act(TellHosts, page=closed_visit)
async def tell_who_received(asked: TellHosts, slot: FromPath[int], person: AsHost, form: Form, now: Now) -> Redirect:
    """A number that stands as the page showed it is not told again: a colleague may have changed it since."""
    kept, typed = await hosts_of(slot), form.typed
    left = {name: it for name, it in asdict(kept).items() if typed.get(name, "").strip() == typed.get(f"{name}_seen")}
    changed = await tell_hosts(slot, replace(asked, **left), school=person.school, by=person.account, now=now)
    return done(f"/accueil/{slot}", "recu-dit" if changed else "rien-change", at="contenu")


@get("/accueil/{slot:int}/attestation.pdf", opt=may("visits.receive"))
async def lyceen_attestation(slot: FromPath[int], person: AsHost, exemplaires: FromQuery[int] = 1) -> Response[bytes]:
    """One sheet to photocopy, or as many as asked for."""
    printed = await lyceen_pdf(slot, school=person.school, copies=exemplaires)
    return download(printed, name=f"attestation-lyceens-{slot}.pdf")
