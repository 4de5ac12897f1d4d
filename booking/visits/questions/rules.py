"""How much may be said to a lycée, for how long it is kept, and which link opens it. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from booking.people.accounts.rules import LinkSpent, hash_of
from booking.process.secret_key import is_ours
from workshops.acts.health import says_health
from workshops.acts.pupil_names import person_named
from workshops.acts.telephones import says_telephone
from workshops.refusals import Invalid, Refusal

QUESTIONS_LAST = timedelta(days=30)
"""After its last line, a conversation is erased."""
LINES_MOST = 10
TEXT_MOST = 600
WISHED_WITHIN = timedelta(days=400)
# How many a teacher begins in a week, and one whom her collège has not confirmed.
COUNTED_OVER = timedelta(days=7)
ASKED_MOST, NEWCOMER_MOST = 10, 3
SALT_BYTES, LINK_BYTES = 16, 24


class Side(StrEnum):
    """Who writes."""

    TEACHER = "teacher"
    LYCEE = "lycee"


class QuestionOver(LinkSpent):
    title = "Conversation effacée"
    sentence = "Ce lien n'ouvre plus rien : une conversation est effacée 30 jours après sa dernière ligne."


class QuestionClosed(Refusal):
    kind = "question-closed"
    title = "Conversation fermée"
    sentence = "L'un de vous a fermé cette conversation : elle se lit encore, plus rien ne s'y ajoute."


class QuestionFull(Refusal):
    kind = "question-full"
    title = "Dix lignes"
    sentence = f"Cette conversation a ses {LINES_MOST} lignes. Pour la suite, appelez l'autre établissement."


class AlreadyAsking(Refusal):
    kind = "question-open"
    title = "Une question est déjà ouverte"
    sentence = "Vous avez déjà une question ouverte à ce lycée : écrivez la suite sur sa page, dans « Mes questions »."


class TooManyQuestions(Refusal):
    kind = "too-many-questions"
    title = "Assez de questions cette semaine"

    def __init__(self, most: int) -> None:
        super().__init__(f"Vous avez posé {most} questions en sept jours. Attendez une réponse, ou appelez le lycée.")


def may_begin(*, awaiting: bool) -> int:
    """How many conversations a teacher may begin in a week."""
    return NEWCOMER_MOST if awaiting else ASKED_MOST


def check_line(text: str, *, wished_on: date | None = None, slot: int | None = None, today: date) -> None:
    """Raise Invalid for a line that says nothing, or who somebody is, and for a date that is no date."""
    errors = {}
    if not text and wished_on is None and slot is None:
        errors["text"] = "Votre message : écrivez quelques mots."
    elif named := person_named(text):
        errors["text"] = (
            f"Votre message : « {named} » ressemble à un nom de personne. Ne nommez personne, surtout pas un élève."
        )
    elif wrong := says_telephone("Votre message", text) or says_health("Votre message", text):
        errors["text"] = wrong
    if wished_on is not None and not today < wished_on <= today + WISHED_WITHIN:
        errors["wished_on"] = "Date souhaitée : choisissez un jour à venir, dans l'année."
    if errors:
        raise Invalid(errors)


def link_of(salt: UUID, side: Side, secret_key: str) -> str:
    """The end of the address that opens one side's page: without the site's key the database alone gives no link."""
    return base64.urlsafe_b64encode(salt.bytes + _proof(salt, side, secret_key)).decode()


def asked_by_link(link: str, secret_key: str) -> tuple[UUID, Side] | None:
    """The salt of the conversation that a link opens, and for which side; None for a link that this site never
    wrote, and for one of an older version, which is known by its hash alone."""
    try:
        told = base64.urlsafe_b64decode(link.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return None
    if len(told) != SALT_BYTES + LINK_BYTES:
        return None
    salt, proof = UUID(bytes=told[:SALT_BYTES]), told[SALT_BYTES:]
    return next(
        ((salt, side) for side in Side if is_ours(proof, secret_key, partial(_proof, salt, side))),
        None,
    )


def hash_of_link(salt: UUID, side: Side, secret_key: str) -> bytes:
    """What is kept of it: the first link opens the conversation as long as there is one, whatever the site's key is."""
    return hash_of(link_of(salt, side, secret_key))


def _proof(salt: UUID, side: Side, secret_key: str) -> bytes:
    drawn = hmac.digest(secret_key.encode(), b"technilab questions 1" + side.encode() + salt.bytes, "sha256")
    return drawn[:LINK_BYTES]
