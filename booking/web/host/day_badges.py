"""All the badges of a lycée's day: what the pile holds, and its PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from litestar import get
from litestar.response import Response, Template

from booking.day.badges.presets import PlaceBadges
from booking.day.badges.print_sheet import Party, day_sheet_of, parties_of_day
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, download, page, renders
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from booking.people.accounts.queries import Host
from booking.words.wording import paris
from workshops.refusals import Invalid


@renders("host/badges.html", acts={"placing": PlaceBadges})
class DayBadges(Page, frozen=True):
    on: date
    parties: Sequence[Party]
    total: int
    form: Form | None


@get("/lycee/badges", opt=may("visits.receive"))
async def day_badges_page(request: AnyRequest, person: AsHost, now: Now) -> Template:
    form = Form(request.query_params)
    on = _day_in(form, now)
    return await _day_page(on, person, form, status=Invalid.status if form.errors else 200)


async def _day_page(on: date, person: Host, form: Form, *, status: int) -> Template:
    parties = await parties_of_day(person.school, on=on)
    shown = DayBadges(
        on=on,
        parties=parties,
        total=sum(party.wanted for party in parties),
        form=form if form.errors else None,
    )
    return page(shown, status=status)


def _day_in(form: Form, now: datetime) -> date:
    """The day typed; today for none, and for one that cannot be read."""
    today = paris(now).date()
    on = form.date("jour", label="Jour") if form.typed.get("jour", "").strip() else today
    return today if "jour" in form.errors else on


@get("/lycee/badges.pdf", opt=may("visits.receive"))
async def day_badges_pdf(
    request: AnyRequest, person: AsHost, settings: SiteSettings, now: Now
) -> Response[bytes] | Template:
    form = Form(request.query_params)
    on = _day_in(form, now)
    try:
        sheet = await day_sheet_of(
            person.school, on=on, secret_key=settings.secret_key, placed=form.act(PlaceBadges), printed_on=now
        )
    except Invalid as no:
        form.note(no, PlaceBadges)
        return await _day_page(on, person, form, status=no.status)
    return download(sheet, name=f"badges-{on}.pdf")
