"""The states of a reservation, and each set of them that a rule or a statement speaks of, under its one name. Pure.

A new state is put here, the last, and into the sets to which it belongs; what leads to it is in the table of
`reservations/states.py`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from workshops.sql_sets import sql_set


class State(StrEnum):
    """Where a reservation is in its one life."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    LOCKED = "locked"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    CANCELLED_BY_TEACHER = "cancelled_by_teacher"
    REFUSED_BY_PRINCIPAL = "refused_by_principal"
    REFUSED_BY_HOST = "refused_by_host"
    CALLED_OFF = "called_off"
    IN_DRAW = "in_draw"


HOLDS_SEATS = frozenset({State.REQUESTED, State.CONFIRMED, State.LOCKED, State.OFFERED})
"""Its seats are taken from its slot."""
WAITS = frozenset({State.WAITING, State.IN_DRAW})
"""It hopes for seats, and holds none."""
LIVE = HOLDS_SEATS | WAITS
"""It may still take place: the slot itself can move it or call it off."""
CAME = frozenset({State.ATTENDED, State.NO_SHOW})
"""The visit is closed, and the group was there or not."""
SEATED = HOLDS_SEATS | CAME
"""Its group has or had its seats: its lycée expects it, or has closed its visit."""
NOT_ENDED = LIVE | CAME
ENDED = frozenset(State) - NOT_ENDED
SETTLED = CAME | (ENDED - {State.LAPSED})
"""Closed, or given back or taken away: what became of a place that its group had."""
REFUSED = frozenset({State.REFUSED_BY_PRINCIPAL, State.REFUSED_BY_HOST})
"""Somebody said no to this class: it is not asked again."""

SURE = frozenset({State.CONFIRMED, State.LOCKED})
"""Everybody who had to agree has agreed."""
NOT_SURE = frozenset({State.REQUESTED, State.WAITING, State.OFFERED})
"""Somebody has yet to agree, or a place to become free: another choice of the same wish may be kept instead."""
HOPED = NOT_SURE | WAITS
"""Asked for, and not sure yet: what a demand that is withdrawn gives up."""
ONLY_HELD = HOLDS_SEATS - SURE
"""Its seats are held until somebody has answered."""
BOTH_OR_NONE = WAITS | {State.OFFERED}
"""A class in two halves hopes for both places, or is offered them: its halves go on, and end, together."""
BOOKED = HOLDS_SEATS - {State.OFFERED}
"""The teacher has a place, sure or still to be signed: an offer that she has not taken is none."""
SIGNED = SURE | {State.WAITING, State.OFFERED}
"""Its visa is given, where one was needed: a visa noted from paper can be taken back."""

BOOKED_OR_MADE = BOOKED | {State.ATTENDED}
"""A visit of its class: to come, to be signed as well, or made."""
SURE_OR_MADE = SURE | {State.ATTENDED}
"""A visit that its collège has had, or will have: none that is yet to be signed."""
IN_DOUBT = frozenset({State.REQUESTED})
"""It stays in the agendas that have it, which say that it is not sure."""
KNOWN = SURE | IN_DOUBT
"""Whoever was told that it takes place knows it still: also where its visa was taken back, and is asked for again."""
TAKES_PLACE = SURE | CAME
"""It is to come as it was confirmed, or its visit is closed."""
IN_AGENDAS = TAKES_PLACE | IN_DOUBT
"""What stays in the agendas that have it."""
PUTS_OTHERS_BY = frozenset({State.REQUESTED, State.ATTENDED})
"""A choice that keeps the others of its wish in reserve, whatever their ranks: it awaits its visa, or its group was
received before that came."""
DOUBTFUL = ONLY_HELD | {State.NO_SHOW}
"""Said beside the name of a group that its lycée expects: it may not come, or did not."""


class Standing(Struct, frozen=True):
    """What the state of a row says, by name, for the pages that show it: they lay out and decide nothing."""

    state: str

    @property
    def holds_seats(self) -> bool:
        return self.state in HOLDS_SEATS

    @property
    def ended(self) -> bool:
        """Whether it will not take place."""
        return self.state in ENDED

    @property
    def waits(self) -> bool:
        return self.state in WAITS

    @property
    def sure(self) -> bool:
        return self.state in SURE

    @property
    def not_sure(self) -> bool:
        return self.state in NOT_SURE

    @property
    def booked(self) -> bool:
        return self.state in BOOKED

    @property
    def sure_or_made(self) -> bool:
        return self.state in SURE_OR_MADE

    @property
    def doubtful(self) -> bool:
        return self.state in DOUBTFUL


HOLDS_SEATS_SQL = sql_set(HOLDS_SEATS)
LIVE_SQL = sql_set(LIVE)
NOT_ENDED_SQL = sql_set(NOT_ENDED)
CAME_SQL = sql_set(CAME)
SETTLED_SQL = sql_set(SETTLED)
ENDED_SQL = sql_set(ENDED)
REFUSED_SQL = sql_set(REFUSED)
SURE_SQL = sql_set(SURE)
NOT_SURE_SQL = sql_set(NOT_SURE)
ONLY_HELD_SQL = sql_set(ONLY_HELD)
BOTH_OR_NONE_SQL = sql_set(BOTH_OR_NONE)
BOOKED_SQL = sql_set(BOOKED)
SIGNED_SQL = sql_set(SIGNED)
BOOKED_OR_MADE_SQL = sql_set(BOOKED_OR_MADE)
SURE_OR_MADE_SQL = sql_set(SURE_OR_MADE)
IN_AGENDAS_SQL = sql_set(IN_AGENDAS)
SEATED_SQL = sql_set(SEATED)
PUTS_OTHERS_BY_SQL = sql_set(PUTS_OTHERS_BY)
