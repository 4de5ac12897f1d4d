"""Why a company cannot come, and what its host may answer, in words"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from booking.people.accounts.rules import refuse_name
from workshops.refusals import Invalid, Refusal
from workshops.slots.rules import TO_COME
from workshops.sql_sets import sql_set


class CompanyRole(StrEnum):
    """What a company comes for."""

    TEMOIGNAGE = "temoignage"
    DEMONSTRATION = "demonstration"
    MENTORAT = "mentorat"


class AttendanceState(StrEnum):
    """The life of a company's coming; asked where the lycée must agree first."""

    ASKED = "asked"
    ANNOUNCED = "announced"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    CALLED_OFF = "called_off"
    LAPSED = "lapsed"


class WithdrawnWhy(StrEnum):
    """Why a company no longer comes: it says one of these, and nothing more."""

    NO_GROUP = "no_group"
    LAST_MINUTE = "last_minute"
    TOO_FAR = "too_far"
    MISTAKE = "mistake"
    OTHER = "other"


VISITOR_MOST = 80
# Both hold their places; only the second is in agendas.
LIVE = frozenset({AttendanceState.ASKED, AttendanceState.ANNOUNCED})
ENDED = frozenset(AttendanceState) - LIVE
LIVE_COMINGS_SQL = sql_set(LIVE)


class CompanyPlacesFull(Refusal):
    kind = "company-places-full"
    title = "Places prises"
    sentence = "Les places d'entreprise de ce créneau sont prises. Choisissez une autre séance."


class CompanyTradeTaken(Refusal):
    kind = "company-trade-taken"
    title = "Métier déjà représenté"
    sentence = (
        "Une entreprise de votre métier vient déjà à cette séance, et le lycée n'en reçoit qu'une par métier."
        " Choisissez une autre séance."
    )


class AlreadyAnnounced(Refusal):
    kind = "already-announced"
    title = "Déjà annoncé"
    sentence = "Votre entreprise est déjà annoncée à cette séance. Vous pouvez changer cette venue."


class NoMoreAnnouncements(Refusal):
    kind = "too-late"
    title = "Trop tard"
    sentence = "Cette séance a commencé ou n'est plus ouverte. Choisissez-en une autre."


class AlreadyAnswered(Refusal):
    kind = "already-answered"
    title = "Déjà répondu"
    sentence = "Cette venue n'attend plus de réponse : elle est acceptée, déclinée ou retirée."


class PlacesSeen(Struct, frozen=True):
    """A slot as a company needs it. `announced` also counts a coming that waits for the lycée's agreement."""

    state: str
    starts_at: datetime
    company_places: int
    company_places_taken: int
    announced: bool
    trade_taken: bool = False

    @property
    def free(self) -> int:
        return self.company_places - self.company_places_taken


class StandingAttendance(Struct, frozen=True):
    """A coming under its slot's lock; `free` is how many more people its slot takes."""

    state: str
    slot_state: str
    starts_at: datetime
    people: int
    role: str
    message: str
    free: int


def visitors_of(typed: str, *, people: int) -> str:
    """The names of a company's visitors, one a line; none at all takes them back. Raises Invalid."""
    names = [" ".join(line.split()) for line in typed.splitlines() if line.strip()]
    if len(names) > people:
        comes = "une personne" if people == 1 else f"{people} personnes"
        raise Invalid({"visitors": f"Vous venez à {comes} : écrivez un nom par ligne, pas plus."})
    if any(len(name) > VISITOR_MOST for name in names):
        raise Invalid({"visitors": f"Le prénom et le nom seulement, un par ligne, en {VISITOR_MOST} lettres au plus."})
    for name in names:
        refuse_name(name, field="visitors")
    return "\n".join(names)


def refuse_announcement(seen: PlacesSeen, *, people: int, now: datetime) -> None:
    """Raise the first reason why this company cannot come."""
    if seen.state not in TO_COME or now >= seen.starts_at:
        raise NoMoreAnnouncements()
    if seen.announced:
        raise AlreadyAnnounced()
    if seen.trade_taken:
        raise CompanyTradeTaken()
    if people > seen.free:
        if seen.free <= 0:
            raise CompanyPlacesFull()
        raise _only(seen.free)


def _only(free: int) -> CompanyPlacesFull:
    places = "place d'entreprise" if free == 1 else "places d'entreprise"
    return CompanyPlacesFull(f"Il reste {free} {places} à cette séance. Venez à {free}, ou un autre jour.")


def may_change(state: str, *, slot: str, starts_at: datetime, now: datetime) -> bool:
    """Whether a coming in this state can still be told otherwise: until a session that is kept begins."""
    return state in LIVE and slot in TO_COME and now < starts_at


_OVER: dict[str, str] = {
    AttendanceState.ASKED: "Le lycée n'a pas répondu.",
    AttendanceState.LAPSED: "Le lycée n'a pas répondu.",
    AttendanceState.WITHDRAWN: "Vous l'avez retirée.",
    AttendanceState.DECLINED: "Le lycée l'a déclinée.",
}


def why_over(state: str, *, slot: str, ends_at: datetime, now: datetime) -> str:
    """Why a coming changes no more, and whether it counts, as its company reads it."""
    if AttendanceState.CALLED_OFF in (state, slot):
        return "Le lycée a annulé cette séance."
    if state in _OVER:
        return _OVER[state]
    if ends_at > now:
        return "La séance a commencé."
    if slot == "done":
        return "Elle n'est pas comptée : le lycée n'a vu venir personne de votre entreprise, ou aucun élève."
    return "Elle sera comptée quand le lycée aura clos la séance."


def refuse_change(stands: StandingAttendance, *, people: int, now: datetime) -> None:
    """Raise why a coming cannot change, or cannot bring that many people."""
    if not may_change(stands.state, slot=stands.slot_state, starts_at=stands.starts_at, now=now):
        raise NoMoreAnnouncements("Cette séance a commencé, ou votre venue n'a plus cours.")
    if people - stands.people > stands.free:
        raise _only(stands.people + stands.free)


def refuse_answer(stands: StandingAttendance, *, among: Collection[str], now: datetime) -> None:
    """Raise why the lycée can no longer answer: it may until the session begins, for a coming in these states."""
    if stands.state not in among:
        raise AlreadyAnswered()
    if stands.slot_state not in TO_COME or now >= stands.starts_at:
        raise NoMoreAnnouncements("La séance a commencé ou n'est plus ouverte : la venue reste comme elle est.")
