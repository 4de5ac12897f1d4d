"""One's own account: hats, open sessions, keys to the API.

The secret link of one's agenda, on the account's page.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import structs

from booking.calendar.feeds.give import give_feed, revoke_feed
from booking.calendar.feeds.queries import feed_given_at
from booking.calendar.feeds.rules import ROLES as FEED_ROLES
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AnyOf, AsTeacher, Now, SignedIn, SiteSettings, may
from booking.door.rights.session import gone_on, here_of, session_id_of
from booking.mails.digest.queries import wants_weekly_mail
from booking.mails.webhooks.rules import acts_open_to
from booking.people.accounts.daily_mail import VISITS_A_WEEK, reads_daily, visits_this_week
from booking.people.accounts.in_her_name import let_programs_act
from booking.people.accounts.known import Hat, Key, OpenSession, has_second_proof, hats_of, keys_of, open_sessions
from booking.people.accounts.profile import ChangeProfile, Profile, change_profile, choose_weekly_mail, profile_of
from booking.people.accounts.queries import CompanyPerson, Coordinator, Host, Person, Teacher
from booking.people.accounts.roles import Permission
from booking.people.accounts.rules import (
    MAILS,
    REMINDERS,
    Role,
    ShownTrial,
    has_visits,
    hash_of,
    proof_beside_mail,
    reminders_for,
)
from booking.people.accounts.sign_out import change_role, end_other_sessions, end_session
from booking.people.accounts.token import KeyAllows, MakeKey, issue_token, revoke_token
from booking.people.applications.queries import forbids_programs
from booking.people.passkeys.ask import KeptPasskey, passkeys_of
from booking.process.settings import Settings
from booking.web.account.second_proof import passkeys_here
from booking.words.wording import browser_words

DIGEST_ROLES = {Role.HOST, Role.COORDINATOR}
KEY_DAYS = {"30": "30 jours", "90": "90 jours", "365": "Un an"}


@renders("account/compte.html", acts={"own": ChangeProfile, "making": MakeKey})
class OwnAccount(Page, frozen=True):
    """`follows`: the role has visits to follow in an agenda; `subscribes`: acts to tell another program of; what is
    `new` was just made, and is shown once.

    `mails` are the ways in which letters may come, `mails_now` the one in force; `many_visits`: beyond how
    many a week they decide it for her, 0 where they do not.

    `proofs_open`: the role must give two proofs, which stand unfolded. `beside_mail`: what a sign-in by mail asks
    besides, the code of a phone or a passkey; nothing for none. `keeps_programs`: she answers for her organisation's
    programs; `programs_in_her_name`: whether those of her collège may ask for visits as she does, None where none does.
    """

    person: Person
    hats: list[Hat]
    sessions: list[OpenSession]
    keys: list[Key]
    key_days: Mapping[str, str]
    follows: bool
    subscribes: bool
    feed_since: datetime | None
    public_agenda: str
    beside_mail: str
    proofs_open: bool
    passkeys: list[KeptPasskey]
    passkeys_here: bool
    this_device: str
    reads_weekly: bool
    weekly_mail: bool
    profile: Profile
    reminders: Mapping[str, str]
    mails: Mapping[str, str]
    mails_now: str
    many_visits: int
    has_visits: bool
    keeps_programs: bool
    programs_in_her_name: bool | None
    new_key: str = ""
    new_label: str = ""
    new_feed: str = ""
    new_feed_webcal: str = ""


@get("/compte", opt=may("account.keep"))
async def own_account(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Template:
    return await account_page(request, person, settings, now)


async def account_page(request: AnyRequest, person: Person, settings: Settings, now: datetime, **more: Any) -> Template:
    """The whole page; `more` is what an act just made, shown once."""
    here = hash_of(session_id_of(request, settings) or "")
    own, week = await profile_of(person.account), await visits_this_week(person.account, now=now)
    has_phone, passkeys = await has_second_proof(person.account), await passkeys_of(person.account)
    shown = OwnAccount(
        person=person,
        hats=await hats_of(person.account),
        sessions=await open_sessions(person.account, here=here, now=now),
        keys=await keys_of(person.account, now=now),
        key_days=KEY_DAYS,
        follows=person.role in FEED_ROLES and person.may(Permission.AGENDA_FOLLOW),
        subscribes=bool(acts_open_to(person.role)) and not person.awaiting,
        beside_mail=proof_beside_mail(person.role, phone=has_phone, passkeys=bool(passkeys)),
        proofs_open=person.role == Role.COORDINATOR,
        passkeys=passkeys,
        passkeys_here=passkeys_here(request, settings),
        this_device=browser_words(request.headers.get("user-agent", "")),
        reads_weekly=person.role in DIGEST_ROLES,
        weekly_mail=await wants_weekly_mail(person.account),
        profile=own,
        reminders=reminders_for(person.role),
        mails=MAILS if has_visits(person.role) else {},
        mails_now=_mails_now(own, week),
        many_visits=VISITS_A_WEEK if own.daily_mail is None and reads_daily(None, visits_this_week=week) else 0,
        has_visits=has_visits(person.role),
        keeps_programs=person.may(Permission.APPLICATIONS_KEEP),
        programs_in_her_name=await _programs_in_her_name(person),
        feed_since=await feed_given_at(person.membership),
        public_agenda=f"/agenda/lycee/{person.school_uai}.ics" if isinstance(person, Host) else "",
        **more,
    )
    return page(shown)


async def _programs_in_her_name(person: Person) -> bool | None:
    if person.role != Role.TEACHER or person.awaiting:
        return None
    return not await forbids_programs(person.membership)


def _mails_now(own: Profile, week: int) -> str:
    return "daily" if reads_daily(own.daily_mail, visits_this_week=week) else "each_act"


@post("/compte/profil", opt=may("account.keep"))
@form_act(
    ChangeProfile,
    page=own_account.fn,
    reminders=lambda form: tuple(reminder for reminder in REMINDERS if form.ticked(reminder)),
)
async def keep_profile(asked: ChangeProfile, person: SignedIn, now: Now) -> Redirect:
    """The reminders of her other roles stay as they are, and her telephone where this one has no visits; how often
    letters come is hers to choose once she asks for another way than that in force."""
    offered, before = reminders_for(person.role), await profile_of(person.account)
    others = (reminder for reminder in before.reminders if reminder not in offered)
    wanted = (*(reminder for reminder in asked.reminders if reminder in offered), *others)
    phone = asked.phone if has_visits(person.role) else before.phone
    now_in_force = _mails_now(before, await visits_this_week(person.account, now=now))
    mails = before.mails if asked.mails in {"", now_in_force} else asked.mails
    whole = structs.replace(asked, phone=phone, reminders=wanted, mails=mails)
    await change_profile(person.account, whole, now=now)
    return done("/compte", "profil-enregistre")


@post("/compte/role", opt=may("account.keep"))
async def put_on(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Redirect:
    form = Form(await request.form())
    membership = form.whole("membership", 1, 999_999, label="Rôle")
    form.refuse_if_wrong()
    here = structs.replace(here_of(request, person, settings), membership=membership)
    await change_role(person.account, here, now=now)
    return gone_on(done("/"), here, settings)


@post("/compte/autres-sessions/fermeture", opt=may("account.keep"))
async def close_others(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Redirect:
    await end_other_sessions(person.account, session_id=session_id_of(request, settings) or "", now=now)
    return done("/compte", "sessions-fermees")


@post("/compte/sessions/{session:int}/fermeture", opt=may("account.keep"))
async def close_session(session: FromPath[int], person: SignedIn, now: Now) -> Redirect:
    await end_session(person.account, session=session, now=now)
    return done("/compte", "session-fermee")


@post("/compte/mail-du-lundi", opt=may("weekly_mail.choose"))
async def choose_mail(request: AnyRequest, person: AnyOf[Host | Coordinator], now: Now) -> Redirect:
    form = Form(await request.form())
    await choose_weekly_mail(person.account, wanted=form.ticked("weekly"), now=now)
    return done("/compte", "mail-du-lundi")


@post("/compte/cles", opt=may("account.keep") | FRESH)
@form_act(MakeKey, page=own_account.fn)
async def make_key(asked: MakeKey, request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Template:
    """The key is shown on the answer itself, once: nobody can read it again. Raises ShownTrial."""
    if settings.shown:
        raise ShownTrial()
    token = secrets.token_urlsafe(32)
    await issue_token(
        person.email,
        token=token,
        label=asked.label,
        membership=person.membership,
        lasts=timedelta(days=int(asked.days)),
        writes=asked.acts == KeyAllows.ACT,
        not_me=secrets.token_urlsafe(32),
        now=now,
    )
    return await account_page(request, person, settings, now, new_key=token, new_label=asked.label)


@post("/compte/cles/{key:int}/revocation", opt=may("account.keep"))
async def revoke_key(key: FromPath[int], person: SignedIn, now: Now) -> Redirect:
    await revoke_token(key, account=person.account, now=now)
    return done("/compte", "jeton-revoque")


@post("/compte/logiciels-en-mon-nom", opt=may("college.keep"))
async def choose_programs(request: AnyRequest, person: AsTeacher, now: Now) -> Redirect:
    allowed = Form(await request.form()).ticked("programs")
    await let_programs_act(person.membership, allowed=allowed, account=person.account, now=now)
    return done("/compte", "logiciels-en-mon-nom" if allowed else "aucun-logiciel")


@post("/compte/agenda", opt=may("agenda.follow"), status_code=200)
async def give_agenda(
    request: AnyRequest, person: AnyOf[Teacher | Host | CompanyPerson], settings: SiteSettings, now: Now
) -> Template:
    """The link is shown on the answer itself, once: nobody can read it again."""
    token = secrets.token_urlsafe(32)
    await give_feed(person.membership, account=person.account, token=token, now=now)
    link = f"{settings.base_url}/agenda/{token}.ics"
    webcal = f"webcal:{link.partition(':')[2]}"
    return await account_page(request, person, settings, now, new_feed=link, new_feed_webcal=webcal)


@post("/compte/agenda/revocation", opt=may("agenda.follow"))
async def revoke_agenda(person: AnyOf[Teacher | Host | CompanyPerson], now: Now) -> Redirect:
    await revoke_feed(person.membership, account=person.account, now=now)
    return done("/compte", "agenda-revoque")
