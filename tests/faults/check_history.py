"""`python -m tests.faults.check_history SLOTS LOG…`: nothing that the clients saw contradicts the rules.

Per slot, group, badge and demand of a draw, as Porcupine partitions: an order of all acts gives one of each, so that a
history which fails here fails as a whole.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.faults.history import Act, read
from tests.faults.linearizable import Call, Model, linearizable
from tests.faults.models import Badge, DrawnSlot, Entry, Group, Slot

MODELS: Mapping[str, Model[Act, Any]] = {"badge": Badge(), "group": Group(), "demand": Entry()}


@dataclass(frozen=True)
class Wrong:
    """What no order explains: the slot, group or badge, and the acts that contradict each other there."""

    where: str
    acts: tuple[Act, ...]

    def __str__(self) -> str:
        return "\n".join([self.where, *(f"  {act}" for act in self.acts)])


def contradictions(acts: Iterable[Act], slots: Mapping[int, Slot | DrawnSlot], *, shown: bool = False) -> list[Wrong]:
    """All that the clients saw and that cannot have been, empty when their histories hold.

    `slots` are those that the run made, each empty at first. Raises KeyError for an act on another one.
    """
    parts: dict[tuple[str, Any], list[Act]] = defaultdict(list)
    for act in acts:
        if act.scan:
            parts["badge", act.badge].append(act)
            continue
        for slot in {act.slot, act.to_slot} - {0}:
            parts["slot", slot].append(act)
        if act.group:
            parts["demand" if act.draw else "group", act.group].append(act)
    wrong = []
    with click.progressbar(parts.items(), label="Histories", file=sys.stderr, hidden=not shown) as todo:
        for (kind, name), part in todo:
            model: Model[Act, Any] = slots[name] if kind == "slot" else MODELS[kind]
            verdict = linearizable([Call(act.began - act.late, act.ended, act) for act in part], model)
            if not verdict.holds:
                wrong.append(Wrong(f"{kind} {name}", tuple(call.said for call in verdict.stuck)))
    return wrong


def slots_in(file: Path) -> dict[int, Slot]:
    """The slots of a run, as it wrote them down beside its logs: `{"id": …, "seats": …, "groups_max": …}` each."""
    return {made["id"]: Slot(**made) for made in json.loads(file.read_text())}


def main(slots: Path, logs: list[Path]) -> int:
    """Say what contradicts the rules; the exit code is 1 where anything does."""
    acts = [act for log in logs for act in read(log)]
    wrong = contradictions(acts, slots_in(slots), shown=sys.stderr.isatty())
    for one in wrong:
        print(one)
    print(f"{len(acts)} acts, {len(wrong)} contradictions")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
