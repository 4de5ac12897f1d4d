"""The roles, a row each: what it may do, where it acts, its first page and its menu. Pure.

Each route names one permission; the rows say which roles have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from booking.people.accounts.rules import Role


class Permission(StrEnum):
    """One thing that one may do here, named `subject.act`; `sentence` says it to a coordinator.

    Routes that have one audience, and always will, share one: a permission is what a role can be given, not an address.
    """

    sentence: str

    def __new__(cls, name: str, sentence: str = "") -> Permission:
        """A member of the enumeration with its sentence."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.sentence = sentence
        return member

    PUBLIC = "public.use", "Lire l'offre, le programme et les pages d'aide, sans compte"

    ACCOUNT_KEEP = "account.keep", "Tenir son compte : profil, sessions, clés, preuves, données"
    AGENDA_FOLLOW = "agenda.follow", "Suivre ses visites dans un agenda, par un lien secret"
    PROGRAMS_TELL = "programs.tell", "Prévenir un autre logiciel de ce qui se passe"
    APPLICATIONS_KEEP = "applications.keep", "Donner une clé à un logiciel de son organisme, la changer, y mettre fin"
    WEEKLY_MAIL_CHOOSE = "weekly_mail.choose", "Recevoir ou non le mail du lundi"

    VISITS_ASK = "visits.ask", "Chercher pour une classe, préparer ses groupes, demander une visite"
    VISITS_KEEP = "visits.keep", "Conduire ses visites : effectif, besoins, date, visa, prénoms, avis"
    VISITS_CANCEL = "visits.cancel", "Annuler une visite par l'API"
    VISITS_READ = "visits.read", "Lire une visite"
    VISITS_PRINT = "visits.print", "Lire ses visites par l'API, en imprimer les papiers et les badges"
    COLLEGE_KEEP = "college.keep", "Tenir son collège : adresse, visa, collègues, sorties, groupes sans enseignant"

    SLOTS_OPEN = "slots.open", "Ouvrir, déplacer et annuler les créneaux de son lycée ; salles et fermetures"
    WORKSHOPS_DESCRIBE = "workshops.describe", "Décrire et publier les ateliers de son lycée"
    WORKSHOPS_READ = "workshops.read", "Lire les ateliers, brouillons compris, par l'API"
    VISITS_RECEIVE = "visits.receive", "Recevoir : journée, émargement, fabrications, clôture, entreprises, questions"
    DESK_SCAN = "desk.scan", "Scanner les badges à l'accueil d'une visite"
    HOSTS_INVITE = "hosts.invite", "Inviter des collègues à recevoir avec son lycée"

    COMINGS_ANNOUNCE = "comings.announce", "Annoncer la venue de son entreprise à une visite"
    COMINGS_READ = "comings.read", "Lire la venue d'une entreprise par l'API"
    CERTIFICATES_READ = "certificates.read", "Lire l'attestation annuelle d'une entreprise"
    MENTORING_OWN = "mentoring.own", "Suivre les cohortes P-TECH que son entreprise accompagne"
    MENTORING_FOLLOW = "mentoring.follow", "Lire les cohortes P-TECH et leurs actions, et en proposer, par l'API"

    RECORDS_OWN = "records.own", "Remplir les fiches P-TECH et BTS+1 de son lycée"
    RECORDS_ALL = "records.all", "Lire et corriger les fiches P-TECH et BTS+1 de tous les lycées"
    RECORDS_KEEP = "records.keep", "Tenir une fiche P-TECH ou BTS+1 ; listes en fichier"
    COMPANIES_FIND = "companies.find", "Trouver une entreprise qui est déjà venue, par métier et distance"
    REGISTERS_READ = "registers.read", "Lire les registres : établissements, entreprises, partenaires, par l'API"

    BOARD_READ = "board.read", "Lire le tableau de bord du programme"
    PARTNER_READ = "partner.read", "Lire la fiche de son organisme dans le consortium"
    MILESTONES_READ = "milestones.read", "Lire les jalons et leurs preuves"
    MILESTONES_KEEP = "milestones.keep", "Tenir les jalons et leurs preuves"
    FIGURES_READ = "figures.read", "Lire les chiffres : élèves accueillis"
    FIGURES_DETAIL = "figures.detail", "Lire le détail des chiffres : graphiques, équité, objectifs, exports"
    COVERAGE_READ = "coverage.read", "Lire la couverture des classes, collège par collège"
    VISITS_WATCH = "visits.watch", "Lire les visites de tous les lycées, et ce qui reste à faire"
    VISITS_CORRECT = "visits.correct", "Rouvrir une visite close, rappeler un lycée, reporter un point"
    PAST_VISITS_DECLARE = "past_visits.declare", "Reprendre les visites d'avant"
    REPORTS_READ = "reports.read", "Lire le dossier France 2030 déclaré final"
    REPORTS_KEEP = "reports.keep", "Composer le dossier France 2030 : textes, versions finales"
    TARGETS_SET = "targets.set", "Fixer les objectifs, leurs chiffres déclarés, les taux et les sommes des apports"
    COLLEGES_INVITE = "colleges.invite", "Écrire aux collèges qui ne sont pas encore venus"
    ACCOUNTS_GIVE = "accounts.give", "Inviter, donner un rôle, le retirer, fermer un compte ; lire qui peut quoi"
    SCHOOLS_KEEP = "schools.keep", "Tenir les fiches des établissements"
    COMPANIES_KEEP = "companies.keep", "Tenir les fiches des entreprises"
    PARTNERS_KEEP = "partners.keep", "Tenir la liste du consortium"
    OBJECTS_KEEP = "objects.keep", "Tenir la liste des objets technologiques"
    OPENINGS_PLAN = "openings.plan", "Planifier les ouvertures de réservation"
    YEARS_CLOSE = "years.close", "Clore une année, ou la rouvrir"
    IMPORTS_TAKE = "imports.take", "Importer l'annuaire, le calendrier, les effectifs, la densité"
    MESSAGES_SEND = "messages.send", "Lire les envois et les relancer"
    JOURNAL_READ = "journal.read", "Lire le journal"
    SETTINGS_CHANGE = "settings.change", "Changer les réglages"


P = Permission


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
P_TECH, BTS_1 = "P-TECH", "BTS+1"
ROLES: Final[Mapping[Role, RoleRow]] = {
    Role.TEACHER: RoleRow(
        place=Place.COLLEGE,
        may=EVERYBODY
        | {P.AGENDA_FOLLOW, P.PROGRAMS_TELL, P.APPLICATIONS_KEEP}
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
        | {P.AGENDA_FOLLOW, P.PROGRAMS_TELL, P.APPLICATIONS_KEEP, P.WEEKLY_MAIL_CHOOSE}
        | {P.SLOTS_OPEN, P.WORKSHOPS_DESCRIBE, P.WORKSHOPS_READ, P.VISITS_RECEIVE, P.DESK_SCAN, P.HOSTS_INVITE}
        | {P.VISITS_CANCEL, P.VISITS_READ, P.VISITS_PRINT, P.COMINGS_READ}
        | {P.RECORDS_OWN, P.RECORDS_KEEP, P.MENTORING_FOLLOW, P.REGISTERS_READ, P.COMPANIES_FIND},
        home="/lycee",
        menu=(
            ("Aujourd'hui", "/lycee"),
            ("Créneaux", "/lycee/creneaux"),
            ("Le lycée", "/lycee/ateliers"),
            (P_TECH, "/lycee/ptech"),
            (BTS_1, "/lycee/bts1"),
        ),
    ),
    Role.COMPANY: RoleRow(
        place=Place.COMPANY,
        may=EVERYBODY
        | {P.AGENDA_FOLLOW, P.PROGRAMS_TELL, P.APPLICATIONS_KEEP}
        | {P.COMINGS_ANNOUNCE, P.COMINGS_READ, P.CERTIFICATES_READ, P.MENTORING_OWN, P.MENTORING_FOLLOW},
        home="/entreprise",
        menu=(("Séances", "/seances"), ("Mes venues", "/entreprise"), (P_TECH, "/entreprise/cohortes")),
    ),
    Role.COORDINATOR: RoleRow(
        place=Place.PROGRAMME,
        may=EVERYBODY
        | {P.PROGRAMS_TELL, P.APPLICATIONS_KEEP, P.WEEKLY_MAIL_CHOOSE}
        | {P.VISITS_READ, P.VISITS_PRINT, P.VISITS_WATCH, P.VISITS_CORRECT, P.PAST_VISITS_DECLARE, P.WORKSHOPS_READ}
        | {P.COMINGS_READ, P.CERTIFICATES_READ, P.MENTORING_FOLLOW, P.REGISTERS_READ, P.COMPANIES_FIND}
        | {P.RECORDS_ALL, P.RECORDS_KEEP, P.BOARD_READ, P.FIGURES_READ, P.FIGURES_DETAIL, P.COVERAGE_READ}
        | {
            P.REPORTS_READ,
            P.REPORTS_KEEP,
            P.TARGETS_SET,
            P.COLLEGES_INVITE,
            P.ACCOUNTS_GIVE,
            P.SCHOOLS_KEEP,
            P.COMPANIES_KEEP,
            P.PARTNERS_KEEP,
        }
        | {P.OBJECTS_KEEP, P.OPENINGS_PLAN, P.YEARS_CLOSE, P.IMPORTS_TAKE, P.MESSAGES_SEND, P.JOURNAL_READ}
        | {P.SETTINGS_CHANGE, P.MILESTONES_READ, P.MILESTONES_KEEP},
        home="/gestion",
        menu=(
            ("À faire", "/gestion/a-faire"),
            ("Bilan", "/gestion"),
            (P_TECH, "/gestion/ptech"),
            (BTS_1, "/gestion/bts1"),
            ("Répertoire", "/gestion/repertoire"),
            ("Comptes", "/gestion/comptes"),
            ("Administration", "/gestion/administration"),
        ),
    ),
    Role.INSPECTOR: RoleRow(
        place=Place.DEPARTMENTS,
        may=EVERYBODY | {P.FIGURES_READ, P.COVERAGE_READ},
        home="/gestion/accueillis",
        menu=(
            ("Chiffres", "/gestion/accueillis"),
            ("Couverture", "/gestion/couverture"),
            ("Programme", "/programme"),
            _SLOTS,
        ),
    ),
    Role.CONSORTIUM: RoleRow(
        place=Place.PARTNER,
        may=EVERYBODY | {P.BOARD_READ, P.PARTNER_READ, P.REPORTS_READ, P.MILESTONES_READ},
        home="/gestion",
        menu=(
            ("Bilan", "/gestion"),
            ("Jalons", "/gestion/jalons"),
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


def menu_of(role: Role, *, awaiting: bool, ptech: bool = True, bts1: bool = True) -> list[tuple[str, str]]:
    """What the header leads a role to, as label and address; `awaiting`: a teacher who is not confirmed yet; `ptech`,
    `bts1`: whether what a host's lycée has of them is to be led to."""
    hidden = _ONCE_CONFIRMED if awaiting else frozenset()
    hidden |= {name for name, has in ((P_TECH, ptech), (BTS_1, bts1)) if not has}
    return [way for way in ROLES[role].menu if not hidden & {*way}]


def roles_that(permission: P) -> frozenset[Role]:
    """The roles that have a permission."""
    return frozenset(role for role, row in ROLES.items() if permission in row.may)
