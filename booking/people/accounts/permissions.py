"""What a route lets one do: each route names one permission, and `roles.py` says which roles have it."""

from __future__ import annotations

from enum import StrEnum


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
    WEEKLY_MAIL_CHOOSE = "weekly_mail.choose", "Recevoir ou non le mail du lundi"

    VISITS_ASK = "visits.ask", "Chercher pour une classe, préparer ses groupes, demander une visite"
    VISITS_KEEP = "visits.keep", "Conduire ses visites : effectif, besoins, date, visa, prénoms, avis"
    VISITS_CANCEL = "visits.cancel", "Annuler une visite par l'API"
    VISITS_READ = "visits.read", "Lire une visite"
    VISITS_PRINT = "visits.print", "Imprimer les papiers et les badges d'une visite"
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
    REGISTERS_READ = "registers.read", "Lire les registres : établissements, entreprises, partenaires, par l'API"

    BOARD_READ = "board.read", "Lire le tableau de bord du programme"
    PARTNER_READ = "partner.read", "Lire la fiche de son organisme dans le consortium"
    FIGURES_READ = "figures.read", "Lire les chiffres : élèves accueillis"
    FIGURES_DETAIL = "figures.detail", "Lire le détail des chiffres : graphiques, équité, objectifs, exports"
    COVERAGE_READ = "coverage.read", "Lire la couverture des classes, collège par collège"
    VISITS_WATCH = "visits.watch", "Lire les visites de tous les lycées, et ce qui reste à faire"
    VISITS_CORRECT = "visits.correct", "Rouvrir une visite close, rappeler un lycée, reporter un point"
    PAST_VISITS_DECLARE = "past_visits.declare", "Reprendre les visites d'avant"
    TARGETS_SET = "targets.set", "Fixer les objectifs et leurs chiffres déclarés"
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
