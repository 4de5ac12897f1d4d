"""Saying how long everything is kept: the public page prints the durations in force, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from booking.calendar.replies.forget import KEPT as REPLIES_LAST
from booking.outbox.returns.mark import KEPT as DOUBT_LASTS
from booking.people.company_requests.rules import REQUESTS_LAST
from booking.people.sign_ups.rules import ANSWER_LASTS
from booking.process.copies import KEPT_DAYS
from booking.process.settings import SECURITY_LOG_DAYS
from booking.visits.demands.rules import MET_LASTS
from booking.visits.phones.forget import KEPT_AT_MOST as PHONES_LAST
from booking.visits.questions.rules import QUESTIONS_LAST
from booking.visits.sharing.queries import SHARES_LAST
from booking.year.rules import (
    ACCOUNTS_LAST,
    COMPANY_ACCOUNTS_LAST,
    DELIVERIES_LAST,
    DEMANDS_LAST,
    DESK_LASTS,
    DRAW_FILES_LAST,
    FIRST_ANSWERS_LAST,
    FIRST_NAMES_LAST,
    INVITED_LAST,
    JOURNAL_LASTS,
    KEYS_LAST,
    MAILS_LAST,
    NEEDS_LAST,
    PHOTOS_LAST,
    PRINCIPALS_LAST,
    PROOFS_LAST,
    RESPONSIBLES_LAST,
    WARNED_BEFORE,
)


class Keeping(Struct, frozen=True):
    """One line of the public page: what is kept, why, for how long."""

    what: str
    why: str
    how_long: str


class Chapter(Struct, frozen=True):
    """The lines of the public page on one subject."""

    title: str
    lines: tuple[Keeping, ...]


def tell_durations(
    *, copies_days: int = 0, security_log: timedelta = timedelta(days=SECURITY_LOG_DAYS)
) -> tuple[Chapter, ...]:
    """What Technilab keeps of people, why, and for how long, as the night erases it; for how many days at most in
    copies, where some were made; `security_log` as it is set."""
    return (
        Chapter("Une visite", _of_visits()),
        Chapter("Le programme", _of_the_programme()),
        Chapter("Votre compte et nos mails", _of_accounts()),
        Chapter("La sécurité", (*_of_security(security_log), *_of_copies(copies_days))),
    )


def _of_visits() -> tuple[Keeping, ...]:
    return (
        Keeping(
            "Prénom sur un badge, si l'enseignant l'a choisi ; signe « pas de photo »",
            "Reconnaître l'élève le jour de la visite",
            f"{_spelled(FIRST_NAMES_LAST)} après la visite",
        ),
        Keeping(
            "Besoins d'accueil du groupe : des cases cochées et une ligne, sans nom",
            "Préparer l'accueil",
            ("La nuit après la visite" if NEEDS_LAST.days == 1 else f"{_spelled(NEEDS_LAST)} après la visite")
            + " ; d'une demande sans place, la nuit après le dernier jour demandé",
        ),
        Keeping(
            "Visiteurs d'une entreprise, si elle les nomme : prénom et nom, que seul le lycée de la visite lit",
            "Tenir le registre de la loge",
            "La nuit après la visite" if NEEDS_LAST.days == 1 else f"{_spelled(NEEDS_LAST)} après la visite",
        ),
        Keeping(
            "Téléphone pour le jour de la visite, si vous le donnez : l'autre établissement le voit une semaine avant",
            "Se joindre le jour même",
            f"La nuit après votre dernière visite à venir, {_spelled(PHONES_LAST)} au plus",
        ),
        Keeping(
            "Question à un lycée avant de réserver et sa réponse, lues de ces deux établissements seuls",
            "S'entendre avant une réservation",
            f"{_spelled(QUESTIONS_LAST)} après la dernière ligne",
        ),
        Keeping(
            "Badges lus ou présences déclarées à l'accueil : numéro et heure",
            "Savoir combien d'élèves sont là",
            f"{_spelled(DESK_LASTS)} après la visite close, puis des nombres",
        ),
        Keeping(
            "Alerte d'un enseignant : niveau, effectif, distance et dates qu'il cherche",
            "Le prévenir une fois d'un créneau, et montrer aux lycées ce qui est attendu",
            f"Jusqu'à {_spelled(MET_LASTS)} après sa dernière date ou le 31 juillet, ou après le mail d'un créneau",
        ),
        Keeping(
            "Demande à un tirage : créneaux, effectif et besoins cochés, dans un fichier que lit la coordination",
            "Refaire le tirage, et dire à chacun ce que sa demande a trouvé",
            f"{_spelled(DRAW_FILES_LAST)} après le tirage ; il reste des numéros, des rangs et des empreintes",
        ),
        Keeping(
            "Créneau envoyé à un collègue : par qui, à qui, pour quelle classe",
            "Écrire ce mail une seule fois",
            _spelled(SHARES_LAST),
        ),
        Keeping(
            "Groupe et réservation : nom de la classe, niveau, effectif, date",
            "Compter les visites",
            "Durée du programme, sans aucun nom d'élève",
        ),
        Keeping(
            "Réponses aux trois questions d'après la visite : des nombres par atelier et par année, sans nom",
            "Améliorer les ateliers",
            "Durée du programme",
        ),
        Keeping(
            "Remarques, raisons, notes du chef d'établissement, messages, mots d'invitation ou de remerciement",
            "S'entendre sur une visite",
            "Jusqu'à la fin de l'année scolaire (31 juillet)",
        ),
        Keeping(
            "Photo d'un objet fabriqué, jamais d'une personne",
            "Montrer le travail du groupe",
            f"Jusqu'à la clôture de l'année scolaire, {_spelled(PHOTOS_LAST)} au plus",
        ),
        Keeping(
            "Personne responsable d'un atelier, nommée sur sa fiche de sécurité, que tout le monde lit",
            "Dire qui répond de la sécurité",
            f"{_spelled(RESPONSIBLES_LAST)} sans créneau ; l'atelier est alors retiré",
        ),
        Keeping(
            "Chef d'établissement : nom et adresse, pour le visa",
            "Lui demander son accord",
            f"{_spelled(PRINCIPALS_LAST)} sans réservation de son collège",
        ),
    )


def _of_the_programme() -> tuple[Keeping, ...]:
    return (
        Keeping(
            "Effectifs P-TECH et BTS+1, mains levées de septembre : des nombres",
            "Suivre les parcours",
            "Durée du programme, sans aucun nom d'élève",
        ),
        Keeping(
            "P-TECH et BTS+1 : explication d'un écart, précisions, intitulé et lieu d'une action",
            "Comprendre un nombre",
            "Jusqu'à la fin de l'année scolaire suivante (31 juillet)",
        ),
        Keeping(
            "Établissements et entreprises : nom, adresse, téléphone et mail des annuaires officiels",
            "Savoir où se passe une visite",
            "Durée du programme",
        ),
        Keeping(
            "Jalons du programme et leurs preuves : ce qui est dû, des fichiers et des liens",
            "Répondre du programme devant qui le finance",
            "Durée du programme, ou jusqu'à leur retrait",
        ),
        Keeping(
            "Textes publiés : atelier, objet, consortium, objectif, source, correction, dossier, contact du service",
            "Dire ce qui est proposé et ce qui est compté",
            "Durée du programme, ou jusqu'à leur correction",
        ),
    )


def _of_accounts() -> tuple[Keeping, ...]:
    return (
        Keeping(
            "Compte d'un enseignant ou d'un lycée : nom, adresse professionnelle, rôle",
            "Vous reconnaître et vous écrire",
            f"{_spelled(ACCOUNTS_LAST)} sans connexion ; un mail prévient {_spelled(WARNED_BEFORE)} avant",
        ),
        Keeping(
            "Compte d'une entreprise",
            "Vous reconnaître et vous écrire",
            f"{_spelled(COMPANY_ACCOUNTS_LAST)} sans connexion ; un mail prévient {_spelled(WARNED_BEFORE)} avant",
        ),
        Keeping(
            "Compte d'une personne invitée, qui n'est jamais venue",
            "Lui ouvrir la porte",
            f"{_spelled(INVITED_LAST)} ; un mail prévient {_spelled(WARNED_BEFORE)} avant",
        ),
        Keeping(
            "Inscription d'un enseignant que son collège n'a pas confirmée : nom, adresse, collège",
            "Demander au collège s'il y enseigne",
            f"{_spelled(ANSWER_LASTS)} sans réponse, ou dès un refus, avec ce qui était demandé",
        ),
        Keeping(
            "Demande d'une entreprise : SIRET, nom, commune, contact, ce qu'elle propose",
            "Lui répondre",
            f"{_spelled(REQUESTS_LAST)} sans réponse, ou dès la réponse",
        ),
        Keeping(
            "Compte de la coordination",
            "Organiser le programme",
            "Tant que la personne coordonne, ou jusqu'à sa demande",
        ),
        Keeping("Mails envoyés : adresse, nom, ce qui est arrivé", "Prévenir chacun", _spelled(MAILS_LAST)),
        Keeping(
            "Adresse dont nos mails reviennent, et la réponse du serveur",
            "Prévenir quelqu'un d'autre à temps",
            f"Jusqu'à la prochaine connexion par un lien reçu, {_spelled(DOUBT_LASTS)} au plus",
        ),
        Keeping(
            "Réponse de votre agenda à une invitation, et le mot joint à un refus",
            "Savoir qui vient",
            f"{_spelled(REPLIES_LAST)} après la visite",
        ),
    )


def _of_security(security_log: timedelta) -> tuple[Keeping, ...]:
    return (
        Keeping(
            "Appareil qui vous reconnaît (clé d'accès), et le nom que vous lui avez donné",
            "Entrer sans attendre de mail",
            "Jusqu'à ce que vous le retiriez, ou avec le compte",
        ),
        Keeping(
            "Clé de l'API qui ne sert plus, et le nom que vous lui avez donné",
            "Laisser un autre logiciel agir pour vous",
            _spelled(KEYS_LAST),
        ),
        Keeping(
            "Clé d'un logiciel de votre organisme qui ne sert plus : son nom, qui l'a faite",
            "Laisser ce logiciel agir pour tous ceux qui en répondent, et dire ce qu'il a fait",
            _spelled(KEYS_LAST),
        ),
        Keeping(
            "Logiciel que vous avez abonné : le nom que vous lui avez donné, son adresse",
            "Le prévenir de ce qui se passe",
            "Jusqu'à ce que vous le retiriez, ou avec le compte",
        ),
        Keeping(
            "Envoi à un logiciel abonné : de quoi, quand, s'il est arrivé",
            "Recommencer ce qui n'arrive pas",
            _spelled(DELIVERIES_LAST),
        ),
        Keeping(
            "Référence d'une demande envoyée par un autre logiciel",
            "Ne pas réserver deux fois",
            _spelled(DEMANDS_LAST),
        ),
        Keeping(
            "Réponse donnée à un autre logiciel qui a fait quelque chose pour vous",
            "Ne pas le faire deux fois",
            _spelled(FIRST_ANSWERS_LAST),
        ),
        Keeping(
            "Essais de connexion et sessions finies : adresse IP, adresse mail, nom du navigateur",
            "Freiner qui essaie d'entrer à votre place",
            "24 heures" if PROOFS_LAST.days == 1 else _spelled(PROOFS_LAST),
        ),
        Keeping(
            "Formulaire que votre session n'a pas laissé partir, chiffré pour votre navigateur",
            "Ne pas vous faire écrire deux fois",
            "Une heure, effacé la nuit suivante",
        ),
        Keeping("Journal : qui a fait quoi, quand", "Sécurité et suivi des changements", _spelled(JOURNAL_LASTS)),
        Keeping(
            "Journal de sécurité : connexions, refus et changements de droits, avec l'adresse IP et sans nom",
            "Comprendre une intrusion",
            f"{_spelled(security_log)}, jamais dans une copie de la base",
        ),
    )


def _of_copies(days: int) -> tuple[Keeping, ...]:
    before = Keeping(
        "Sauvegarde d'avant une mise à jour, sur la machine : tout ce qui précède",
        "Revenir à la version d'avant",
        f"{KEPT_DAYS} jours",
    )
    if not days:
        return (before,)
    why = "Tout remettre en place après une panne"
    return (Keeping("Copies de sauvegarde, chiffrées : tout ce qui précède", why, f"{days} jours au plus"), before)


def _spelled(lasts: timedelta) -> str:
    years, days = divmod(lasts.days, 365)
    if days:
        return f"{lasts.days} jours"
    return "12 mois" if years == 1 else f"{years} ans"
