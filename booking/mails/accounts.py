"""Mails about an account: the link that signs in, the word that an access is open, has changed or is about to end.

Mails about whoever comes in unasked: a teacher and her collège's mailbox, a company and the coordination.
"""

from __future__ import annotations

from datetime import datetime

from booking.mails.draft import Draft
from booking.mails.webhooks.queries import left_alone
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.known import hats_of, host_invited
from booking.people.accounts.queries import PLACE, PLACES
from booking.people.accounts.sign_in import opens_until
from booking.people.accounts.tables import Account, ApiToken, SecondProof
from booking.people.applications.tables import Application
from booking.people.company_requests.queries import asking_one
from booking.people.passkeys.tables import Passkey
from booking.people.sign_ups.queries import to_prove
from booking.people.sign_ups.rules import ANSWER_LASTS
from booking.process.settings import Settings
from booking.visits.newcomers.queries import has_asked, waiting_behind, waiting_in
from booking.words.wording import ROLES, counted, day, moment
from booking.year.rules import WARNED_BEFORE
from workshops.companies.queries import company
from workshops.database import row, value
from workshops.schools.queries import has_mailbox, school
from workshops.schools.tables import School

PROGRAM_TOLD = f"""SELECT p.name AS label, p.writes, coalesce(a.name, 'Quelqu''un') AS by, {PLACE} AS place
FROM applications p JOIN events e ON e.id = $2 LEFT JOIN accounts a ON a.id = e.by
CROSS JOIN LATERAL (SELECT p.school, p.company, p.departments, NULL::int AS partner) m {PLACES} WHERE p.id = $1"""  # noqa: S608 - constants only
HOST_ACCEPTED = """SELECT a.name, s.name AS lycee FROM memberships m JOIN accounts a ON a.id = m.account
JOIN schools s ON s.id = m.school JOIN memberships hers ON hers.school = m.school AND hers.role = m.role
WHERE m.id = $1 AND hers.account = $2"""
WARNED = """SELECT warned_at FROM accounts
WHERE id = $1 AND disabled_at IS NULL AND warned_at > coalesce(last_seen_at, created_at)"""


async def sign_in(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The link; not sent once it is used or too old, for it would open nothing."""
    expires_at = await opens_until(notice.secret, now=now)
    if expires_at is None:
        return None
    return Draft(words={"expires_at": expires_at}, link=f"{settings.base_url}/connexion/{notice.secret}")


async def invited(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """Someone may come in: as what, where, and how."""
    hats = await hats_of(notice.about)
    if not hats or not await Account.exists().where(Account.id == notice.about, Account.disabled_at.is_null()):
        return None
    until = await opens_until(notice.secret, now=now)
    return Draft(
        words={"email": notice.to_email, "until": until},
        link=f"{settings.base_url}/connexion" + (f"/{notice.secret}" if until else ""),
        lines=tuple((ROLES[hat.role], hat.place) for hat in hats),
    )


async def colleague_invited(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A host asks somebody to receive with her lycée: who asks, where, and the link that accepts."""
    told = await host_invited(notice.secret, now=now)
    if told is None:
        return None
    return Draft(words={"invited": told}, link=f"{settings.base_url}/invitations/{notice.secret}")


async def host_accepted(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A colleague who was invited receives with her lycée from now on; not sent once one of the two does no more."""
    told = await row(HOST_ACCEPTED, notice.also, notice.account)
    return None if told is None else Draft(words=dict(told), link=f"{settings.base_url}/lycee/collegues")


async def host_removed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """She receives no more with a lycée, whose colleague took her role back."""
    lycee = await School.select(School.name).where(School.id == notice.about).first()
    return None if lycee is None else Draft(words={"lycee": lycee["name"]}, link=settings.base_url)


async def account_idle(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """An account that serves no more will be erased; not sent to who has signed in since."""
    warned_at = await value(WARNED, notice.about)
    if warned_at is None:
        return None
    return Draft(words={"until": warned_at + WARNED_BEFORE}, link=f"{settings.base_url}/connexion")


async def passkey_added(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A device signs in by itself from now on; the mail of one that is removed already says enough."""
    added = await Passkey.select(Passkey.label, Passkey.created_at).where(Passkey.id == notice.about).first()
    return None if added is None else _added(notice, settings, at=added["created_at"], label=added["label"])


async def key_added(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A program reads, or acts, in this person's place from now on; told of one that was revoked meanwhile, too."""
    columns = (ApiToken.label, ApiToken.created_at, ApiToken.expires_at, ApiToken.writes)
    added = await ApiToken.select(*columns).where(ApiToken.id == notice.about).first()
    if added is None:
        return None
    told = {"label": added["label"], "writes": added["writes"], "until": added["expires_at"]}
    return _added(notice, settings, at=added["created_at"], **told)


async def application_added(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A program of her organisation has a key, or another secret; told of one that has ended meanwhile, too."""
    added = await Application.select(Application.name, Application.writes).where(Application.id == notice.about).first()
    if added is None:
        return None
    return _added(notice, settings, at=notice.created_at or now, label=added["name"], writes=added["writes"])


async def application_told(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever answers for a program too: a colleague gave it a key or another secret, or ended it."""
    told = await row(PROGRAM_TOLD, notice.about, notice.event)
    return None if told is None else Draft(words=dict(told), link=f"{settings.base_url}/logiciels")


async def phone_added(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A phone's code is asked of whoever signs in by mail from now on."""
    added = await SecondProof.select(SecondProof.since).where(SecondProof.id == notice.about).first()
    return None if added is None else _added(notice, settings, at=added["since"])


def _added(notice: Claimed, settings: Settings, *, at: datetime, **words: object) -> Draft:
    """Its one act: saying that it was somebody else."""
    link = f"{settings.base_url}/compte/ce-n-etait-pas-moi/{notice.secret}"
    return Draft(words=words, link=link, lines=(("Fait", moment(at)),))


async def passkey_removed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A device does not sign in by itself any more: whoever removed it, its person knows."""
    return Draft(words={}, link=f"{settings.base_url}/compte")


async def webhook_paused(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """Another program does not answer any more and is told of nothing; not sent once somebody took it up again."""
    paused = await left_alone(notice.about)
    if paused is None:
        return None
    return Draft(
        words={"label": paused.label, "gone": paused.paused_why == "gone"},
        link=f"{settings.base_url}/compte/logiciels",
    )


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
        link=settings.base_url + (on if notice.what == "confirmed" else "/inscription"),
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
