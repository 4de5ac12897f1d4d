"""« Prévenez-moi quand un créneau convient »: the offer of a search, and the way back from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from litestar import post
from litestar.response import Redirect
from msgspec import Struct

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import done
from booking.door.rights.guards import AsTeacher, Now, may
from booking.people.accounts.queries import Person, Teacher
from booking.visits.demands.alert import ask
from booking.visits.demands.queries import AlertSeen, alerts_of
from booking.visits.demands.rules import ALERTS_MOST, ClassUntold, class_words, kept_of
from booking.visits.groups.queries import GroupSeen
from booking.web.public.search_class import CARRIED
from booking.web.public.search_for_visitor import VisitorSearch, search_for
from booking.web.public.search_query import SearchQuery
from workshops.refusals import Invalid


class Watch(Struct, frozen=True):
    """How a search offers its alert: `fields` are what the form says again, `sign_in` leads there through the door.

    `asked`: she is told already. `full`: she has as many as one may have.
    """

    whom: str
    fields: Sequence[tuple[str, str]]
    sign_in: str
    asked: bool
    full: bool


def _group_of(search: SearchQuery, groups: Sequence[GroupSeen]) -> GroupSeen | None:
    """The group of her own that a search names."""
    return next((group for group in groups if str(group.id) == search.form.typed.get("groupe")), None)


async def watch_for(visitor_search: VisitorSearch, visitor: Person | None, *, now: datetime) -> Watch | None:
    """For a teacher, and for a visitor who may be one."""
    if visitor is not None and not isinstance(visitor, Teacher):
        return None
    search = visitor_search.search
    kept, group = kept_of(search.filters), _group_of(search, visitor_search.groups)
    says_class = bool(kept.level and kept.pupils)
    own: Sequence[AlertSeen] = await alerts_of(visitor.membership, now=now) if visitor else ()
    typed = search.form.typed
    return Watch(
        whom=class_words(kept, group=group.name if group else "") if says_class else "",
        fields=[(name, typed[name]) for name in CARRIED if typed.get(name)] if says_class else (),
        sign_in="" if visitor else f"/connexion?next={quote(search.address(suite=None), safe='')}",
        asked=any((alert.search, alert.group) == (kept, group and group.id) for alert in own),
        full=len(own) >= ALERTS_MOST,
    )


@post("/creneaux/alertes", opt=may("visits.ask"))
async def ask_for_alert(request: AnyRequest, person: AsTeacher, now: Now) -> Redirect:
    """The search comes back, with the list of her alerts a tap away."""
    sent = await request.form()
    visitor_search = await search_for({name: sent[name] for name in CARRIED if sent.get(name)}, person, now=now)
    if visitor_search.search.form.errors:
        raise Invalid(visitor_search.search.form.errors)
    search, group = visitor_search.search.filters, _group_of(visitor_search.search, visitor_search.groups)
    if not search.level or not search.pupils:
        raise ClassUntold()
    await ask(search, group=group.id if group else None, membership=person.membership, by=person.account, now=now)
    return done(visitor_search.search.address(), "alerte-demandee")
