"""Giving a program of one's organisation a key of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from booking.people.accounts.queries import AtSchool, CompanyPerson, Person
from booking.people.accounts.rules import hash_of
from booking.people.accounts.second_proof import tell_owner
from booking.people.accounts.token import KeyAllows
from booking.people.applications.queries import ANSWERING
from booking.people.applications.rules import MOST_APPLICATIONS, TooManyApplications, acts_as, permissions_chosen
from booking.people.applications.tables import Application, ApplicationSecret
from workshops.academie.queries import academie
from workshops.acts import Act, labelled, typed
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.refusals import Invalid

# Of one owner, one after the other: what they have is counted.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('applications:' || $1, 0))"
STANDING = f"""SELECT count(*) FROM applications p
WHERE p.ended_at IS NULL AND EXISTS (SELECT FROM ({ANSWERING}) answers WHERE answers.id = $1)"""  # noqa: S608 - constants only


class MakeApplication(Act, frozen=True, kw_only=True):
    """Somebody gives a program of her collège, lycée, company, or of the coordination, a key of its own."""

    name: Annotated[str, typed("Nom du logiciel", "What people call the program.", most=80, least=1)]
    permissions: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z_.]{1,30}$")], ...],
        Meta(max_length=60, description="What it may do.", extra={"label": "Ce qu'il lit ou fait"}),
    ] = ()
    acts: Annotated[KeyAllows, labelled("Ce que sa clé permet", "To read, or to act too.")] = KeyAllows.READ
    departments: Annotated[
        tuple[Annotated[str, Meta(max_length=9)], ...],
        Meta(
            max_length=40,
            description="Of a coordinator: the codes of those that it reads; none for the académie.",
            extra={"label": "Départements"},
        ),
    ] = ()


async def make_application(
    asked: MakeApplication, *, by: Person, client_id: str, secret: str, not_me: str, now: datetime
) -> int:
    """From now on the program that shows `secret` acts for the owner for whom she answers; returns its number.

    She is told by a mail whose link is `not_me`. Raises Invalid for what her role may not do by the API and for
    départements that are not hers to give, TooManyApplications.
    """
    departments = await _departments(asked, by)
    role = acts_as(by.role, departments)
    chosen = permissions_chosen(asked.permissions, role)
    async with transaction():
        await rows(ALONE, f"{by.role}:{getattr(by, 'school', '')}:{getattr(by, 'company', '')}")
        if await value(STANDING, by.membership) >= MOST_APPLICATIONS:
            raise TooManyApplications()
        fresh = Application(
            name=asked.name,
            role=str(role),
            school=by.school if isinstance(by, AtSchool) else None,
            company=by.company if isinstance(by, CompanyPerson) else None,
            departments=departments,
            permissions=chosen,
            writes=asked.acts == KeyAllows.ACT,
            client_id=client_id,
            made_by=by.account,
            made_at=now,
        )
        (kept,) = await Application.insert(fresh).returning(Application.id)
        number = int(kept["id"])
        first = ApplicationSecret(application=number, secret_hash=hash_of(secret), made_by=by.account, made_at=now)
        await ApplicationSecret.insert(first)
        await record("application_made", by=by.account, about_kind="application", about=number, now=now)
        await tell_owner("application", by.account, about_kind="application", about=number, not_me=not_me, now=now)
    return number


async def _departments(asked: MakeApplication, by: Person) -> list[str]:
    """Raises Invalid for one that is not here, and for any where she does not coordinate."""
    chosen = sorted({code.strip().upper() for code in asked.departments if code.strip()})
    offered = (await academie()).offered if chosen and by.role == "coordinator" else ()
    if unknown := [code for code in chosen if code not in offered]:
        raise Invalid({"departments": f"Départements inconnus ici : {', '.join(unknown)[:60]}."})
    return chosen
