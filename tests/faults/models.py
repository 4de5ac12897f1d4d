"""The rules of a slot, a group, a badge and a draw, in as few words as possible: what histories are held to.

A demand that waits takes no seat, so clients of fault runs never ask to wait: places that come free stay free. They ask
for what they may have, each group once at a time: an answer that is none of these cannot be. A group is busy only with
what it has just asked for itself, and asking again under the same key gives the first answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.history import Act

# What a demand of a draw becomes: placed, offered what suits its search, waiting, or nothing where none of its slots
# receives anybody any more.
RESULTS = frozenset({"placed", "offered", "waits", "out"})

Seated = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """Who sits in one slot: (group, pupils), in order of group."""

    id: int
    seats: int
    groups_max: int
    first: Seated = ()

    def after(self, seated: Seated, act: Act) -> Seated | None:
        match act.act, act.answer:
            case "read", "seen":
                return seated if act.seen == self.free(seated) else None
            case "book" | "move", "slot-full":
                asked = act.act == "book" or act.to_slot == self.id
                return None if asked and self._fits(seated, act.pupils) else seated
            case "book", "done" | "":
                return self._sits(seated, act)
            case "cancel", "done" | "":
                return self._leaves(seated, act)
            case "move", "done" | "":
                return self._sits(seated, act) if act.to_slot == self.id else self._leaves(seated, act)
            case "read" | "book" | "cancel" | "move", _:
                return None
        raise ValueError(f"a slot's model does not know {act}")

    def free(self, seated: Seated) -> int:
        """The seats that a page shows as free: none where no further group may come."""
        return self.seats - sum(pupils for _, pupils in seated) if len(seated) < self.groups_max else 0

    def _fits(self, seated: Seated, pupils: int) -> bool:
        return pupils <= self.free(seated)

    def _sits(self, seated: Seated, act: Act) -> Seated | None:
        if not self._fits(seated, act.pupils) or any(group == act.group for group, _ in seated):
            return None
        return tuple(sorted((*seated, (act.group, act.pupils))))

    def _leaves(self, seated: Seated, act: Act) -> Seated | None:
        rest = tuple(one for one in seated if one[0] != act.group)
        return None if rest == seated else rest


@dataclass(frozen=True, slots=True)
class Group:
    """The slots one group sits in; all slots of a fault run are at other hours, so that none overlap."""

    first: frozenset[int] = frozenset()

    def after(self, sits: frozenset[int], act: Act) -> frozenset[int] | None:
        match act.act, act.answer:
            case "book" | "move", "slot-full":
                return sits
            case "look", "seen":
                return sits if sits == ({act.seen} - {0}) else None
            case "book", "done" | "":
                return None if act.slot in sits else sits | {act.slot}
            case "cancel", "done" | "":
                return sits - {act.slot} if act.slot in sits else None
            case "move", "done" | "":
                return sits - {act.slot} | {act.to_slot} if act.slot in sits and act.to_slot not in sits else None
            case "book" | "look" | "cancel" | "move", _:
                return None
        raise ValueError(f"a group's model does not know {act}")


@dataclass(frozen=True, slots=True)
class Badge:
    """The scan by which one badge is present at its slot's door, empty where none is.

    Who takes back a scan has had its answer: no other can have made the badge present meanwhile.
    """

    first: str = ""

    def after(self, present: str, act: Act) -> str | None:
        match act.act, act.answer:
            case "scan", "present":
                return None if present else act.scan
            case "scan", "already":
                return present or None
            case "scan", "":
                return present or act.scan
            case "undo", "undone" | "":
                return "" if present == act.scan else present
            case "repeat", "same" | "":
                return present
            case "scan" | "undo" | "repeat", _:
                return None
        raise ValueError(f"a badge's model does not know {act}")


@dataclass(frozen=True, slots=True)
class DrawnSlot:
    """What a slot whose demands are drawn shows as free: all its seats in the hour; then fewer, as groups of so many
    `pupils`, or of twice as many, are told by rank, several at once, and none comes back."""

    seats: int
    held_at: float
    pupils: int

    @property
    def first(self) -> int:
        return self.seats

    def after(self, free: int, act: Act) -> int | None:
        match act.act, act.answer:
            case "demand", _:
                return free
            case "read", "seen":
                told, part = divmod(free - act.seen, self.pupils)
                drawn = told > 0 and not part and (act.ended or 0.0) >= self.held_at
                return act.seen if drawn or act.seen == free else None
            case "read", _:
                return None
        raise ValueError(f"a drawn slot's model does not know {act}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One group in a draw: outside, in it once, then what came of it, which does not change any more."""

    first: str = ""

    def after(self, stands: str, act: Act) -> str | None:
        match act.act, act.answer:
            case "demand", "done":
                return None if stands else "in_draw"
            case "demand", "" | "group-busy":
                return stands or (None if act.answer else "in_draw")
            case "demand", "period-not-open":
                return stands
            case "withdraw", "done" | "":
                return "" if stands == "in_draw" else None
            case "demand" | "withdraw", _:
                return None
            case "look", answer:
                drawn = stands == "in_draw" and answer in RESULTS
                return answer if drawn or answer == stands else None
        raise ValueError(f"a draw's model does not know {act}")
