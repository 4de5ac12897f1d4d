"""What a program of an organisation may be given, and when it is refused. Pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import unquote_plus

from booking.people.accounts.roles import ROLES, Permission
from booking.people.accounts.rules import Role
from workshops.refusals import Invalid, Refusal

SECRET_STARTS, TOKEN_STARTS = "technilab_app_", "technilab_token_"
"""By what a scanner of leaked secrets knows ours, and we a program's from a person's key."""
TOKEN_LASTS = timedelta(hours=1)
ONLY_READS = "read"
"""The word of a token's scope with which it only reads, whatever its program may do."""
MOST_SECRETS = 2
MOST_APPLICATIONS = 20
"""Of one owner, those that have ended left out."""
# What no program has: a person's own account, and who may do what.
_OF_PEOPLE = frozenset({Permission.ACCOUNT_KEEP, Permission.ACCOUNTS_GIVE})
P = Permission
# What routes of the API ask for; a test compares it with them.
BY_THE_API: Final = frozenset(
    {
        *(P.VISITS_KEEP, P.VISITS_CANCEL, P.VISITS_PRINT, P.PROGRAMS_TELL),
        *(P.SLOTS_OPEN, P.WORKSHOPS_DESCRIBE, P.WORKSHOPS_READ, P.VISITS_RECEIVE, P.DESK_SCAN),
        *(P.COMINGS_ANNOUNCE, P.COMINGS_READ, P.MENTORING_FOLLOW, P.RECORDS_KEEP, P.REGISTERS_READ),
        *(P.BOARD_READ, P.MILESTONES_READ, P.MILESTONES_KEEP, P.FIGURES_READ, P.FIGURES_DETAIL, P.COVERAGE_READ),
        *(P.VISITS_CORRECT, P.PAST_VISITS_DECLARE, P.REPORTS_READ, P.REPORTS_KEEP, P.TARGETS_SET),
        *(P.COLLEGES_INVITE, P.SCHOOLS_KEEP, P.COMPANIES_KEEP, P.PARTNERS_KEEP, P.OBJECTS_KEEP),
        *(P.OPENINGS_PLAN, P.YEARS_CLOSE),
    }
)


class NothingChosen(Invalid):
    """A program that may do nothing."""

    def __init__(self) -> None:
        super().__init__({"permissions": "Choisissez au moins une chose que le logiciel peut lire ou faire."})


class TooManyApplications(Refusal):
    kind = "too-many-applications"
    title = "Trop de logiciels"
    sentence = f"{MOST_APPLICATIONS} logiciels ont déjà une clé. Mettez fin à l'un d'eux avant d'en ajouter un autre."


class TwoSecrets(Refusal):
    kind = "two-secrets"
    title = "Déjà deux secrets"
    sentence = "Ce logiciel a déjà deux secrets. Mettez fin à l'ancien avant d'en faire un autre."


class LastSecret(Refusal):
    kind = "last-secret"
    title = "Son seul secret"
    sentence = "C'est le seul secret de ce logiciel. Faites-en d'abord un autre, ou mettez fin au logiciel."


class NobodyAnswers(Refusal):
    """Whoever answered for the owner has left: what only they could end opens nothing."""

    kind = "nobody-answers"
    status = 403
    title = "Plus personne n'en répond"
    sentence = (
        "Cette clé n'ouvre rien pour l'instant : plus personne, dans son établissement ou son entreprise, n'a de compte"
        " pour en répondre. Elle ouvrira de nouveau quand quelqu'un en aura un."
    )


class TeacherNotNamed(Refusal):
    kind = "teacher-not-named"
    status = 400
    title = "Au nom de qui"
    sentence = (
        "Un logiciel de collège agit au nom d'un enseignant : en-tête Technilab-Teacher, avec l'adresse de messagerie"
        " de son compte."
    )


class TeacherUnknown(Refusal):
    """No account, a closed one, one of another role or of another collège: which one is not said."""

    kind = "teacher-unknown"
    status = 403
    title = "Enseignant inconnu"
    sentence = "Aucun enseignant de votre collège n'a de compte à cette adresse (en-tête Technilab-Teacher)."


class TeacherAwaits(Refusal):
    kind = "teacher-awaits"
    status = 403
    title = "Enseignant pas encore confirmé"
    sentence = "Votre collège n'a pas encore confirmé cet enseignant : aucun logiciel n'agit en son nom d'ici là."


class ProgramsForbidden(Refusal):
    kind = "programs-forbidden"
    status = 403
    title = "Refusé par l'enseignant"
    sentence = "Cet enseignant ne veut pas qu'un logiciel agisse en son nom : il réserve lui-même dans Technilab."


class OfAPerson(Refusal):
    """What belongs to one person's account, and to no program of her organisation."""

    kind = "of-a-person"
    status = 403
    title = "Pour une personne"
    sentence = "Cette adresse tient ce qui est à une seule personne : la clé d'une personne l'ouvre, aucun logiciel."


def is_a_program_s(token: str) -> bool:
    """Whether a bearer token is a program's secret, or what it was given against one, and no person's key."""
    return token.startswith((SECRET_STARTS, TOKEN_STARTS))


def acts_as(role: Role, departments: Collection[str]) -> Role:
    """In which role a program acts that somebody in this `role` makes, for these `departments` or for her own place."""
    return Role.INSPECTOR if role == Role.COORDINATOR and departments else role


def offered_to(role: Role) -> Sequence[Permission]:
    """What a program that acts in this role may be given, in the order in which people read it."""
    may = (ROLES[role].may & BY_THE_API) - _OF_PEOPLE
    return [permission for permission in Permission if permission in may]


def permissions_chosen(names: Collection[str], role: Role) -> list[str]:
    """What a program is given. Raises Invalid for nothing, and for what this role may not do by the API."""
    offered = offered_to(role)
    if not {str(one) for one in offered} >= set(names):
        raise Invalid({"permissions": "Choisissez dans la liste ce que le logiciel peut lire ou faire."})
    if not names:
        raise NothingChosen()
    return [str(one) for one in offered if one in set(names)]


class NotGranted(Exception):
    """No token: `error` is a word of RFC 6749 (5.2), `description` says it to whoever writes the program."""

    def __init__(self, error: str, description: str) -> None:
        self.error, self.description = error, description
        super().__init__(error)


def scope_granted(asked: Collection[str], has: Sequence[str], *, writes: bool) -> list[str]:
    """The words of a token's scope: the permissions that it asked for, or all that the program has, and ONLY_READS
    where it asked for that, or does no more. Raises NotGranted for anything else."""
    if not set(asked) <= {*has, ONLY_READS}:
        raise NotGranted("invalid_scope", f"This program has: {' '.join(has)}; {ONLY_READS} keeps it to reading.")
    chosen = set(asked) - {ONLY_READS}
    reads = [ONLY_READS] if ONLY_READS in asked or not writes else []
    return [permission for permission in has if not chosen or permission in chosen] + reads


def token_asked(fields: Collection[tuple[str, str]], authorization: str) -> tuple[str, str, list[str]]:
    """The client_id, the client_secret and the scope of a request for a token, by its form or by HTTP Basic (RFC 6749,
    2.3.1). Raises NotGranted."""
    given = dict(fields)
    if len(given) != len(fields):
        raise NotGranted("invalid_request", "A parameter is there twice.")
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "basic":
        if "client_secret" in given:
            raise NotGranted("invalid_request", "Credentials by Authorization and by the form: choose one.")
        client_id, secret = _basic(credentials)
        if given.get("client_id", client_id) != client_id:
            raise NotGranted("invalid_request", "Two client_id.")
    else:
        client_id, secret = given.get("client_id", ""), given.get("client_secret", "")
    if not given.get("grant_type"):
        raise NotGranted("invalid_request", "grant_type is missing: client_credentials.")
    if given["grant_type"] != "client_credentials":
        raise NotGranted("unsupported_grant_type", "client_credentials is the only one.")
    if not client_id or not secret:
        raise NotGranted("invalid_client", "client_id and client_secret, by HTTP Basic or by the form.")
    return client_id, secret, given.get("scope", "").split()


def _basic(credentials: str) -> tuple[str, str]:
    with suppress(ValueError):
        name, colon, secret = b64decode(credentials.strip(), validate=True).decode().partition(":")
        if colon:
            return unquote_plus(name), unquote_plus(secret)
    raise NotGranted("invalid_client", "Authorization: Basic cannot be read.")
