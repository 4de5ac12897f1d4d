"""Which steps a visit has, until when, and which is next: the calendar of December 2026, zone A."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from booking.visits.preparation.rules import (
    Done,
    Prepared,
    Step,
    StepKind,
    next_of,
    next_words,
    refuse_tick,
    steps_of,
)
from booking.visits.reservation_states import State
from booking.visits.reservations.states import NotNow
from tests.builders import paris
from workshops.school_calendar.rules import DayOff
from workshops.slots.rules import deadlines_of

STARTS = paris("2026-12-15 08:30")
CHRISTMAS = DayOff("holiday", "Noël", date(2026, 12, 19), date(2027, 1, 3), zone="A")
CLAIRE, HUGO = 7, 8


def visit(**more: object) -> Prepared:
    """4e B goes 12 km on Tuesday 15 December at 8 h 30; its visa is signed."""
    starts_at = more.pop("starts_at", STARTS)
    assert isinstance(starts_at, datetime)
    known = Prepared(
        state="confirmed",
        deadlines=deadlines_of(starts_at, (CHRISTMAS,), now=paris("2026-11-02 08:00")),
        pupils=27,
        adults=2,
        kilometres=12.0,
        awaits_college=False,
        signed=True,
        on_paper="",
        adults_asked=None,
        hold_until=None,
        comes=False,
        comes_from=starts_at - timedelta(days=14),
        said={StepKind.VISA: Done(None, "Mme Faivre", paris("2026-11-20 10:00"))},
        off=(CHRISTMAS,),
    )
    return replace(known, **more)


def lines(known: Prepared, now: str, *, reader: int | None = CLAIRE) -> list[str]:
    """Each step as it is read: ticked, its title, its date, its note."""
    at = paris(now)
    return [
        " ".join(filter(None, ("x" if one.done else "-", one.title, one.when(at.date()), f"({one.note})")))
        for one in steps_of(known, reader=reader, now=at)
    ]


def test_a_visit_has_its_steps_by_date_and_says_who_signed():
    assert lines(visit(), "2026-11-25 12:00") == [
        "x Visa signé (par Mme Faivre, vendredi 20 novembre)",
        "- Demander le car avant mardi 1er décembre ()",
        "- Papiers aux familles avant lundi 7 décembre ()",
        "- Effectif définitif avant mardi 8 décembre (27 élèves, 2 adultes)",
        "- Dire « nous venons » avant jeudi 10 décembre (demandé par mail mardi 1er décembre)",
        "- Liste des élèves close vendredi 11 décembre ()",
        "- Badges à imprimer avant mardi 15 décembre ()",
    ]


def test_what_is_late_is_to_be_done_at_once_and_what_closed_is_ticked_by_itself():
    said = {StepKind.COACH: Done(CLAIRE, "Claire Renaud", paris("2026-11-30 17:00"))}
    assert lines(visit(signed=False, said=said), "2026-12-11 09:00") == [
        "x Car demandé (par vous, lundi 30 novembre)",
        "- Papiers aux familles dès maintenant ()",
        "x Effectif définitif (27 élèves, 2 adultes)",
        "- Dire « nous venons » dès maintenant ()",
        "x Liste des élèves close ()",
        "- Badges à imprimer avant mardi 15 décembre ()",
    ]


def test_a_colleague_reads_the_name_of_who_did_it():
    said = {StepKind.COMES: Done(CLAIRE, "Claire Renaud", paris("2026-12-02 08:00"))}
    told = lines(visit(comes=True, said=said), "2026-12-02 09:00", reader=HUGO)
    assert "x Vous venez (par Claire Renaud, mercredi 2 décembre)" in told


def test_dates_are_those_of_lessons():
    assert lines(visit(starts_at=paris("2027-01-05 09:00")), "2026-11-25 12:00")[1:] == [
        "- Papiers aux familles avant jeudi 17 décembre ()",
        "- Demander le car avant vendredi 18 décembre ()",
        "- Effectif définitif avant vendredi 18 décembre (27 élèves, 2 adultes)",
        "- Liste des élèves close vendredi 18 décembre ()",
        "- Dire « nous venons » avant lundi 4 janvier (demandé par mail vendredi 18 décembre)",
        "- Badges à imprimer avant mardi 5 janvier ()",
    ]


@pytest.mark.parametrize(("kilometres", "coach"), [(None, True), (1.6, True), (1.5, False), (0.2, False)])
def test_a_class_that_walks_orders_no_coach(kilometres, coach):
    steps = steps_of(visit(kilometres=kilometres), now=paris("2026-11-25 12:00"))
    assert (StepKind.COACH in {one.kind for one in steps}) is coach


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"signed": False}, []),
        ({"on_paper": "M. Roy, lundi 2 novembre 2026"}, ["x Visa signé (sur papier, M. Roy, lundi 2 novembre 2026)"]),
        ({"said": {}}, ["x Visa signé ()"]),
        (
            {"adults_asked": 4, "hold_until": paris("2026-11-27 18:00")},
            ["- Visa avant vendredi 27 novembre (pour 4 adultes au lieu de 2)"],
        ),
    ],
)
def test_a_visa_stands_in_the_list_only_where_one_was_asked(more, told):
    assert [one for one in lines(visit(**more), "2026-11-25 12:00") if "Visa" in one] == told


@pytest.mark.parametrize(
    ("awaits", "told", "words"),
    [
        (False, "- Visa avant mercredi 2 décembre ()", "Prochaine étape : visa avant mercredi 2 décembre"),
        (
            True,
            "- Réponse du collège avant mercredi 2 décembre (les places sont tenues jusque-là)",
            "Réponse du collège attendue avant mercredi 2 décembre",
        ),
    ],
)
def test_a_visit_that_is_only_held_says_whose_answer_it_waits_for(awaits, told, words):
    held = visit(state="requested", signed=False, awaits_college=awaits, hold_until=paris("2026-12-02 18:00"))
    assert lines(held, "2026-11-25 12:00") == [told]
    assert next_words(steps_of(held, now=paris("2026-11-25 12:00")), today=date(2026, 11, 25)) == words


def done(*kinds: StepKind) -> dict[StepKind, Done]:
    return {kind: Done(CLAIRE, "Claire Renaud", paris("2026-11-24 10:00")) for kind in kinds}


BY_HAND = (StepKind.COACH, StepKind.PAPERS, StepKind.HEADCOUNT)


@pytest.mark.parametrize(
    ("said", "comes", "now", "words"),
    [
        ((), False, "2026-11-25", "Prochaine étape : demander le car avant mardi 1er décembre"),
        ((StepKind.COACH,), False, "2026-11-25", "Prochaine étape : papiers aux familles avant lundi 7 décembre"),
        ((StepKind.COACH,), False, "2026-12-07", "Prochaine étape : papiers aux familles aujourd'hui"),
        (BY_HAND, False, "2026-12-01", "Prochaine étape : dire « nous venons » avant jeudi 10 décembre"),
        (BY_HAND, True, "2026-12-01", "Prochaine étape : badges à imprimer avant mardi 15 décembre"),
        ((*BY_HAND, StepKind.BADGES), False, "2026-11-25", "Rien à faire avant mardi 1er décembre"),
        ((*BY_HAND, StepKind.BADGES), True, "2026-12-01", "Tout est prêt"),
    ],
)
def test_one_line_says_what_is_next(said, comes, now, words):
    steps = steps_of(visit(said=done(*said), comes=comes), now=paris(f"{now} 12:00"))
    assert next_words(steps, today=date.fromisoformat(now)) == words


@pytest.mark.parametrize("state", sorted(set(State) - {State.REQUESTED, State.CONFIRMED, State.LOCKED}))
def test_a_visit_that_is_not_booked_has_no_steps(state):
    assert steps_of(visit(state=state), now=paris("2026-11-25 12:00")) == ()


def test_a_visit_that_has_begun_has_none_either_and_nothing_of_it_is_ticked():
    assert steps_of(visit(), now=STARTS) == ()
    assert next_words((), today=STARTS.date()) == ""
    refuse_tick("confirmed", STARTS, now=STARTS - timedelta(minutes=1))
    for state, now in (("confirmed", STARTS), ("requested", paris("2026-12-01 08:00"))):
        with pytest.raises(NotNow):
            refuse_tick(state, STARTS, now=now)


def test_the_next_step_is_never_one_that_waits_for_its_day():
    waits = Step(StepKind.COMES, done=False, until=date(2026, 12, 10), open=False, since=date(2026, 12, 1))
    badges = Step(StepKind.BADGES, done=False, until=date(2026, 12, 15), open=True)
    assert next_of((waits, badges)) is badges


def test_a_paper_visa_that_was_taken_back_is_said_by_the_step_that_asks_again():
    held = visit(state="requested", signed=False, taken_back=True, hold_until=paris("2026-12-02 18:00"))
    told = "- Visa avant mercredi 2 décembre (la direction a retiré le visa papier)"
    assert lines(held, "2026-11-25 12:00") == [told]
