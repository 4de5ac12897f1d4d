"""What a slot may not do to those who come to it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from msgspec import Struct

from booking.visits.reservation_states import SURE_SQL
from booking.visits.reservations.states import TRANSITIONS
from workshops.refusals import Refusal

# What the journal keeps of a move that changes a room alone begins so, then says the room before and the room now.
ROOM_ALONE, NO_ROOM = "Salle : ", "aucune salle précise"


class MoveDone(Struct, frozen=True):
    """How many groups and companies follow the slot, and when its reservations close now; `told`: whom a mail tells."""

    groups: int
    companies: int
    booking_closes_at: datetime
    told: frozenset[str] = frozenset()


class GroupsBusy(Refusal):
    """Groups of the slot have another visit at its new hour: the slot stays where it is."""

    kind = "group-busy"
    title = "Groupe déjà pris"
    field = "starts_at"

    def __init__(self, groups: Sequence[str]) -> None:
        self.groups = tuple(groups)
        listed = groups[0] if len(groups) == 1 else f"{', '.join(groups[:-1])} et {groups[-1]}"
        verb = "a" if len(groups) == 1 else "ont"
        super().__init__(
            f"{listed} {verb} déjà une visite à cette heure-là. Choisissez une autre heure, ou voyez avec le collège."
        )


class NotAllOfThem(Refusal):
    """One of several slots cannot be changed so: none of them is. `no` is what was said of it."""

    kind = "not-all-of-them"
    title = "Rien n'a été changé"

    def __init__(self, on: date, no: Refusal) -> None:
        self.no = no
        self.there = getattr(no, "there", None)
        super().__init__(f"{on:%d/%m/%Y} : {no.sentence} Aucun créneau n'a été changé.")


class LevelTaken(Refusal):
    """Groups of these levels have a place, or wait for one: the slot goes on taking them."""

    kind = "level-taken"
    title = "Niveau déjà attendu"
    field = "levels"

    def __init__(self, groups: Sequence[str]) -> None:
        self.groups = tuple(groups)
        listed = groups[0] if len(groups) == 1 else f"{', '.join(groups[:-1])} et {groups[-1]}"
        verb = "a réservé ou attend" if len(groups) == 1 else "ont réservé ou attendent"
        super().__init__(f"{listed} {verb} une place : gardez ce niveau, ou refusez d'abord ce groupe.")


class TradesMeet(Refusal):
    """Two companies of a trade come already."""

    kind = "trades-meet"
    field = "one_per_trade"
    title = "Deux entreprises d'un même métier"
    sentence = "Deux entreprises d'un même métier viennent déjà. Déclinez-en une d'abord, ou gardez cette règle."


class CompaniesAsk(Refusal):
    """Companies wait for the lycée's agreement."""

    kind = "companies-ask"
    field = "on_agreement"
    title = "Entreprises à qui répondre"
    sentence = "Des entreprises attendent votre accord pour ce créneau. Répondez-leur d'abord."


class PupilsAreHere(Refusal):
    """Badges were scanned at this slot: it takes place."""

    kind = "pupils-are-here"
    title = "Élèves déjà pointés"
    sentence = "Des élèves sont pointés à cette visite : elle a lieu. Clôturez-la plutôt, avec l'effectif venu."


def minute_of(instant: datetime) -> int:
    """An instant as the number that a mail keeps beside the visit: minutes since 1970."""
    return int(instant.timestamp()) // 60


def instant_of(minute: int) -> datetime:
    """The instant that such a number stands for."""
    return datetime.fromtimestamp(minute * 60, UTC)


def states_that(act: str) -> list[str]:
    """The states in which a reservation knows this act of its slot (follow, call_off)."""
    return [state for state, known in TRANSITIONS if known == act]


# Who is told of a visit that its slot moves or ends, as a SQL expression of the row `one`: of the visits of one group
# in the same state one mail tells, however many slots one act changes.
READERS_OF = f"""{{one}}."group" || ':' || CASE WHEN {{one}}.was IN {SURE_SQL} THEN 'sure' ELSE {{one}}.was END"""
