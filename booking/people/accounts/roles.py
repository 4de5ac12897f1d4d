"""The roles, a row each: what it may do, where it acts, its first page and its menu. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from booking.people.accounts.permissions import Permission as P
from booking.people.accounts.rules import Role


class Place(StrEnum):
    """What a role is given for: one school or company, the whole programme, some départements of it, a member of the
    consortium."""

    COLLEGE = "college"
    LYCEE = "lycee"
    COMPANY = "company"
    PROGRAMME = "programme"
    DEPARTMENTS = "departments"
    PARTNER = "partner"


class RoleRow(Struct, frozen=True):
    """What somebody in a role may do, and finds on her pages. `menu`: at most eight links, as label and address."""

    place: Place
    may: frozenset[P]
    home: str
    menu: tuple[tuple[str, str], ...]


EVERYBODY: Final = frozenset({P.PUBLIC, P.ACCOUNT_KEEP})
_SLOTS = ("Créneaux", "/creneaux")
ROLES: Final[Mapping[Role, RoleRow]] = {
    Role.TEACHER: RoleRow(
        place=Place.COLLEGE,
        may=EVERYBODY
        | {P.AGENDA_FOLLOW, P.PROGRAMS_TELL}
        | {P.VISITS_ASK, P.VISITS_KEEP, P.VISITS_CANCEL, P.VISITS_READ, P.VISITS_PRINT, P.COLLEGE_KEEP},
        home="/mes-visites",
        menu=(
            _SLOTS,
            ("Mes visites", "/mes-visites"),
            ("Mes groupes", "/mes-groupes"),
            ("Mon collège", "/mon-college"),
        ),
    ),
    Role.PRINCIPAL: RoleRow(place=Place.COLLEGE, may=EVERYBODY, home="/creneaux", menu=(_SLOTS,)),
    Role.HOST: RoleRow(
        place=Place.LYCEE,
        may=EVERYBODY
        | {P.AGENDA_FOLLOW, P.PROGRAMS_TELL, P.WEEKLY_MAIL_CHOOSE}
        | {P.SLOTS_OPEN, P.WORKSHOPS_DESCRIBE, P.WORKSHOPS_READ, P.VISITS_RECEIVE, P.DESK_SCAN, P.HOSTS_INVITE}
        | {P.VISITS_CANCEL, P.VISITS_READ, P.VISITS_PRINT, P.COMINGS_READ}
        | {P.RECORDS_OWN, P.RECORDS_KEEP, P.MENTORING_FOLLOW, P.REGISTERS_READ},
        home="/lycee",
        menu=(
            ("Aujourd'hui", "/lycee"),
            ("Créneaux", "/lycee/creneaux"),
            ("Ateliers", "/lycee/ateliers"),
            ("P-TECH", "/lycee/ptech"),
            ("BTS+1", "/lycee/bts1"),
        ),
    ),
    Role.COMPANY: RoleRow(
        place=Place.COMPANY,
        may=EVERYBODY
        | {P.AGENDA_FOLLOW, P.PROGRAMS_TELL}
        | {P.COMINGS_ANNOUNCE, P.COMINGS_READ, P.CERTIFICATES_READ, P.MENTORING_OWN, P.MENTORING_FOLLOW},
        home="/entreprise",
        menu=(("Séances", "/seances"), ("Mes venues", "/entreprise"), ("P-TECH", "/entreprise/cohortes")),
    ),
    Role.COORDINATOR: RoleRow(
        place=Place.PROGRAMME,
        may=EVERYBODY
        | {P.PROGRAMS_TELL, P.WEEKLY_MAIL_CHOOSE}
        | {P.VISITS_READ, P.VISITS_PRINT, P.VISITS_WATCH, P.VISITS_CORRECT, P.PAST_VISITS_DECLARE, P.WORKSHOPS_READ}
        | {P.COMINGS_READ, P.CERTIFICATES_READ, P.MENTORING_FOLLOW, P.REGISTERS_READ}
        | {P.RECORDS_ALL, P.RECORDS_KEEP, P.BOARD_READ, P.FIGURES_READ, P.FIGURES_DETAIL, P.COVERAGE_READ}
        | {P.TARGETS_SET, P.COLLEGES_INVITE, P.ACCOUNTS_GIVE, P.SCHOOLS_KEEP, P.COMPANIES_KEEP, P.PARTNERS_KEEP}
        | {P.OBJECTS_KEEP, P.OPENINGS_PLAN, P.YEARS_CLOSE, P.IMPORTS_TAKE, P.MESSAGES_SEND, P.JOURNAL_READ}
        | {P.SETTINGS_CHANGE},
        home="/gestion",
        menu=(
            ("À faire", "/gestion/a-faire"),
            ("Bilan", "/gestion"),
            ("P-TECH", "/gestion/ptech"),
            ("BTS+1", "/gestion/bts1"),
            ("Établissements", "/gestion/etablissements"),
            ("Entreprises", "/gestion/entreprises"),
            ("Comptes", "/gestion/comptes"),
            ("Administration", "/gestion/administration"),
        ),
    ),
    Role.INSPECTOR: RoleRow(
        place=Place.DEPARTMENTS,
        may=EVERYBODY | {P.FIGURES_READ, P.COVERAGE_READ},
        home="/gestion/accueillis",
        menu=(
            ("Élèves accueillis", "/gestion/accueillis"),
            ("Couverture", "/gestion/couverture"),
            ("Programme", "/programme"),
            _SLOTS,
        ),
    ),
    Role.CONSORTIUM: RoleRow(
        place=Place.PARTNER,
        may=EVERYBODY | {P.BOARD_READ, P.PARTNER_READ},
        home="/gestion",
        menu=(
            ("Bilan", "/gestion"),
            ("Notre fiche", "/partenaire"),
            ("Programme", "/programme"),
            ("Consortium", "/consortium"),
        ),
    ),
}
# Beside the roles: whoever has no account, and whoever holds the link of one visit's desk.
ANYONE: Final = frozenset({P.PUBLIC})
BY_DESK_LINK: Final = frozenset({P.PUBLIC, P.DESK_SCAN})
NEWCOMER: Final = EVERYBODY | {P.VISITS_ASK, P.VISITS_READ}
"""A teacher whom her collège has not confirmed yet: she searches, makes groups and asks."""

# Of a teacher's menu, what opens once her collège has said that she is its teacher.
_ONCE_CONFIRMED = frozenset({"/mon-college"})


def menu_of(role: Role, *, awaiting: bool) -> list[tuple[str, str]]:
    """What the header leads a role to, as label and address; `awaiting`: a teacher who is not confirmed yet."""
    return [way for way in ROLES[role].menu if not (awaiting and way[1] in _ONCE_CONFIRMED)]


def roles_that(permission: P) -> frozenset[Role]:
    """The roles that have a permission."""
    return frozenset(role for role, row in ROLES.items() if permission in row.may)
