from __future__ import annotations

from collections import Counter

from booking.visits import reservation_states as states
from booking.visits.reservation_states import CAME, ENDED, HOLDS_SEATS, WAITS, State
from booking.visits.reservations.states import TRANSITIONS


def test_each_state_is_in_one_part_of_a_life():
    assert Counter([*HOLDS_SEATS, *WAITS, *CAME, *ENDED]) == Counter(State)


def test_what_has_ended_knows_no_further_act():
    assert frozenset(State) - {state for state, _ in TRANSITIONS} == ENDED


def test_each_set_as_a_statement_reads_it():
    assert {name: text for name, text in vars(states).items() if name.endswith("_SQL")} == {
        "HOLDS_SEATS_SQL": "('requested', 'confirmed', 'locked', 'offered')",
        "LIVE_SQL": "('requested', 'confirmed', 'locked', 'waiting', 'offered', 'in_draw')",
        "NOT_ENDED_SQL": (
            "('requested', 'confirmed', 'locked', 'attended', 'no_show', 'waiting', 'offered', 'in_draw')"
        ),
        "CAME_SQL": "('attended', 'no_show')",
        "SETTLED_SQL": (
            "('attended', 'no_show', 'cancelled_by_teacher', 'refused_by_principal', 'refused_by_host', 'called_off')"
        ),
        "ENDED_SQL": ("('lapsed', 'cancelled_by_teacher', 'refused_by_principal', 'refused_by_host', 'called_off')"),
        "REFUSED_SQL": "('refused_by_principal', 'refused_by_host')",
        "SURE_SQL": "('confirmed', 'locked')",
        "NOT_SURE_SQL": "('requested', 'waiting', 'offered')",
        "ONLY_HELD_SQL": "('requested', 'offered')",
        "BOTH_OR_NONE_SQL": "('waiting', 'offered', 'in_draw')",
        "BOOKED_SQL": "('requested', 'confirmed', 'locked')",
        "SIGNED_SQL": "('confirmed', 'locked', 'waiting', 'offered')",
        "BOOKED_OR_MADE_SQL": "('requested', 'confirmed', 'locked', 'attended')",
        "SURE_OR_MADE_SQL": "('confirmed', 'locked', 'attended')",
        "IN_AGENDAS_SQL": "('requested', 'confirmed', 'locked', 'attended', 'no_show')",
        "SEATED_SQL": "('requested', 'confirmed', 'locked', 'attended', 'no_show', 'offered')",
        "PUTS_OTHERS_BY_SQL": "('requested', 'attended')",
    }
