"""Figures beside their goals, each on a line; what was missed is said again at the end, and by the exit code."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Goals:
    """`missed`: a line for each figure that did not reach its goal; `hoped`: the same of a goal to aim at."""

    missed: list[str] = field(default_factory=list)
    hoped: list[str] = field(default_factory=list)

    def show(self, what: str, figure: str, goal: str, *, reached: bool, must: bool = True) -> None:
        print(f"  {what:36} {figure}   goal {goal}")
        if not reached:
            (self.missed if must else self.hoped).append(f"missed: {what}: {figure}, goal {goal}")

    def end(self) -> int:
        """Say what was missed; the exit code, 1 where something was that must not be."""
        said = [*self.hoped, *self.missed]
        print(*said, sep="\n", end="\n" if said else "")
        return int(bool(self.missed))
