"""How long a proof of identity lasts, and when trying stops."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from workshops.refusals import Invalid, Refusal

LINK_LASTS = timedelta(minutes=10)
SESSION_IDLE = timedelta(hours=2)
SESSION_LASTS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

# OWASP ASVS 5.0, 6.3.1: counted per account and per address.
TRIES_LAST = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30

ROLES_OF_A_SCHOOL = frozenset({"teacher", "principal", "host"})
ROLES = ROLES_OF_A_SCHOOL | {"company", "coordinator"}

_EMAIL = re.compile(r"[^@\s<>\"',;:\\\[\]]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.ASCII)


class LinkSpent(Refusal):
    kind = "link-spent"
    status = 410
    title = "Lien expiré"
    sentence = "Ce lien a déjà servi, ou ses 10 minutes sont passées. Demandez-en un nouveau."


class TooManyTries(Refusal):
    """Too many attempts; `retry_after` is in seconds and goes into the Retry-After header."""

    kind = "too-many-tries"
    status = 429
    title = "Trop d'essais"
    sentence = "Trop d'essais en peu de temps. Attendez quelques minutes, puis recommencez."

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class NotYourself(Refusal):
    kind = "not-yourself"
    title = "C'est votre compte"
    sentence = "Vous ne pouvez pas fermer votre propre compte. Demandez-le à une autre personne de la coordination."


class UnknownAccount(Refusal):
    kind = "unknown-account"
    status = 404
    title = "Compte inconnu"
    sentence = "Aucun compte ne porte cette adresse."


def plain_email(typed: str) -> str:
    """The address in the one form in which it is kept; raises Invalid when it cannot be one."""
    email = typed.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid({"email": "Écrivez une adresse de messagerie complète, par exemple prenom.nom@ac-besancon.fr."})
    return email


def hash_of(secret: str) -> bytes:
    """What the database keeps of a token or of a session's id: enough to know it again, not to use it."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(session_id: str, secret_key: str) -> str:
    """The proof that a form was drawn for this very session."""
    return hmac.new(secret_key.encode(), b"csrf:" + session_id.encode(), hashlib.sha256).hexdigest()[:40]


def local_path(asked: str | None) -> str:
    """Where to go after signing in: a path of ours, else the home page (no open redirect)."""
    if asked and re.fullmatch(r"/(?![/\\])[A-Za-z0-9/_.?=&%-]{0,300}", asked):
        return asked
    return "/"


def wait_for(tries: list[datetime], *, most: int, now: datetime) -> int:
    """Seconds to wait before another try, 0 when it may be made at once. `tries` are recent first."""
    counted = [at for at in tries if at > now - TRIES_LAST]
    if len(counted) < most:
        return 0
    return max(1, int((counted[most - 1] + TRIES_LAST - now).total_seconds()))
