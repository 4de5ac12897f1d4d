"""The programs of one's collège, lycée, company or of the coordination: given a key, another secret, an end."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AnyOf, Now, SiteSettings, may
from booking.people.accounts.queries import CompanyPerson, Coordinator, Host, Teacher
from booking.people.accounts.roles import Permission
from booking.people.accounts.rules import Role, ShownTrial
from booking.people.accounts.token import KeyAllows
from booking.people.applications.end import end_application
from booking.people.applications.make import MakeApplication, make_application
from booking.people.applications.queries import ApplicationSeen, application_of, applications_of
from booking.people.applications.rotate import add_secret, end_secret
from booking.people.applications.rules import MOST_APPLICATIONS, MOST_SECRETS, SECRET_STARTS, acts_as, offered_to
from booking.process.settings import Settings
from workshops.academie.queries import academie
from workshops.acts import Act
from workshops.refusals import Refusal, or_not_found

AT, NEW = "/logiciels", "/logiciels/nouveau"
Answers: TypeAlias = Teacher | Host | CompanyPerson | Coordinator
"""Who answers for the programs of an organisation."""
BY_DEPARTMENTS = "departements"
KEY_ALLOWS = {KeyAllows.READ.value: "Lire seulement", KeyAllows.ACT.value: "Lire et agir"}
# What changes nothing, whatever else the key may: it stands first, and is what one gives without choosing.
READING = frozenset(
    {
        *(Permission.VISITS_PRINT, Permission.WORKSHOPS_READ, Permission.COMINGS_READ),
        *(Permission.REGISTERS_READ, Permission.BOARD_READ, Permission.MILESTONES_READ, Permission.FIGURES_READ),
        *(Permission.FIGURES_DETAIL, Permission.COVERAGE_READ, Permission.REPORTS_READ, Permission.PROGRAMS_TELL),
    }
)


@renders("account/applications.html")
class Applications(Page, frozen=True):
    """Those that stand, with what each may do in words, and those that have ended; `new_secret` was just made for the
    program `new`, its first or its next, and is shown once. `several_owners`: whose each is, is to be said."""

    role: str
    place: str
    standing: Sequence[ApplicationSeen]
    ended: Sequence[ApplicationSeen]
    words: Mapping[Permission, str]
    most: int
    most_secrets: int
    several_owners: bool
    new: ApplicationSeen | None = None
    new_secret: str = ""
    refusal: Refusal | None = None


@renders("account/application_new.html", acts={"asked": MakeApplication})
class NewApplication(Page, frozen=True):
    """`offered`: what such a program may be given, in words; `departments`: those to choose from, for a program that
    reads for some of them alone."""

    role: str
    offered: Mapping[str, str]
    chosen: Collection[str]
    acts: Mapping[str, str]
    departments: Mapping[str, str]
    departments_chosen: Collection[str]


# What a permission lets a program do, as people say it: of a program, all is by the API.
WORDS: Mapping[Permission, str] = {
    permission: permission.sentence.replace(", par l'API", "").replace(" par l'API", "") for permission in Permission
} | {
    Permission.PROGRAMS_TELL: "Suivre ce qui se passe : réservations, changements, annulations",
    Permission.VISITS_KEEP: "Préparer les groupes, demander des visites, les conduire : effectif, besoins, date",
    Permission.VISITS_PRINT: "Lire les visites, en imprimer les papiers et les badges",
}


@get(AT, opt=may("applications.keep"))
async def list_applications(person: AnyOf[Answers]) -> Template:
    return await _page(person)


@get(NEW, opt=may("applications.keep"))
async def new_application(person: AnyOf[Answers], pour: FromQuery[str] = "") -> Template:
    """Of the coordination: for the académie, or for some départements."""
    return await _form(person, by_departments=person.role == Role.COORDINATOR and pour == BY_DEPARTMENTS)


async def _form_again(form: Form, person: AnyOf[Answers]) -> Template:
    return await _form(person, form, by_departments="departments" in form.typed)


@post(AT, opt=may("applications.keep") | FRESH)
@form_act(
    MakeApplication,
    page=_form_again,
    permissions=lambda form: tuple(form.all("permissions")),
    departments=lambda form: tuple(code for code in form.all("departments") if code),
)
async def give_key(
    asked: MakeApplication, person: AnyOf[Answers], settings: SiteSettings, form: Form, now: Now
) -> Template:
    """The secret is shown on the answer itself, once: nobody can read it again. Raises ShownTrial."""
    _refuse_in_shown_trial(settings)
    if "departments" in form.typed and not asked.departments:
        form.errors["departments"] = "Choisissez au moins un département."
        form.refuse_if_wrong()
    secret = _new_secret()
    number = await make_application(
        asked,
        by=person,
        client_id=secrets.token_hex(16),
        secret=secret,
        not_me=secrets.token_urlsafe(32),
        now=now,
    )
    return await _page(person, new=await application_of(person, number), new_secret=secret)


@post(AT + "/{application:int}/secret", opt=may("applications.keep") | FRESH)
@form_act(Act, page=list_applications.fn)
async def give_next_secret(
    application: FromPath[int], person: AnyOf[Answers], settings: SiteSettings, now: Now
) -> Template:
    """The next secret is shown on the answer itself, once; the one before serves until it is ended.

    Raises ShownTrial.
    """
    _refuse_in_shown_trial(settings)
    secret = _new_secret()
    await add_secret(application, by=person, secret=secret, not_me=secrets.token_urlsafe(32), now=now)
    return await _page(person, new=await application_of(person, application), new_secret=secret)


@post(AT + "/{application:int}/secrets/{secret:int}/fin", opt=may("applications.keep"))
@form_act(Act, page=list_applications.fn)
async def end_one_secret(
    application: FromPath[int], secret: FromPath[int], person: AnyOf[Answers], now: Now
) -> Redirect:
    await end_secret(application, secret, by=person, now=now)
    return done(AT, "secret-retire")


@post(AT + "/{application:int}/fin", opt=may("applications.keep"))
async def end_one_application(application: FromPath[int], person: AnyOf[Answers], now: Now) -> Redirect:
    await end_application(application, by=person, now=now)
    return done(AT, "logiciel-fini")


def _refuse_in_shown_trial(settings: Settings) -> None:
    if settings.shown:
        raise ShownTrial()


def _new_secret() -> str:
    return SECRET_STARTS + secrets.token_urlsafe(32)


async def _page(person: Answers, *, new: ApplicationSeen | None = None, new_secret: str = "") -> Template:
    known = await applications_of(person)
    shown = Applications(
        role=person.role,
        place=person.place,
        standing=[one for one in known if one.ended_at is None],
        ended=[one for one in known if one.ended_at is not None],
        words=WORDS,
        most=MOST_APPLICATIONS,
        most_secrets=MOST_SECRETS,
        several_owners=person.role == Role.COORDINATOR,
        new=or_not_found(new) if new_secret else None,
        new_secret=new_secret,
    )
    return page(shown)


async def _form(person: Answers, form: Form | None = None, *, by_departments: bool) -> Template:
    offered_departments = dict((await academie()).offered) if by_departments else {}
    may_have = offered_to(acts_as(person.role, offered_departments))
    in_order = sorted(may_have, key=lambda permission: permission not in READING)
    shown = NewApplication(
        role=person.role,
        offered={str(permission): WORDS[permission] for permission in in_order},
        chosen=form.all("permissions") if form else [str(one) for one in in_order if one in READING],
        acts=KEY_ALLOWS if set(may_have) - READING else {},
        departments=offered_departments,
        departments_chosen=form.all("departments") if form else [],
    )
    return page(shown)
