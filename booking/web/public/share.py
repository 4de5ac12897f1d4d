"""Sharing a free slot: its address to copy, or a mail to a colleague of the same collège."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done
from booking.door.rights.guards import may
from booking.door.rights.session import address_of
from booking.people.accounts import tries
from booking.people.accounts.known import Colleague, colleagues_of
from booking.people.accounts.queries import Person, Teacher
from booking.process.settings import Settings
from booking.visits.groups.queries import groups_of
from booking.visits.sharing.share import share
from booking.web.public.search_class import ABOUT_CLASS, SearchedClass, carried, carried_class, searched_class
from booking.words.wording import school_year_of

# So many mails in a quarter of an hour, from one account and from one collège's address.
TRIES = (10, 40)


class SlotSharing(Struct, frozen=True):
    """The end of the address that others open, and the colleagues whom it may be sent to, with the class said again."""

    address: str
    colleagues: Sequence[Colleague]
    fields: Sequence[tuple[str, object]]


async def sharing_of(searched: SearchedClass, visitor: Person | None) -> SlotSharing:
    """The address names no group: it is read outside of the collège too."""
    colleagues: Sequence[Colleague] = ()
    if isinstance(visitor, Teacher) and not visitor.awaiting:
        found = await colleagues_of(visitor.school, role=visitor.role)
        colleagues = [one for one in found if one.membership != visitor.membership]
    answers = {
        "groupe": searched.group.id if searched.group else "",
        "niveau": searched.level,
        "eleves": searched.pupils or "",
    }
    return SlotSharing(
        address=carried({}, niveau=searched.level, eleves=searched.pupils or ""),
        colleagues=colleagues,
        fields=[(name, answer) for name, answer in answers.items() if answer],
    )


@post("/creneaux/{slot:int}/envoi", opt=may("visits.keep"))
async def send_to_colleague(
    request: AnyRequest,
    slot: FromPath[int],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Redirect:
    """The slot's page comes back with what was done."""
    form = Form(await request.form())
    to = form.whole("to", 1, 2**31 - 1, label="Collègue")
    form.refuse_if_wrong()
    answers = {name: form.typed.get(name, "") for name in ABOUT_CLASS}
    groups = await groups_of(person.scope, school_year=school_year_of(now))
    searched = searched_class(answers, groups)
    address = address_of(request, settings)
    await tries.take("share", account=str(person.account), address=address, most=TRIES, now=now)
    await share(
        slot,
        membership=person.membership,
        to=to,
        group=searched.group.id if searched.group else None,
        level=searched.level,
        pupils=searched.pupils,
        by=person.account,
        now=now,
    )
    return done(f"/creneaux/{slot}{carried_class(answers, searched)}", "creneau-envoye")
