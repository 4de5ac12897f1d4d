"""Whether what several clients saw of one thing can have happened one act after another.

The search of Wing and Gong (1993) with Lowe's memory of what was tried, as in Porcupine: each act takes effect at one
instant between the moment it was sent and the moment it was answered. An act whose answer never came may have taken
effect at any later instant, or never.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

Said = TypeVar("Said")
Said_contra = TypeVar("Said_contra", contravariant=True)
State = TypeVar("State", bound=Hashable)


class Model(Protocol[Said_contra, State]):
    """One thing, as its rules describe it."""

    @property
    def first(self) -> State:
        """How it stands before the first act."""

    def after(self, state: State, said: Said_contra) -> State | None:
        """How it stands after an act that was answered so; None where it cannot have been answered so."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Said]):
    """An act of one client; `ended` is None when no answer came. Both are instants of one clock."""

    began: float
    ended: float | None
    said: Said


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Said]):
    """Whether such an order exists; if not, the acts among which the longest one ends."""

    holds: bool
    stuck: tuple[Call[Said], ...] = ()


def linearizable(calls: Sequence[Call[Said]], model: Model[Said, State]) -> Verdict[Said]:
    """Look for one order of the acts that both the clock and the rules allow."""
    line, state = _Line(calls), model.first
    taken: list[tuple[int, State, int]] = []
    tried: set[tuple[int, State]] = set()
    longest = -1
    stuck: tuple[int, ...] = ()
    done = _shows(calls, model, line, state, 0)
    act = line.first
    while line.awaited:
        if act < line.answers:
            found = model.after(state, calls[act].said)
            if found is not None and found != state and (step := (done | 1 << act, found)) not in tried:
                tried.add(step)
                taken.append((act, state, done))
                state = found
                line.take(act)
                done = _shows(calls, model, line, state, step[0])
                act = line.first
            else:
                act = line.next(act)
            continue
        # This answer came before its act has found a place: what was taken last must come later.
        if len(taken) > longest:
            longest, stuck = len(taken), line.open_before(act)
        if not taken:
            return Verdict(False, tuple(calls[one] for one in stuck))
        act, state, done = taken.pop()
        line.put_back_to(act)
        act = line.next(act)
    return Verdict(True)


def _shows(calls: Sequence[Call[Said]], model: Model[Said, State], line: _Line, state: State, done: int) -> int:
    """Place at once what may stand here and changes nothing: a later place would serve no other act better."""
    act = line.first
    while act < line.answers:
        if calls[act].ended is not None and model.after(state, calls[act].said) == state:
            line.take(act)
            done |= 1 << act
        act = line.next(act)
    return done


class _Line:
    """The sendings (0 to n - 1) and the answers (n to 2n - 1) still to be placed, in the order of the clock.

    At the same instant a sending stands before an answer: the two acts may have come in either order.
    """

    def __init__(self, calls: Sequence[Call[Any]]) -> None:
        self.answers = len(calls)
        self.awaited = sum(call.ended is not None for call in calls)
        self._answered = [call.ended is not None for call in calls]
        self._taken: list[int] = []
        entries = [(call.began, 0, n) for n, call in enumerate(calls)]
        entries += [(call.ended, 1, n + self.answers) for n, call in enumerate(calls) if call.ended is not None]
        order = [one for _, _, one in sorted(entries)]
        self._head = 2 * self.answers
        self._next, self._before = [self._head] * (self._head + 1), [self._head] * (self._head + 1)
        for one, other in zip([self._head, *order], [*order, self._head], strict=True):
            self._next[one], self._before[other] = other, one

    @property
    def first(self) -> int:
        return self._next[self._head]

    def next(self, one: int) -> int:
        return self._next[one]

    def take(self, act: int) -> None:
        self._taken.append(act)
        if self._answered[act]:
            self._out(act + self.answers)
            self.awaited -= 1
        self._out(act)

    def put_back_to(self, act: int) -> None:
        """Undo what was taken, the last first, up to this act and with it."""
        while True:
            last = self._taken.pop()
            self._in(last)
            if self._answered[last]:
                self._in(last + self.answers)
                self.awaited += 1
            if last == act:
                return

    def open_before(self, answer: int) -> tuple[int, ...]:
        """The acts already sent when this answer came, and not yet placed."""
        found, one = [], self.first
        while one != answer:
            found.append(one)
            one = self._next[one]
        return tuple(found)

    def _out(self, one: int) -> None:
        self._next[self._before[one]], self._before[self._next[one]] = self._next[one], self._before[one]

    def _in(self, one: int) -> None:
        self._next[self._before[one]] = self._before[self._next[one]] = one
