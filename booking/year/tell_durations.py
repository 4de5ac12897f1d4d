"""Saying how long everything is kept: the public page prints the durations in force, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from booking.year.rules import (
    ACCOUNTS_LAST,
    COMPANY_ACCOUNTS_LAST,
    DESK_LASTS,
    FIRST_NAMES_LAST,
    JOURNAL_LASTS,
    KEYS_LAST,
    MAILS_LAST,
    NEEDS_LAST,
    PHOTOS_LAST,
    PRINCIPALS_LAST,
    WARNED_BEFORE,
)


@dataclass(frozen=True)
class Keeping:
    """One line of the public page: what is kept, why, for how long."""

    what: str
    why: str
    how_long: str


def tell_durations() -> tuple[Keeping, ...]:
    """What Technilab keeps of people, why, and for how long, as the night erases it."""
    return (
        Keeping(
            "Prénom sur un badge, si l'enseignant l'a choisi ; signe « pas de photo »",
            "Reconnaître l'élève le jour de la visite",
            f"{_spelled(FIRST_NAMES_LAST)} après la visite",
        ),
        Keeping(
            "Besoins d'accueil du groupe : une ligne, sans nom",
            "Préparer l'accueil",
            "La nuit après la visite" if NEEDS_LAST.days == 1 else f"{_spelled(NEEDS_LAST)} après la visite",
        ),
        Keeping(
            "Badges lus à l'accueil : numéro et heure",
            "Savoir combien d'élèves sont là",
            f"{_spelled(DESK_LASTS)} après la visite close, puis des nombres",
        ),
        Keeping(
            "Groupe et réservation : nom de la classe, niveau, effectif, date",
            "Compter les visites",
            "Durée du programme, sans aucun nom d'élève",
        ),
        Keeping(
            "Effectifs P-TECH et BTS+1 : des nombres, et l'explication d'un écart",
            "Suivre les parcours",
            "Durée du programme, sans aucun nom",
        ),
        Keeping(
            "Remarques, raisons, notes du chef d'établissement, messages des entreprises",
            "S'entendre sur une visite",
            "Jusqu'à la fin de l'année scolaire (31 juillet)",
        ),
        Keeping(
            "Photo d'un objet fabriqué, jamais d'une personne",
            "Montrer le travail du groupe",
            f"Jusqu'à la clôture de l'année scolaire, {_spelled(PHOTOS_LAST)} au plus",
        ),
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
            "Compte de la coordination",
            "Organiser le programme",
            "Tant que la personne coordonne, ou jusqu'à sa demande",
        ),
        Keeping(
            "Chef d'établissement : nom et adresse, pour le visa",
            "Lui demander son accord",
            f"{_spelled(PRINCIPALS_LAST)} sans réservation de son collège",
        ),
        Keeping("Mails envoyés et réponses d'agenda", "Prévenir chacun", _spelled(MAILS_LAST)),
        Keeping("Clé de l'API qui ne sert plus", "Laisser un autre logiciel agir pour vous", _spelled(KEYS_LAST)),
        Keeping("Journal : qui a fait quoi, quand", "Sécurité et suivi des changements", _spelled(JOURNAL_LASTS)),
    )


def _spelled(lasts: timedelta) -> str:
    years, days = divmod(lasts.days, 365)
    if days:
        return f"{lasts.days} jours"
    return "12 mois" if years == 1 else f"{years} ans"
