"""Who may sign in: the list, inviting, withdrawing a role, closing and opening again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.choose import Suggestions, company_in, label_of, suggested
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AfterNumber, AnyRequest, Form, words_asked
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AsCoordinator, Now, SiteSettings, may
from booking.people.accounts.invite import Invite, holds, invite, place_of
from booking.people.accounts.known import KnownAccount, known_accounts
from booking.people.accounts.queries import Coordinator
from booking.people.accounts.roles import Permission
from booking.people.accounts.rules import ROLES_OF_A_SCHOOL, Role, plain_email
from booking.people.accounts.sign_out import disable, enable, withdraw_role
from booking.people.applications.queries import ApplicationSeen, every_application
from booking.visits.newcomers.answer import confirm
from booking.visits.newcomers.queries import waiting_at
from booking.web.account.applications import WORDS
from booking.words.wording import ROLES
from workshops.companies.queries import company_by_siret
from workshops.partners.queries import partners
from workshops.refusals import NotFound, Refusal
from workshops.schools.queries import schools_meant, schools_named
from workshops.schools.rules import is_uai

SHOWN = 100
_UAI_WRITTEN = re.compile(r"\((\d{7}[A-Z])\)$")
# A principal answers by a link and needs no account.
INVITED = {role: words for role, words in ROLES.items() if role != "principal"}


@renders("office/accounts.html")
class AccountList(Page, frozen=True):
    """`own`: the account of whoever reads, which she does not close."""

    accounts: Sequence[KnownAccount]
    search: str
    next_page: str | None
    own: int
    refusal: Refusal | None


@renders("office/applications.html")
class EveryProgram(Page, frozen=True):
    """The programs of all organisations, with what each may do in `words`: who has a key, to what."""

    programs: Sequence[ApplicationSeen]
    words: Mapping[Permission, str]
    next_page: str | None


@renders("office/invite.html", acts={"asked": Invite})
class InviteForm(Page, frozen=True):
    roles: Mapping[str, str]
    companies: Suggestions
    partners: Mapping[str, str]
    role: str
    uai: str
    known_company: str


@get("/gestion/comptes", opt=may("accounts.give"))
async def list_accounts(person: AsCoordinator, q: FromQuery[str] = "", apres: AfterNumber = 0) -> Template:
    return await _accounts_page(person, search=words_asked(q), after=apres)


async def _accounts_page(
    person: Coordinator, *, search: str = "", after: int = 0, status: int = 200, refusal: Refusal | None = None
) -> Template:
    found = await known_accounts(search=search, after=after, limit=SHOWN + 1)
    following = urlencode({"q": search, "apres": found[SHOWN - 1].membership}) if len(found) > SHOWN else ""
    shown = AccountList(
        accounts=found[:SHOWN],
        search=search,
        next_page=f"/gestion/comptes?{following}" if following else None,
        own=person.account,
        refusal=refusal,
    )
    return page(shown, status=status)


@get("/gestion/comptes/logiciels", opt=may("accounts.give"))
async def list_programs(apres: AfterNumber = 0) -> Template:
    found = await every_application(after=apres, limit=SHOWN + 1)
    following = f"/gestion/comptes/logiciels?apres={found[SHOWN - 1].id}" if len(found) > SHOWN else None
    return page(EveryProgram(found[:SHOWN], WORDS, following))


@get("/gestion/comptes/invitation", opt=may("accounts.give"))
async def invite_page(
    role: FromQuery[str] = "teacher", uai: FromQuery[str] = "", siret: FromQuery[str] = ""
) -> Template:
    return await invite_form(role=role, uai=uai, siret=words_asked(siret, most=20))


async def invite_form(form: Form | None = None, *, role: str = "", uai: str = "", siret: str = "") -> Template:
    """The form, filled in by the page that led here or with what was typed."""
    company = await company_by_siret(siret) if siret else None
    partner_names = {"": "Aucun"} | {one.name: one.name for one in await partners()}
    known_company = label_of(company) if company else ""
    return page(InviteForm(INVITED, await suggested(form), partner_names, role, uai, known_company))


async def _siret_in(form: Form) -> str | None:
    company = await company_in(form) if form.typed.get("role") == Role.COMPANY else None
    return company.siret if company else None


async def _uai_in(form: Form) -> str | None:
    """The UAI typed; words that fit one school are asked about, with its UAI in the field to send again."""
    if form.typed.get("role") not in ROLES_OF_A_SCHOOL:
        return None
    typed = form.text("school", label="Établissement", most=300)
    if not typed or is_uai(typed.upper()):
        return typed.upper()
    if (told := _UAI_WRITTEN.search(typed)) is not None:
        return told[1]
    found = await schools_named(typed, limit=4) or await schools_meant(typed, limit=4, closed=False)
    if len(found) == 1:
        form.typed["school"] = f"{found[0].name}, {found[0].commune} ({found[0].uai})"
        form.errors["school"] = f"Est-ce bien {form.typed['school']} ? Envoyez de nouveau pour confirmer, ou corrigez."
        return None
    if not found:
        form.errors["school"] = "Aucun établissement ne porte ce nom. Écrivez son UAI, ou son nom et sa commune."
        return None
    names = " ; ".join(f"{one.name}, {one.commune} ({one.uai})" for one in found[:3])
    others = " ; et d'autres" if len(found) > 3 else ""
    form.errors["school"] = f"Plusieurs établissements conviennent : {names}{others}. Écrivez l'UAI du bon."
    return None


@post("/gestion/comptes", opt=may("accounts.give") | FRESH)
@form_act(
    Invite,
    page=invite_form,
    role=lambda form: form.choice("role", INVITED, label="Rôle"),
    school=_uai_in,
    company=_siret_in,
    departments=lambda form: tuple(form.text("departments", label="Départements", most=120, required=False).split(",")),
)
async def invite_someone(asked: Invite, person: AsCoordinator, settings: SiteSettings, now: Now) -> Redirect:
    email = plain_email(asked.email)
    if asked.role == Role.TEACHER and (waits := await waiting_at(email, uai=asked.school or "")) is not None:
        # She signed up herself: inviting her is the answer.
        new_token = partial(secrets.token_urlsafe, 32)
        await confirm(waits, by=person.account, new_token=new_token, secret_key=settings.secret_key, now=now)
        return done("/gestion/comptes", "inscription-confirmee")
    already = await holds(email, asked.role, await place_of(asked))
    await invite(asked, by=person.account, token=secrets.token_urlsafe(32), now=now)
    return done("/gestion/comptes", "deja-invitee" if already else "personne-invitee")


@post("/gestion/comptes/{account:int}/fermeture", opt=may("accounts.give") | FRESH)
async def close_account(
    account: FromPath[int], request: AnyRequest, person: AsCoordinator, now: Now
) -> Template | Redirect:
    search = await _searched(request)
    try:
        await disable(account, by=person.account, now=now)
    except Refusal as no:
        return await _accounts_page(person, search=search, status=no.status, refusal=no)
    return done(_list_of(search), "compte-ferme")


@post("/gestion/comptes/{account:int}/reouverture", opt=may("accounts.give") | FRESH)
async def open_account(
    account: FromPath[int], request: AnyRequest, person: AsCoordinator, now: Now
) -> Template | Redirect:
    search = await _searched(request)
    try:
        await enable(account, by=person.account, now=now)
    except Refusal as no:
        return await _accounts_page(person, search=search, status=no.status, refusal=no)
    return done(_list_of(search), "compte-rouvert")


@post("/gestion/comptes/{account:int}/roles/{membership:int}/retrait", opt=may("accounts.give") | FRESH)
async def take_role_back(
    account: FromPath[int], membership: FromPath[int], request: AnyRequest, person: AsCoordinator, now: Now
) -> Template | Redirect:
    search = await _searched(request)
    try:
        await withdraw_role(account, membership=membership, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _accounts_page(person, search=search, status=no.status, refusal=no)
    return done(_list_of(search), "role-retire")


async def _searched(request: AnyRequest) -> str:
    """What the list that was acted on had been searched for."""
    return words_asked(Form(await request.form()).typed.get("q", ""))


def _list_of(search: str) -> str:
    return f"/gestion/comptes?{urlencode({'q': search})}" if search else "/gestion/comptes"
