"""Milestones and their proofs in words: what was done to one, what a file weighs."""

from __future__ import annotations

from booking.words.wording import spaced

ACTS_OF_MILESTONES = {
    "milestone_added": "Jalon ajouté",
    "milestone_changed": "Jalon changé",
    "milestone_done": "Jalon fait",
    "milestone_given_up": "Jalon abandonné",
    "milestone_in_a_month": "Rappel d'un jalon, un mois avant",
    "milestone_in_a_week": "Rappel d'un jalon, une semaine avant",
    "milestone_removed": "Jalon retiré",
    "milestone_taken_up": "Jalon repris",
    "proof_added": "Preuve ajoutée à un jalon",
    "proof_removed": "Preuve retirée d'un jalon",
}


def weight(octets: int) -> str:
    """« 34 ko », « 1,2 Mo »: what a file weighs."""
    if octets < 1_000_000:
        return spaced(f"{max(1, round(octets / 1000))} ko")
    return spaced(f"{octets / 1_000_000:.1f}".replace(".", ",").removesuffix(",0") + " Mo")
