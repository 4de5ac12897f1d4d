"""One's own profile: the name that others read, a telephone for the day, the reminders that come."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done
from booking.door.rights.guards import SIGNED_IN, AnyOf
from booking.people.accounts.profile import NAME_MOST, change_profile, profile_of
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import REMINDERS, reminders_for
from booking.process.settings import Settings
from booking.web.account.own import account_page
from workshops.refusals import Invalid


@post("/compte/profil", opt={"who": SIGNED_IN})
async def keep_profile(
    request: AnyRequest,
    person: AnyOf[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    """The reminders of her other roles stay as they are."""
    form, before = Form(await request.form()), await profile_of(person.account)
    offered = reminders_for(person.role)
    wanted = [one for one in REMINDERS if (form.ticked(one) if one in offered else one in before.reminders)]
    try:
        name = form.text("name", label="Prénom et nom", most=NAME_MOST)
        form.refuse_if_wrong()
        await change_profile(person.account, name=name, phone=form.typed.get("phone", ""), reminders=wanted, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await account_page(request, person, settings, now, status=no.status, profile_form=form)
    return done("/compte", "profil-enregistre")
