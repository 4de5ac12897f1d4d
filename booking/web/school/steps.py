"""« Et maintenant » on a visit's page: the steps before it, or after, each with what one does of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from booking.people.accounts.queries import Person, Teacher
from booking.visits.asking.pairs import Half
from booking.visits.preparation.queries import cards_printed, steps_before
from booking.visits.preparation.rules import AfterKind, Step, StepKind, next_of, steps_after
from booking.visits.reservation_states import SURE
from booking.visits.reservations.queries import Visit
from booking.words.wording import paris
from workshops.academie.queries import academie

# As an address names them: those that a collège ticks by itself.
STEPS: Mapping[str, StepKind] = {
    "car": StepKind.COACH,
    "papiers": StepKind.PAPERS,
    "effectif": StepKind.HEADCOUNT,
}


class Gesture(Struct, frozen=True):
    """What one does of a step: a page or a paper to open, or a button that is `sent`, with a `form` of the page."""

    words: str
    path: str
    sent: bool = True
    form: str = ""


class StepShown(Struct, frozen=True):
    """A step as the page lays it out; `first` is the next one, whose gesture alone is blue; `undo` takes it back;
    `coach` says who pays it, where the académie has said so."""

    step: Step
    when: str
    first: bool
    gestures: Sequence[Gesture]
    undo: str
    coach: str = ""


Gestures: TypeAlias = Mapping[StepKind | AfterKind, tuple[Gesture, ...]]


async def steps_shown(
    seen: Visit,
    person: Person,
    halves: Sequence[Half],
    acts: Sequence[str],
    now: datetime,
    *,
    asked_first: bool = False,
) -> Sequence[StepShown]:
    """What a teacher reads on top of her visit, nothing for whoever is not of its collège; both halves of a class that
    come on one day have one list. None is the next where something else is asked of her first."""
    if not isinstance(person, Teacher):
        return ()
    steps = (await steps_before([seen], reader=person.account, now=now)).get(seen.id, ())
    sure = [one for one in halves if one.state in SURE and paris(one.starts_at).date() == seen.on]
    gestures = {} if person.awaiting else _gestures(seen.id, both=len(sure) > 1, typed="headcount" in acts)
    coach = (await academie()).coach if steps else ""
    following = next_of(steps) if gestures and not asked_first else None
    return _shown(seen.id, steps, gestures, following, now, coach=coach)


async def steps_shown_after(
    seen: Visit, person: Person, now: datetime, *, answered: bool, thanked: bool, thanks_until: datetime | None
) -> Sequence[StepShown]:
    """What a closed visit still asks of its teacher, nothing for anyone else, nor once all of it is done."""
    if not isinstance(person, Teacher) or person.awaiting:
        return ()
    steps = steps_after(
        cards=await cards_printed(seen.id),
        answered=answered,
        thanked=thanked,
        thanks_until=None if thanks_until is None else paris(thanks_until).date(),
        reader=person.account,
    )
    following = next_of(steps)
    return _shown(seen.id, steps, _gestures_after(seen.id), following, now) if following else ()


def _shown(
    visit: int, steps: Sequence[Step], gestures: Gestures, following: Step | None, now: datetime, *, coach: str = ""
) -> Sequence[StepShown]:
    return [
        StepShown(
            step=one,
            when=one.when(paris(now).date()),
            first=one is following,
            gestures=gestures.get(one.kind, ()) if one.open and not one.done else (),
            undo=f"{_path(visit, one.kind)}/retrait" if one.own and gestures else "",
            coach=coach,
        )
        for one in steps
    ]


def _gestures_after(visit: int) -> Gestures:
    return {
        AfterKind.CARDS: (Gesture("Imprimer les cartes", f"/mes-visites/{visit}/cartes.pdf", sent=False),),
        AfterKind.ANSWERS: (Gesture("Répondre", "#avis", sent=False),),
        AfterKind.THANKS: (Gesture("Écrire un mot", "#mot", sent=False),),
    }


def _gestures(visit: int, *, both: bool, typed: bool) -> Gestures:
    papers = f"/mes-visites/{visit}/{'moities' if both else 'papiers'}.pdf?papier=familles"
    badges = f"/reservations/{visit}/{'moities.pdf' if both else 'badges'}"
    right = "Les deux effectifs sont justes" if both else "Tout est juste"
    return {
        StepKind.COACH: (Gesture("Car demandé", _path(visit, StepKind.COACH)),),
        StepKind.PAPERS: (
            Gesture("Imprimer les papiers", papers, sent=False),
            Gesture("Papiers donnés", _path(visit, StepKind.PAPERS)),
        ),
        StepKind.HEADCOUNT: (Gesture(right, _path(visit, StepKind.HEADCOUNT), form="effectif" if typed else ""),),
        StepKind.COMES: (Gesture("Nous venons", f"/reservations/{visit}/venue"),),
        StepKind.BADGES: (Gesture("Imprimer les badges", badges, sent=False),),
    }


def _path(visit: int, kind: StepKind | AfterKind) -> str:
    name = next(name for name, one in STEPS.items() if one is kind)
    return f"/reservations/{visit}/etapes/{name}"
