"""Why a company cannot come, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workshops.refusals import Invalid, Refusal

PEOPLE_MOST = 10
ROLES = ("temoignage", "demonstration", "mentorat")


class CompanyPlacesFull(Refusal):
    kind = "company-places-full"
    title = "Places prises"
    sentence = "Les places d'entreprise de ce créneau sont prises. Choisissez une autre séance."


class AlreadyAnnounced(Refusal):
    kind = "already-announced"
    title = "Déjà annoncé"
    sentence = "Votre entreprise est déjà annoncée à cette séance. Retirez d'abord cette venue pour la changer."


class NoMoreAnnouncements(Refusal):
    kind = "too-late"
    title = "Trop tard"
    sentence = "Cette séance a commencé ou n'est plus ouverte. Choisissez-en une autre."


@dataclass(frozen=True)
class PlacesSeen:
    """A slot as a company needs it."""

    state: str
    starts_at: datetime
    company_places: int
    company_places_taken: int
    announced: bool

    @property
    def free(self) -> int:
        return self.company_places - self.company_places_taken


def refuse_people(people: int, role: str) -> None:
    """Raise Invalid for a number of people or a role that cannot be."""
    errors = {}
    if not 1 <= people <= PEOPLE_MOST:
        errors["people"] = f"Personnes : écrivez un nombre de 1 à {PEOPLE_MOST}."
    if role not in ROLES:
        errors["role"] = "Rôle : choisissez témoignage, démonstration ou mentorat."
    if errors:
        raise Invalid(errors)


def refuse_announcement(seen: PlacesSeen, *, people: int, now: datetime) -> None:
    """Raise the first reason why this company cannot come."""
    if seen.state not in {"open", "closed"} or now >= seen.starts_at:
        raise NoMoreAnnouncements()
    if seen.announced:
        raise AlreadyAnnounced()
    if people > seen.free:
        if seen.free <= 0:
            raise CompanyPlacesFull()
        places = "place d'entreprise" if seen.free == 1 else "places d'entreprise"
        raise CompanyPlacesFull(f"Il reste {seen.free} {places} à cette séance. Venez à {seen.free}, ou un autre jour.")
