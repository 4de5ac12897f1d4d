"""Qui peut quoi: the table of roles as it is in force, for whoever gives them."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.roles import ANYONE, BY_DESK_LINK, NEWCOMER, Permission, roles_that
from booking.people.accounts.rules import Role
from booking.words.wording import ROLES


@renders("office/who_may.html")
class WhoMay(Page, frozen=True):
    """Each permission in words, and whom it is given to, in the order of the roles."""

    lines: Sequence[tuple[str, str]]


@get("/gestion/comptes/roles", opt=may("accounts.give"))
async def who_may_page() -> Template:
    return page(WhoMay([(permission.sentence, _given_to(permission)) for permission in Permission]))


def _given_to(permission: Permission) -> str:
    """« Enseignant, accueil au lycée »"""
    if permission in ANYONE:
        return "Tout le monde"
    given = roles_that(permission)
    if given == set(Role):
        return "Toute personne qui a un compte"
    told = [ROLES[role] for role in Role if role in given]
    if permission in NEWCOMER:
        told.append("un enseignant que son collège n'a pas encore confirmé")
    if permission in BY_DESK_LINK:
        told.append("qui a le lien de l'accueil du jour")
    return ", ".join([told[0], *(words[0].lower() + words[1:] for words in told[1:])])
