"""How long a proof of identity lasts, and when trying stops."""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from pyotp import TOTP

from workshops.refusals import Invalid, Refusal

LINK_LASTS = timedelta(minutes=10)
FIRST_LINK_LASTS = timedelta(days=7)
"""The link in a mail that lets in somebody who never came, and opens nothing of hers yet."""
SESSION_IDLE = timedelta(hours=2)
SESSION_LASTS = timedelta(hours=12)
PROOF_LASTS = timedelta(minutes=10)
"""How long one has proved who one is for what makes or changes an access."""
NOT_ME_LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=1)
USED_EVERY = timedelta(days=1)
KEY_LASTS = timedelta(days=365)
"""At the most: whoever still needs a key makes another one each year."""
TRIAL_KEY_LASTS = timedelta(days=1)
"""A key of an invented person, at the most."""

# OWASP ASVS 5.0, 6.3.1: counted per account and per address.
TRIES_LAST = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30
# A whole school leaves by one address: beyond its tries each further one waits so many seconds more than the last.
WAIT_GROWS = timedelta(seconds=2)
LISTED_HAS = 20
"""How many times the room of another address a network has that a coordinator has listed."""


_EMAIL = re.compile(
    r"[^@\s<>\"',;:\\\[\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])", re.ASCII
)


class Role(StrEnum):
    """What someone does here, for one school or company, some départements, a partner, or the whole programme."""

    TEACHER = "teacher"
    PRINCIPAL = "principal"
    HOST = "host"
    COMPANY = "company"
    COORDINATOR = "coordinator"
    INSPECTOR = "inspector"
    CONSORTIUM = "consortium"


ROLES_OF_A_SCHOOL = frozenset({Role.TEACHER, Role.PRINCIPAL, Role.HOST})
ROLES = frozenset(Role)


class LinkSpent(Refusal):
    kind = "link-spent"
    status = 410
    title = "Lien expiré"
    sentence = "Ce lien a déjà servi, ou son délai est passé. Demandez-en un nouveau."


class NotMeSpent(LinkSpent):
    kind = "not-me-spent"
    sentence = (
        f"Ce lien a déjà servi, ou il date de plus de {NOT_ME_LASTS.days} jours. Connectez-vous, puis regardez dans"
        " Mon compte vos clés, vos clés d'accès et vos sessions."
    )


class TooManyTries(Refusal):
    """Too many attempts; `retry_after` is in seconds and goes into the Retry-After header."""

    kind = "too-many-tries"
    status = 429
    title = "Trop d'essais"
    sentence = "Trop d'essais en peu de temps. Attendez quelques minutes, puis recommencez."

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        minutes = -(-retry_after // 60)
        wait = f"{minutes} minutes" if minutes > 1 else f"{retry_after} seconde{'s' if retry_after > 1 else ''}"
        super().__init__(f"Trop d'essais en peu de temps. Recommencez dans {wait}.")


class NotYourself(Refusal):
    kind = "not-yourself"
    title = "C'est votre compte"
    sentence = "Vous ne pouvez pas fermer votre propre compte. Demandez-le à une autre personne de la coordination."


class OnlyRole(Refusal):
    kind = "only-role"
    title = "Seul rôle"
    sentence = "C'est le seul rôle de cette personne : fermez son compte, ou donnez-lui d'abord un autre rôle."


class LastCoordinator(Refusal):
    kind = "last-coordinator"
    title = "Dernière coordination"
    sentence = "C'est la dernière personne de la coordination : invitez-en d'abord une autre."


class SentToday(Refusal):
    kind = "invited-today"
    title = "Déjà envoyée"
    sentence = "L'invitation est partie il y a moins d'un jour. Renvoyez-la demain si elle n'est pas arrivée."


class UnknownAccount(Refusal):
    kind = "unknown-account"
    status = 404
    title = "Compte inconnu"
    sentence = "Aucun compte ne porte cette adresse."


class CodeWrong(Refusal):
    kind = "code-wrong"
    status = 422
    field = "code"
    title = "Code refusé"
    sentence = "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant sur votre téléphone."


class ProvedAlready(Refusal):
    kind = "proved-already"
    title = "Téléphone déjà enregistré"
    sentence = "Un téléphone est déjà enregistré pour ce compte."


class ShownTrial(Refusal):
    """A trial that everybody may enter opens nothing to programs, and calls none."""

    kind = "shown-trial"
    status = 403
    title = "Essai montré à tous"
    sentence = (
        "Cet essai est ouvert à tout le monde : il ne donne aucune clé et ne prévient aucun logiciel. Installez le"
        " vôtre avec « make run » pour essayer l'API."
    )


class NothingToForget(Refusal):
    kind = "nothing-to-forget"
    title = "Rien à oublier"
    sentence = "Ce compte n'a ni téléphone ni clé d'accès."


def wrong_email(typed: str) -> str:
    """What to write instead of what cannot be an address; empty for one."""
    email = typed.strip().lower()
    fits = len(email) <= 254 and _EMAIL.fullmatch(email)
    return "" if fits else "Écrivez une adresse de messagerie complète, par exemple prenom.nom@exemple.fr."


def plain_email(typed: str) -> str:
    """The address in the one form in which it is kept; raises Invalid when it cannot be one."""
    if wrong := wrong_email(typed):
        raise Invalid({"email": wrong})
    return typed.strip().lower()


REMINDERS = {"day_before": "La veille d'une visite"}
"""The mails that a person may do without; every other one is needed, and always comes."""


MAILS = {"each_act": "Une lettre par acte", "daily": "Une par jour, à 18 h"}
"""How often a person hears of visits; what asks for an answer always comes at once."""


def reminders_for(role: str) -> dict[str, str]:
    """The reminders that this role is sent."""
    return REMINDERS if role in {Role.HOST, Role.COMPANY} else {}


def has_visits(role: str) -> bool:
    """Whether this role goes to visits, or receives them: the other side may call it on the day."""
    return role in {Role.TEACHER, Role.HOST, Role.COMPANY}


def plain_phone(typed: str) -> str:
    """« 06 12 34 56 78 », or « +41 791234567 » from abroad; empty when nothing is typed. Raises Invalid."""
    kept = re.sub(r"[\s().-]", "", typed)
    kept = re.sub(r"^(?:\+|00)33(?:0)?(?=[1-9])", "0", kept)
    kept = re.sub(r"^00(?=[1-9])", "+", kept)
    if re.fullmatch(r"0[1-9][0-9]{8}", kept, re.ASCII):
        return " ".join(kept[at : at + 2] for at in range(0, 10, 2))
    if kept and not re.fullmatch(r"\+[1-9][0-9]{7,14}", kept, re.ASCII):
        raise Invalid({"phone": "Écrivez un numéro complet, par exemple 06 12 34 56 78, ou rien."})
    return f"{kept[:3]} {kept[3:]}" if kept else ""


def hash_of(secret: str) -> bytes:
    """What the database keeps of a token or of a session's id: enough to know it again, not to use it."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(session_id: str, secret_key: str) -> str:
    """The proof that a form was drawn for this very session."""
    return hmac.new(secret_key.encode(), b"csrf:" + session_id.encode(), hashlib.sha256).hexdigest()[:40]


def secret_of(salt: bytes, secret_key: str) -> str:
    """The secret to share with a phone (RFC 6238), in base32: without the site's key the database alone gives none."""
    return base64.b32encode(hmac.digest(secret_key.encode(), b"second proof:" + salt, "sha1")).decode()


def step_of(code: str, secret: str, *, now: datetime) -> int | None:
    """The half minute at which a phone with this secret shows this code, the one before and after included."""
    totp = TOTP(secret)
    this = totp.timecode(now)
    return next(
        (step for step in (this, this - 1, this + 1) if hmac.compare_digest(totp.generate_otp(step), plain_code(code))),
        None,
    )


def rescue_hash(account: int, code: str) -> bytes:
    """What the database keeps of a code on paper: 16 MB and 50 ms a try (RFC 7914): codes of 48 bits are about.

    No secret of the site is in it: the codes open the account when that is changed, and the phone's do not.
    """
    salt = f"technilab rescue code {account}".encode()
    return hashlib.scrypt(hash_of(plain_code(code)), salt=salt, n=2**14, r=8, p=1, dklen=32)


def plain_code(typed: str) -> str:
    """A code as it is compared: no spaces, no dashes, small letters, ASCII alone."""
    return re.sub(r"[^a-z0-9]", "", typed.lower())


def proved_lately(proved_at: datetime | None, *, now: datetime) -> bool:
    """Whether one proved who one is within the last minutes."""
    return proved_at is not None and proved_at > now - PROOF_LASTS


def proof_beside_mail(role: str, *, phone: bool, passkeys: bool) -> str:
    """What a sign-in by mail asks of this person besides: "phone", its code, "passkey", or nothing.

    A phone is asked of whoever registered one; passkeys alone are asked of coordinators, who must give two proofs.
    """
    if phone:
        return "phone"
    return "passkey" if passkeys and role == Role.COORDINATOR else ""


def local_path(asked: str | None) -> str:
    """Where to go after signing in: a path of ours, else the home page (no open redirect)."""
    if asked and re.fullmatch(r"/(?![/\\])[A-Za-z0-9/_.?=&%-]{0,600}", asked):
        return asked
    return "/"


# A collège's mailbox reads this name: it holds no address, no number, no sentence.
_NAME = re.compile(r"[^\W\d_]+\.?(?:[ '’-]{1,2}[^\W\d_]+\.?){0,7}")


def wrong_name(name: str) -> str:
    """What to write instead of what cannot be the name of a person: others read it, in mails and on their pages."""
    return "" if _NAME.fullmatch(name) else "Prénom et nom : écrivez-les seuls, par exemple Claire Renaud."


def refuse_name(name: str, *, field: str = "name") -> None:
    """Raise Invalid for what cannot be the name of a person."""
    if wrong := wrong_name(name):
        raise Invalid({field: wrong})


def wait_for(tries: Iterable[datetime], *, most: int, now: datetime, asked: int = 1) -> int:
    """Seconds to wait before `asked` tries more, 0 when they may be made at once."""
    counted = sorted(at for at in tries if at > now - TRIES_LAST)
    too_many = len(counted) + asked - most
    if too_many <= 0:
        return 0
    return max(1, int((counted[too_many - 1] + TRIES_LAST - now).total_seconds()))


def wait_growing(tries: Iterable[datetime], *, most: int, now: datetime, asked: int = 1) -> int:
    """The same for an address: beyond its `most`, a wait after the last try that grows with each of them."""
    counted = [at for at in tries if at > now - TRIES_LAST]
    too_many = len(counted) + asked - most
    if too_many <= 0 or not counted:
        return 0
    return max(0, math.ceil((max(counted) + too_many * WAIT_GROWS - now).total_seconds()))
