"""A kind, a level, a role, a state is said once: the words of pages are those of the subject, no more and no fewer."""

from __future__ import annotations

from enum import StrEnum

import pytest

from booking.people.accounts.rules import Role
from booking.visits.attendance.rules import CompanyRole
from booking.visits.reservation_states import ENDED, State
from booking.visits.reservations.states import TRANSITIONS, Act
from booking.words import ptech, wording
from booking.words.states import RESERVATION_STATES, SLOT_STATES
from workshops.catalogue.rules import WorkshopState
from workshops.programmes.ptech.rules import ACTION_KINDS, OUTCOMES, TERMS, ActionKind, ActionState, OutcomeKind, Term
from workshops.programmes.targets.rules import Programme
from workshops.slots.rules import SlotState

WORDED = (
    (Role, wording.ROLES),
    (CompanyRole, wording.COMPANY_ROLES),
    (SlotState, SLOT_STATES),
    (WorkshopState, wording.WORKSHOP_STATES),
    (State, RESERVATION_STATES),
    (Programme, wording.PROGRAMMES),
    (ActionKind, ACTION_KINDS),
    (ActionState, ptech.ACTION_STATES),
    (OutcomeKind, OUTCOMES),
    (Term, TERMS),
)


@pytest.mark.parametrize(("kind", "words"), WORDED, ids=[kind.__name__ for kind, _ in WORDED])
def test_each_has_its_words_and_no_word_is_left_over(kind: type[StrEnum], words: dict[str, str]):
    assert list(words) == list(kind)


def test_what_will_not_be_says_who_ended_it_and_nothing_else_does():
    assert {state for state, words in RESERVATION_STATES.items() if words.why} == ENDED
    # What a collège gives up itself is told to nobody as a change that was not granted.
    of_change = {state for state, words in RESERVATION_STATES.items() if words.change_why}
    assert of_change == ENDED - {State.CANCELLED_BY_TEACHER}


def test_the_table_of_transitions_knows_every_state_and_act():
    lines = TRANSITIONS.items()
    assert {state for (state, _), _ in lines} | {line.becomes for _, line in lines if line.becomes} == set(State)
    assert {act for (_, act), _ in lines} == set(Act)
