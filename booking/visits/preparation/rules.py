"""The steps of a visit, from its visa to its badges: which there are, until when, which are done, which is next; and
those of afterwards. Pure.

The visit's page, the mails that ask whether the group comes and « Mes visites » read this one list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from booking.visits.reservation_states import BOOKED, SURE, State
from booking.visits.reservations.states import ASKED_AGAIN_DAYS, ASKED_BEFORE, NotNow
from booking.words.wording import counted, plain_day
from workshops.school_calendar.rules import (
    DayOff,
    last_working_day,
    lessons_only,
    paris_day,
    school_days_after,
    school_days_before,
)
from workshops.slots.rules import Deadlines

# As the crow flies: a class walks that far in less than half an hour.
WALKED_KM = 1.5


class StepKind(StrEnum):
    """What is to be done before a visit."""

    COLLEGE = "college"
    VISA = "visa"
    COACH = "coach"
    PAPERS = "papers"
    HEADCOUNT = "headcount"
    COMES = "comes"
    LIST = "list"
    BADGES = "badges"


class AfterKind(StrEnum):
    """What its teacher may still do once a visit is closed."""

    CARDS = "cards"
    ANSWERS = "answers"
    THANKS = "thanks"


# What its people say of a step, and take back: the acts that the journal keeps.
TICKED: Mapping[StepKind, tuple[str, str]] = {
    StepKind.COACH: ("reservation_coach_ready", "reservation_coach_undone"),
    StepKind.PAPERS: ("reservation_papers_ready", "reservation_papers_undone"),
    StepKind.HEADCOUNT: ("reservation_count_ready", "reservation_count_undone"),
}
PRINTED, CARDS_PRINTED = "reservation_badges_printed", "reservation_cards_printed"
# What makes the badges that were printed too few, or too many; of a visit that is sure, a visa is for more adults.
COUNTED = ("reservation_headcount", "reservation_approve", "reservation_paper_visa")
TITLES: Mapping[StepKind | AfterKind, tuple[str, str]] = {
    StepKind.COLLEGE: ("Réponse du collège", "Collège d'accord"),
    StepKind.VISA: ("Visa", "Visa signé"),
    StepKind.COACH: ("Demander le car", "Car demandé"),
    StepKind.PAPERS: ("Papiers aux familles", "Papiers donnés aux familles"),
    StepKind.HEADCOUNT: ("Effectif définitif", "Effectif définitif"),
    StepKind.COMES: ("Dire « nous venons »", "Vous venez"),
    StepKind.LIST: ("Liste des élèves close", "Liste des élèves close"),
    StepKind.BADGES: ("Badges à imprimer", "Badges imprimés"),
    AfterKind.CARDS: ("Cartes à donner aux élèves", "Cartes imprimées"),
    AfterKind.ANSWERS: ("Répondre à trois questions", "Réponses données"),
    AfterKind.THANKS: ("Remercier", "Mot de remerciement écrit"),
}


class Done(Struct, frozen=True):
    """Who did a step, and when; `by` is None for whoever has no account."""

    by: int | None
    name: str
    at: datetime


class Prepared(Struct, frozen=True):
    """What is known of a visit and of what was done for it. `said` holds what its people or Technilab noted, of the
    hour and the head count that it has now; `signed`: its visa is given; `on_paper` says by whom and when; `asks`: one
    is awaited, for more adults where `adults_asked`; `comes_from`: since when it is asked whether the group comes;
    `taken_back`: whoever signs said that the visa noted from paper was not hers."""

    state: str
    deadlines: Deadlines
    pupils: int
    adults: int
    kilometres: float | None
    awaits_college: bool
    signed: bool
    on_paper: str
    adults_asked: int | None
    hold_until: datetime | None
    comes: bool
    comes_from: datetime
    said: Mapping[StepKind, Done]
    off: Sequence[DayOff] = ()
    taken_back: bool = False


class Step(Struct, frozen=True):
    """One line of the list. `until`: the day before which it is to be done, None where nothing is known of it; `open`:
    it may be done now, by the collège itself, or `since` a day; `note` says what it is about, or who did it; `own`: the
    collège ticked it, and may take that back."""

    kind: StepKind | AfterKind
    done: bool
    until: date | None
    open: bool
    note: str = ""
    own: bool = False
    since: date | None = None

    @property
    def title(self) -> str:
        """« Papiers aux familles », « Car demandé »"""
        return TITLES[self.kind][self.done]

    def when(self, today: date) -> str:
        """« avant lundi 7 décembre », « aujourd'hui », « dès maintenant »; nothing once it is done."""
        if self.done or self.until is None:
            return ""
        if self.kind is StepKind.LIST:
            return plain_day(self.until)
        if self.until == today:
            return "aujourd'hui"
        return f"avant {plain_day(self.until)}" if self.until > today else "dès maintenant"


def steps_of(known: Prepared, *, reader: int | None = None, now: datetime) -> tuple[Step, ...]:
    """What is done and to be done before a visit that is booked, by date; none once it has begun, or ended. `reader` is
    the account that reads it: what she did herself is « par vous »."""
    if now >= known.deadlines.start or known.state not in BOOKED:
        return ()
    if known.state == State.REQUESTED:
        return _to_be_sure(known)
    found = (*_visa(known, reader), *_before(known, reader, now))
    return tuple(sorted(found, key=lambda step: step.until or date.min))


def steps_after(
    *, cards: Done | None, answered: bool, thanked: bool, thanks_until: date | None, reader: int
) -> tuple[Step, ...]:
    """What a closed visit still asks of its teacher; a word of thanks until the day given, None once it is too late."""
    found = [
        Step(
            AfterKind.CARDS,
            cards is not None,
            None,
            open=True,
            note=_by(cards, reader) or "une par élève présent, sans nom",
        ),
        Step(AfterKind.ANSWERS, answered, None, open=True, note="comptées sans nom"),
    ]
    if thanked or thanks_until is not None:
        note = "un mot au lycée et aux entreprises venues"
        found.append(Step(AfterKind.THANKS, thanked, thanks_until, open=thanks_until is not None, note=note))
    return tuple(found)


def next_of(steps: Sequence[Step]) -> Step | None:
    """The first step that its collège may do now."""
    return next((step for step in steps if step.open and not step.done), None)


def next_words(steps: Sequence[Step], *, today: date) -> str:
    """« Prochaine étape : papiers aux familles avant lundi 7 décembre », « Rien à faire avant mardi 1er décembre »."""
    if step := next_of(steps):
        title = step.title[0].lower() + step.title[1:]
        return f"Prochaine étape : {' '.join(filter(None, (title, step.when(today))))}"
    awaited = next((step for step in steps if not step.done and step.kind is not StepKind.LIST), None)
    if awaited is None or awaited.until is None:
        return "Tout est prêt" if steps else ""
    if awaited.since is not None:
        return f"Rien à faire avant {plain_day(awaited.since)}"
    return f"{awaited.title} attendue {awaited.when(today)}"


def refuse_tick(state: str, starts_at: datetime, *, now: datetime) -> None:
    """Raise NotNow of a visit that is not sure, or has begun."""
    if state not in SURE or now >= starts_at:
        raise NotNow()


def walks(kilometres: float | None) -> bool:
    """Whether a class goes to its lycée on foot: nobody orders a coach."""
    return kilometres is not None and kilometres <= WALKED_KM


def _to_be_sure(known: Prepared) -> tuple[Step, ...]:
    until = None if known.hold_until is None else paris_day(known.hold_until)
    if known.awaits_college:
        note = "les places sont tenues jusque-là"
        return (Step(StepKind.COLLEGE, done=False, until=until, open=False, note=note),)
    note = "la direction a retiré le visa papier" if known.taken_back else ""
    return (Step(StepKind.VISA, done=False, until=until, open=True, note=note),)


def _visa(known: Prepared, reader: int | None) -> tuple[Step, ...]:
    if known.adults_asked is not None:
        until = None if known.hold_until is None else paris_day(known.hold_until)
        note = f"pour {counted(known.adults_asked, 'adulte')} au lieu de {known.adults}"
        return (Step(StepKind.VISA, done=False, until=until, open=True, note=note),)
    if not known.signed:
        return ()
    note = f"sur papier, {known.on_paper}" if known.on_paper else _by(known.said.get(StepKind.VISA), reader)
    return (Step(StepKind.VISA, done=True, until=None, open=False, note=note),)


def _before(known: Prepared, reader: int | None, now: datetime) -> list[Step]:
    lessons, on = lessons_only(known.off), paris_day(known.deadlines.start)
    settled, locks = paris_day(known.deadlines.headcount), paris_day(known.deadlines.list)
    people = f"{counted(known.pupils, 'élève')}, {counted(known.adults, 'adulte')}"
    two_weeks = last_working_day(on - ASKED_BEFORE, lessons)
    found = [
        _own(known, StepKind.PAPERS, school_days_before(settled, 1, lessons), reader),
        _counted(known, settled, people, reader, now),
        _comes(known, lessons, reader, now),
        Step(StepKind.LIST, done=now >= known.deadlines.list, until=locks, open=False),
        _own(known, StepKind.BADGES, on, reader),
    ]
    return found if walks(known.kilometres) else [_own(known, StepKind.COACH, two_weeks, reader), *found]


def _own(known: Prepared, kind: StepKind, until: date | None, reader: int | None) -> Step:
    """What the collège does by itself."""
    said = known.said.get(kind)
    return Step(
        kind, said is not None, until, open=True, note=_by(said, reader), own=said is not None and kind in TICKED
    )


def _counted(known: Prepared, until: date, people: str, reader: int | None, now: datetime) -> Step:
    """The head count, which nobody changes any more once its day has come."""
    said, over = known.said.get(StepKind.HEADCOUNT), now >= known.deadlines.headcount
    note = " · ".join(filter(None, (people, "" if over else _by(said, reader))))
    done = over or said is not None
    return Step(StepKind.HEADCOUNT, done, until, open=not over, note=note, own=said is not None and not over)


def _comes(known: Prepared, lessons: Sequence[DayOff], reader: int | None, now: datetime) -> Step:
    """Whether the group comes, asked on a day of lessons, and again while it is not said."""
    asked_on = last_working_day(paris_day(known.comes_from), lessons) or paris_day(known.comes_from)
    on = paris_day(known.deadlines.start)
    again_on = school_days_before(on, ASKED_AGAIN_DAYS, lessons)
    if again_on <= asked_on:
        # There is a day of lessons to answer.
        again_on = min(school_days_after(asked_on, 1, lessons), on)
    if known.comes:
        said = known.said.get(StepKind.COMES)
        return Step(StepKind.COMES, done=True, until=again_on, open=False, note=_by(said, reader))
    if paris_day(now) >= asked_on:
        return Step(StepKind.COMES, done=False, until=again_on, open=True)
    note = f"demandé par mail {plain_day(asked_on)}"
    return Step(StepKind.COMES, done=False, until=again_on, open=False, note=note, since=asked_on)


def _by(said: Done | None, reader: int | None) -> str:
    if said is None:
        return ""
    who = "vous" if reader is not None and said.by == reader else said.name
    return ", ".join(filter(None, (f"par {who}" if who else "", plain_day(paris_day(said.at)))))
