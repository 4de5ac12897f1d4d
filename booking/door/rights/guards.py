"""Who may call which route: each route says it in `opt["who"]`, and a route that does not say it stops the start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from booking.people.accounts.rules import ROLES, Role, proved_lately
from workshops.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from litestar import Litestar
    from litestar.handlers.base import BaseRouteHandler

    from booking.door.forms.drafts import Back
    from booking.people.accounts.queries import Person

ANYONE: Final = "anyone"
SHARED: Final = {"who": ANYONE, "shared": True, "also": (304,)}
"""Open to anyone, who all see the same: see booking.door.http.cache_headers."""
DESK_LINK: Final = "desk link"
"""Whoever holds the link of one visit's desk, see booking.day.desk_links: no account, no role."""
SIGNED_IN: Final = ROLES
TEACHER: Final = {"who": {Role.TEACHER}}
FRESH: Final = {"fresh": True}
"""What gives, changes or takes away an access, beside who may: see `refuse_unless_allowed`."""
NEW_TEACHER: Final = TEACHER | {"newcomers": True}
"""Open as well to a teacher whom her collège has not confirmed: she searches, makes groups and asks."""
HOST: Final = {"who": {Role.HOST}}
RECEIVERS: Final = {"who": {Role.HOST, DESK_LINK}}
COMPANY: Final = {"who": {Role.COMPANY}}
COORDINATOR: Final = {"who": {Role.COORDINATOR}}
SUBSCRIBERS: Final = {"who": {Role.TEACHER, Role.HOST, Role.COMPANY, Role.COORDINATOR}}
"""Those whose programs may be told of what is done: whoever reads something of it in the API."""

T = TypeVar("T")
AnyOf: TypeAlias = NamedDependency[SkipValidation[T]]
"""A person of several roles. Litestar looks for a class itself, where those of one role inherit from `Person`."""


class SignInFirst(Refusal):
    kind = "sign-in-first"
    status = 401
    title = "Connexion demandée"
    sentence = "Connectez-vous pour continuer."
    back: Back | None = None
    """Where what was typed is found again."""


class KeyUnknown(SignInFirst):
    sentence = "Cette clé n'ouvre rien : elle est inconnue, révoquée ou arrivée à sa fin. Créez-en une dans Mon compte."


class KeyOnlyReads(Refusal):
    kind = "key-only-reads"
    status = 403
    title = "Clé de lecture"
    sentence = "Cette clé lit et ne change rien. Créez dans Mon compte une clé qui écrit."


class NotYours(Refusal):
    kind = "not-yours"
    status = 403
    title = "Pas pour votre rôle"
    sentence = "Cette action n'est pas ouverte à votre rôle."


class AwaitsCollege(Refusal):
    kind = "awaits-college"
    status = 403
    title = "Après la réponse de votre collège"
    sentence = (
        "Votre collège n'a pas encore confirmé votre inscription. D'ici là, vous cherchez, vous préparez vos groupes et"
        " vous demandez une visite."
    )


class ProofFirst(Refusal):
    kind = "proof-first"
    status = 403
    title = "Deuxième preuve demandée"
    sentence = "Montrez votre clé d'accès, ou donnez le code de votre téléphone, pour continuer."
    back: Back | None = None


class FreshProofNeeded(Refusal):
    kind = "fresh-proof-needed"
    status = 403
    title = "Prouvez que c'est vous"
    sentence = (
        "Cette action donne, change ou retire un accès : elle se fait sur les pages, après une preuve de moins de dix"
        " minutes que c'est bien vous. Aucune clé ne la fait."
    )
    back: Back | None = None


class WrittenBefore(Refusal):
    """A form drawn before this person signed in again: it comes back as she wrote it, and nothing is done."""

    kind = "written-before"
    status = 303

    def __init__(self, back: Back) -> None:
        self.back = back
        super().__init__()


def needs_a_link(handler: BaseRouteHandler, person: Person | None) -> bool:
    """Whether a desk link could open this route to someone whose own role does not: an account comes first."""
    who = handler.opt["who"]
    return who != ANYONE and DESK_LINK in who and (person is None or person.role not in who)


def refuse_unless_allowed(handler: BaseRouteHandler, person: Person | None, *, unproved: bool, now: datetime) -> None:
    """Raise SignInFirst, NotYours, AwaitsCollege, ProofFirst or FreshProofNeeded when the route is not for this
    person, or not yet.

    A coordinator gives a second proof (ASVS 5.0, 6.3.3), the invented ones of the trial excepted, and whoever tries it
    on this machine (`unproved`); so does whoever chose to. `opt={"unproved": True}` marks the pages where it is given,
    `opt={"newcomers": True}` those open to a teacher whom her collège has not confirmed, beside what everybody has.
    `opt={"fresh": True}` marks what gives, changes or takes away an access: whoever does it has proved herself in the
    last minutes, and no key has.
    """
    who = handler.opt["who"]
    if who == ANYONE:
        return
    if person is None:
        raise SignInFirst()
    if person.role not in who:
        raise NotYours()
    if person.awaiting and who != SIGNED_IN and not handler.opt.get("newcomers"):
        raise AwaitsCollege()
    wanted = person.proof == "asked" or (
        person.proof == "none" and person.role == "coordinator" and not (unproved or person.example)
    )
    if wanted and not handler.opt.get("unproved"):
        raise ProofFirst()
    if handler.opt.get("fresh") and not proved_lately(person.proved_at, now=now):
        raise FreshProofNeeded()


def refuse_a_new_proof(person: Person) -> None:
    """Raise ProofFirst to one who has a second proof and has not given it: a mail alone adds none beside it."""
    if person.proof in {"asked", "key"}:
        raise ProofFirst()


def routes_of(app: Litestar) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """(method, path, opt) of every route of ours, for the start's check and for the tests' matrix."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", None) or [route.route_handler]:  # type: ignore[union-attr]
            for method in sorted(getattr(handler, "http_methods", {"GET"})):
                yield method, route.path, handler.opt


def refuse_silent_routes(app: Litestar) -> None:
    """Stop the start when a route forgot to say who may call it."""
    silent = [f"{method} {path}" for method, path, opt in routes_of(app) if method != "OPTIONS" and "who" not in opt]
    if silent:
        raise RuntimeError(f"these routes do not say who may call them: {', '.join(silent)}")
