"""Mails about whoever comes in unasked: a teacher and her collège's mailbox, a company and the coordination."""

from __future__ import annotations

from datetime import datetime

from booking.mails.draft import Draft
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.sign_in import opens_until
from booking.people.company_requests.queries import asking_one
from booking.people.sign_ups.queries import to_prove
from booking.people.sign_ups.rules import ANSWER_LASTS
from booking.process.settings import Settings
from booking.visits.newcomers.queries import has_asked, waiting_behind, waiting_in
from booking.words.wording import counted, day, moment
from workshops.companies.queries import company
from workshops.schools.queries import has_mailbox, school


async def sign_up(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The link that opens the door; not sent once it is used, replaced or too old."""
    found = await to_prove(notice.secret, now=now)
    if found is None:
        return None
    return Draft(words={"place": found.place}, link=f"{settings.base_url}/inscription/{notice.secret}")


async def to_answer(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the collège's mailbox: who says that she teaches there, and the link that answers."""
    found = await waiting_behind(notice.secret, now=now)
    if found is None:
        return None
    asked = (("Déjà demandé", counted(found.asked, "visite")),) if found.asked else ()
    ends_at = found.proved_at + ANSWER_LASTS
    sooner = found.held_until if found.held_until and found.held_until < ends_at else None
    return Draft(
        words={"college": found.school_name, "until": sooner},
        link=f"{settings.base_url}/inscription/college/{notice.secret}",
        lines=(
            ("Qui", found.name),
            ("Son adresse", found.email),
            *asked,
            ("Répondre avant", moment(sooner) if sooner else day(ends_at)),
        ),
    )


async def waits(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a teacher of the collège: a colleague waits for her word; not sent once she has her answer, or to herself."""
    found = next((one for one in await waiting_in(notice.about) if one.id == notice.also), None)
    if found is None or found.email == notice.to_email:
        return None
    asked = (("Déjà demandé", counted(found.asked, "visite")),) if found.asked else ()
    return Draft(
        words={"college": found.school_name, "until": found.held_until, "official": await has_mailbox(notice.about)},
        link=f"{settings.base_url}/mon-college/collegues",
        lines=(("Qui", found.name), ("Son adresse", found.email), *asked),
    )


async def answered(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To her: her collège has answered, or has not in time."""
    found = await school(notice.about)
    if found is None:
        return None
    asked = await has_asked(notice.to_email, school=found.id)
    until = await opens_until(notice.secret, now=now)
    on = "/connexion?next=" + ("/mes-visites" if asked else "/creneaux")
    if until:
        on = f"/connexion/{notice.secret}"
    return Draft(
        words={
            "place": f"{found.name}, {found.commune}",
            "official": await has_mailbox(found.id),
            **{"email": notice.to_email, "asked": asked, "until": until},
        },
        link=settings.base_url + (on if notice.kind == "sign_up_confirmed" else "/inscription"),
    )


async def company_asked(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the coordination: a company offers its help; not sent once it has its answer."""
    found = await asking_one(notice.about)
    if found is None:
        return None
    return Draft(
        words={"company": found.company_name},
        link=f"{settings.base_url}/gestion/inscriptions#entreprises",
        lines=(("Qui", found.contact_name), ("Commune", found.commune), ("SIRET", found.siret)),
        typed=found.proposal,
    )


async def company_accepted(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever asked for her company: come in by this link, while it opens, and choose a session."""
    found = await company(notice.about)
    if found is None:
        return None
    until = await opens_until(notice.secret, now=now)
    on = "/connexion?next=/seances" if until is None else f"/connexion/{notice.secret}"
    return Draft(words={"company": found.name, "until": until}, link=settings.base_url + on)


async def company_declined(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever asked for her company: thanks, and no."""
    return Draft(words={}, link=f"{settings.base_url}/rejoindre")
