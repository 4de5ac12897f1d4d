"""Who is told of a changed slot, and what a slot may not do to those who come to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from booking.visits.reservations.states import TO_PRINCIPAL, TRANSITIONS, told_of
from workshops.refusals import Refusal

TO_HOSTS = frozenset({"slot_moved_host", "slot_called_off_host"})


class GroupsBusy(Refusal):
    """Groups of the slot have another visit at its new hour: the slot stays where it is."""

    kind = "group-busy"
    title = "Groupe déjà pris"

    def __init__(self, groups: Sequence[str]) -> None:
        self.groups = tuple(groups)
        listed = groups[0] if len(groups) == 1 else f"{', '.join(groups[:-1])} et {groups[-1]}"
        verb = "a" if len(groups) == 1 else "ont"
        super().__init__(
            f"{listed} {verb} déjà une visite à cette heure-là. Choisissez une autre heure, ou voyez avec le collège."
        )


class PupilsAreHere(Refusal):
    """Badges were scanned at this slot: it takes place."""

    kind = "pupils-are-here"
    title = "Élèves déjà pointés"
    sentence = "Des élèves sont pointés à cette visite : elle a lieu. Clôturez-la plutôt, avec l'effectif venu."


@dataclass(frozen=True)
class Touched:
    """A reservation or an attendance that changed with its slot: the state it had, its new SEQUENCE;
    `replaces` is the visit whose change a reservation is."""

    id: int
    state: str
    sequence: int
    replaces: int | None = None


@dataclass(frozen=True)
class Word:
    """Mails to write of one reservation or coming, to its college, its company, or the lycée."""

    kind: str
    about: int
    sequence: int
    to: Literal["college", "company", "lycee"]


def minute_of(instant: datetime) -> int:
    """An instant as the number that a mail keeps beside the visit: minutes since 1970."""
    return int(instant.timestamp()) // 60


def instant_of(minute: int) -> datetime:
    """The instant that such a number stands for."""
    return datetime.fromtimestamp(minute * 60, UTC)


def states_that(act: str) -> list[str]:
    """The states in which a reservation knows this act of its slot (follow, call_off)."""
    return [state for state, known in TRANSITIONS if known == act]


def words_to_groups(act: str, touched: Iterable[Touched]) -> list[Word]:
    """The mails that the table of states wants for each reservation, to its teacher and to the lycée's hosts."""
    return [
        Word(kind, one.id, one.sequence, "lycee" if kind in TO_HOSTS else "college")
        for one in touched
        for kind in _kinds(act, one)
        if kind not in TO_PRINCIPAL
    ]


def told_to_principals(act: str, touched: Iterable[Touched]) -> dict[str, list[int]]:
    """The mails that it wants for the principals, and the visits that each is about."""
    kinds: dict[str, list[int]] = {}
    for one in touched:
        for kind in TO_PRINCIPAL.intersection(_kinds(act, one)):
            kinds.setdefault(kind, []).append(one.id)
    return kinds


def _kinds(act: str, one: Touched) -> tuple[str, ...]:
    return told_of(TRANSITIONS[one.state, act], replaces=one.replaces is not None)


def words_to_companies(kind: str, touched: Iterable[Touched]) -> list[Word]:
    """One mail to whoever announced each company."""
    return [Word(kind, one.id, one.sequence, "company") for one in touched]
