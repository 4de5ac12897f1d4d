"""The French words of P-TECH that pages, mails and agendas share."""

from __future__ import annotations

from datetime import date

from booking.words.wording import day

ACTION_STATES = {"planned": "Prévue", "held": "Tenue", "called_off": "Annulée"}
YEARS_OF_COURSE = ("Seconde pro", "Première pro", "Terminale pro", "BTS 1re année", "BTS 2e année")


def cohort_words(scheme: str, entry_year: int, label: str = "") -> str:
    """« MEI Jules Haag, rentrée 2026 »"""
    return f"{scheme}, {label or f'rentrée {entry_year}'}"


def mentor_gone(after: date | None) -> str:
    """Why what is planned with a company that leaves is called off, as those who were to come read it; without a day
    nothing is."""
    return f"L'entreprise n'accompagne plus la cohorte après le {day(after)}." if after else ""


def length_words(minutes: int) -> str:
    """« 45 min », « 2 h », « 1 h 30 »"""
    hours, rest = divmod(minutes, 60)
    return f"{rest} min" if not hours else f"{hours} h {rest:02}" if rest else f"{hours} h"


def hours_words(hours: float) -> str:
    """« 1 012,5 h », with a thin no-break space."""
    return f"{hours:,.1f}".replace(",", "\u202f").replace(".", ",").removesuffix(",0") + " h"
