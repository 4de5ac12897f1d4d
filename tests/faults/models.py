"""The rules of one slot, of one group and of one badge, in as few words as possible: what histories are held to.

A demand that waits takes no seat, so clients of fault runs never ask to wait: places that come free stay free.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.history import Act

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
            case "book", "slot-full":
                return None if self._fits(seated, act.pupils) else seated
            case "book", "done" | "":
                return self._sits(seated, act)
            case "cancel", "done" | "":
                return self._leaves(seated, act)
            case "move", "slot-full":
                return None if act.to_slot == self.id and self._fits(seated, act.pupils) else seated
            case "move", "done" | "":
                return self._sits(seated, act) if act.to_slot == self.id else self._leaves(seated, act)
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
            case "book", "group-busy":
                return sits if act.slot in sits else None
            case "book", "done" | "":
                return None if act.slot in sits else sits | {act.slot}
            case "cancel", "done" | "":
                return sits - {act.slot} if act.slot in sits else None
            case "move", "done" | "":
                return sits - {act.slot} | {act.to_slot} if act.slot in sits and act.to_slot not in sits else None
        raise ValueError(f"a group's model does not know {act}")


@dataclass(frozen=True, slots=True)
class Badge:
    """Whether one badge has been read at its slot's door."""

    first: bool = False

    def after(self, present: bool, act: Act) -> bool | None:
        match act.act, act.answer:
            case "scan", "present":
                return None if present else True
            case "scan", "already":
                return True if present else None
            case "scan", "":
                return True
        raise ValueError(f"a badge's model does not know {act}")
