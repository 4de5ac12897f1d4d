"""Notre fiche: what somebody of the consortium reads of her own body, and of its school year."""

from __future__ import annotations

from datetime import date, datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, may
from booking.people.accounts.queries import OfPartner
from booking.programme.consortium.queries import Member, consortium
from booking.words.wording import paris, school_year_of
from workshops.partners.queries import PartnerCard, partner
from workshops.partners.rules import KINDS
from workshops.refusals import or_not_found


@renders("office/own_partner.html")
class OwnPartner(Page, frozen=True):
    """`member_seen` is None for a body that is not of the consortium today."""

    card: PartnerCard
    member_seen: Member | None
    kinds: dict[str, str]
    year: str
    today: date


@get("/partenaire", opt=may("partner.read") | DECIDES_NOTHING)
async def own_partner(person: AnyOf[OfPartner], now: NamedDependency[datetime]) -> Template:
    card = or_not_found(await partner(person.partner))
    member = next((one for one in await consortium(now=now) if one.card.id == card.id), None)
    return page(OwnPartner(card, member, KINDS, school_year_of(now), paris(now).date()))
