"""Authorization: each route names a permission, `opt=may("figures.read")`; the start fails when a route names none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from booking.people.accounts.queries import CompanyPerson, Coordinator, Host, Person, Teacher
from booking.people.accounts.roles import ANYONE, BY_DESK_LINK, ROLES, Permission
from booking.people.accounts.rules import proved_lately
from booking.process.settings import Settings
from workshops.refusals import Refusal

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.handlers.base import BaseRouteHandler

    from booking.door.forms.drafts import SavedDraft


def may(permission: str) -> dict[str, Any]:
    """The `opt` of a route that is open to whoever has this permission: a row of `roles.py` says who that is.

    Raises ValueError, at import, for a permission that there is not.
    """
    return {"may": Permission(permission)}


SHARED: Final = may("public.use") | {"shared": True, "also": (304,)}
"""Open to anyone, with the same response for all of them: see booking.door.http.cache_headers."""
ANY_SITE: Final = {"any_site": True}
"""Routes that a page of any other site may read, without its visitor's cookies: what is the same for all."""
FRESH: Final = {"fresh": True}
"""Routes that grant, change or revoke an access, in addition to the permission: see `refuse_unless_allowed`."""
OF_A_PERSON: Final = {"of_a_person": True}
"""Routes to what is one person's own: a program opens them in the name of a teacher alone."""
NO_PROGRAM: Final = {"no_program": True}
"""Routes to what a person keeps for a program of hers, which no other program opens."""

T = TypeVar("T")
AnyOf: TypeAlias = NamedDependency[SkipValidation[T]]
"""A person of any of several roles, not validated: Litestar expects the class itself, not a role's subclass."""
SignedIn: TypeAlias = AnyOf[Person]
"""Whoever is signed in, in any role."""
AsHost: TypeAlias = NamedDependency[Host]
"""Who receives for a lycée."""
AsTeacher: TypeAlias = NamedDependency[Teacher]
"""Who reserves for a collège."""
AsCoordinator: TypeAlias = NamedDependency[Coordinator]
"""Who coordinates the programme."""
Keeper: TypeAlias = AnyOf[Host | Coordinator]
"""Who keeps records: a lycée's host its own, a coordinator everybody's."""
Follower: TypeAlias = AnyOf[Host | CompanyPerson | Coordinator]
"""Who follows the cohorts of P-TECH: those who keep their records, and the companies that mentor them."""
PartOfVisit: TypeAlias = AnyOf[Teacher | Host | Coordinator]
"""Who reads a visit: its collège, the lycée that receives it, a coordinator."""
Now: TypeAlias = NamedDependency[datetime]
"""The instant of a request."""
SiteSettings: TypeAlias = NamedDependency[Settings]
"""The configuration of this installation."""


class SignInFirst(Refusal):
    kind = "sign-in-first"
    status = 401
    title = "Connexion demandée"
    sentence = "Connectez-vous pour continuer."
    for_programs = "Il manque la clé : en-tête Authorization: Bearer."
    draft: SavedDraft | None = None
    """Where the submitted form was saved."""


class KeyUnknown(SignInFirst):
    for_programs = ""
    sentence = "Cette clé n'ouvre rien : elle est inconnue, révoquée ou arrivée à sa fin. Créez-en une dans Mon compte."


class KeyOnlyReads(Refusal):
    kind = "key-only-reads"
    status = 403
    title = "Clé de lecture"
    sentence = (
        "Cette clé lit et ne change rien : il en faut une qui lit et agit, ou un jeton demandé sans le mot « read »."
    )


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
    for_programs = "Une deuxième preuve est demandée à ce compte : elle se donne sur les pages, par la personne."
    draft: SavedDraft | None = None


class FreshProofNeeded(Refusal):
    kind = "fresh-proof-needed"
    status = 403
    title = "Prouvez que c'est vous"
    sentence = (
        "Cette action donne, change ou retire un accès : elle se fait sur les pages, après une preuve de moins de dix"
        " minutes que c'est bien vous. Aucune clé ne la fait."
    )
    draft: SavedDraft | None = None


class WrittenBefore(Refusal):
    """A form rendered before this person signed in again: it is shown again as she wrote it, and not acted upon."""

    kind = "written-before"
    status = 303

    def __init__(self, draft: SavedDraft) -> None:
        self.draft = draft
        super().__init__()


def needs_a_link(handler: BaseRouteHandler, person: Person | None) -> bool:
    """Whether only a desk link could open this route, as the person's own role does not: an account comes first."""
    permission = handler.opt["may"]
    return permission in BY_DESK_LINK - ANYONE and (person is None or not person.may(permission))


def refuse_unless_allowed(handler: BaseRouteHandler, person: Person | None, *, unproved: bool, now: datetime) -> None:
    """Raise SignInFirst, NotYours, AwaitsCollege, ProofFirst or FreshProofNeeded when the route is not for this
    person, or not yet.

    A coordinator must give a second factor (ASVS 5.0, 6.3.3), except the example accounts of the trial and whoever
    tries it on this machine (`unproved`); so must whoever enabled one. `opt={"unproved": True}` marks the pages where
    it is given; `opt={"fresh": True}` marks the routes that grant, change or revoke an access: they need a proof given
    in the last minutes, which no API key has.
    """
    permission = handler.opt["may"]
    if permission in ANYONE:
        return
    if person is None:
        raise SignInFirst()
    if not person.may(permission):
        raise AwaitsCollege() if permission in ROLES[person.role].may else NotYours()
    must_prove = person.proof == "asked" or (
        person.proof == "none" and person.role == "coordinator" and not (unproved or person.example)
    )
    if must_prove and not handler.opt.get("unproved"):
        raise ProofFirst()
    if handler.opt.get("fresh") and not proved_lately(person.proved_at, now=now):
        raise FreshProofNeeded()


def refuse_a_new_proof(person: Person) -> None:
    """Raise ProofFirst for a person who has a second factor and has not given it: a mail alone adds none beside it."""
    if person.proof in {"asked", "key"}:
        raise ProofFirst()


def routes_of(app: Litestar) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """(method, path, opt) of every route, for the check at start-up and for the permission matrix of the tests."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", None) or [route.route_handler]:  # type: ignore[union-attr]
            for method in sorted(getattr(handler, "http_methods", {"GET"})):
                yield method, route.path, handler.opt


def refuse_undeclared_routes(app: Litestar) -> None:
    """Fail the start when a route names no permission."""
    undeclared = [
        f"{method} {path}" for method, path, opt in routes_of(app) if method != "OPTIONS" and "may" not in opt
    ]
    if undeclared:
        raise RuntimeError(f"these routes name no permission: {', '.join(undeclared)}")
