"""What is due to the funder, late first, each with what proves it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from workshops.database import value
from workshops.database.row_types import row_as, rows_as
from workshops.milestones.rules import OPEN, OPEN_SQL, ProofKind
from workshops.results.measure import Progress, progress
from workshops.school_calendar.rules import paris_day

_CARDS = """
SELECT m.id, m.title, m.programme, m.owner, coalesce(p.name, '') AS owner_name, m.due_on, m.state, m.ended_on,
  m.reason, m.risk, m.risk_words, m.measure, m.example
FROM milestones m LEFT JOIN partners p ON p.id = m.owner
"""
# What is late is what is due first of what is open; what has ended follows, the latest first.
_IN_ORDER = f"m.state NOT IN {OPEN_SQL}, CASE WHEN m.state IN {OPEN_SQL} THEN m.due_on END, m.ended_on DESC, m.id"
ALL = f"{_CARDS} ORDER BY {_IN_ORDER}"
ONE = f"{_CARDS} WHERE m.id = $1"
AFTER = f"{_CARDS} WHERE m.id > $1 ORDER BY m.id LIMIT $2"
LATE = f"{_CARDS} WHERE m.state IN {OPEN_SQL} AND m.due_on < $1 ORDER BY m.due_on, m.id"
PROOFS = """
SELECT q.id, q.milestone, q.kind, q.label, q.link, q.target, coalesce(t.label, '') AS target_label, q.media, q.size,
  q.sha256, q.added_at
FROM milestone_proofs q LEFT JOIN targets t ON t.id = q.target WHERE q.milestone = ANY ($1::int[]) ORDER BY q.id
"""
FILE = """
SELECT q.id, q.label, q.media, f.content FROM milestone_proofs q JOIN milestone_proof_files f ON f.proof = q.id
WHERE q.id = $2 AND q.milestone = $1
"""
BEGAN = "SELECT min(from_on) FROM targets"


class ShownFigure(Struct, frozen=True):
    """A figure of the board on a day: how much is counted, None where nothing is followed, of how much."""

    figure: int | None
    target: int
    unit: str
    on: date


class ProofCard(Struct, frozen=True):
    """What proves a milestone. `media`, `size` in octets and `sha256` are those of a file that is kept.

    A figure that the board no longer has shows none.
    """

    id: int
    milestone: int
    kind: str
    label: str
    link: str
    target: int | None
    target_label: str
    media: str
    size: int
    sha256: str
    added_at: datetime
    shown: ShownFigure | None = None


class MilestoneCard(Struct, frozen=True):
    """What is due by a day; `programme` is empty for the whole programme, `owner` None for the coordination.

    `ended_on`: the day on which it was done or given up.
    """

    id: int
    title: str
    programme: str
    owner: int | None
    owner_name: str
    due_on: date
    state: str
    ended_on: date | None
    reason: str
    risk: str
    risk_words: str
    measure: str
    example: bool
    proofs: tuple[ProofCard, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is neither done nor given up."""
        return self.state in OPEN

    def late_on(self, day: date) -> bool:
        """Whether its day is over on that one, and it is not done."""
        return self.open and self.due_on < day


class ProofContent(Struct, frozen=True):
    """A file that is kept, and what it is."""

    id: int
    label: str
    media: str
    content: bytes

    @property
    def file_name(self) -> str:
        """« convention-signee.pdf »: its label, in letters that every disk keeps."""
        bare = unicodedata.normalize("NFKD", self.label).encode("ascii", "ignore").decode().lower()
        name = "-".join(re.findall(r"[a-z0-9]+", bare))
        return f"{name or f'preuve-{self.id}'}.{self.media}"


async def milestones(*, now: datetime) -> list[MilestoneCard]:
    """Every milestone with its proofs: those that are late, then by their day, then those that have ended."""
    return await _with_proofs(await rows_as(MilestoneCard, ALL), now=now)


async def milestones_after(number: int, *, limit: int, now: datetime) -> list[MilestoneCard]:
    """The same by number: at most `limit` that follow this one."""
    return await _with_proofs(await rows_as(MilestoneCard, AFTER, number, limit), now=now)


async def milestone(number: int, *, now: datetime) -> MilestoneCard | None:
    """One milestone with its proofs."""
    found = await row_as(MilestoneCard, ONE, number)
    return None if found is None else (await _with_proofs([found], now=now))[0]


async def late_milestones(*, now: datetime) -> list[MilestoneCard]:
    """Those whose day is over and that are not done, the oldest first, without their proofs."""
    return await rows_as(MilestoneCard, LATE, paris_day(now))


async def proof_content(milestone: int, proof: int) -> ProofContent | None:
    """What the file of a proof of this milestone holds."""
    return await row_as(ProofContent, FILE, milestone, proof)


async def programme_began() -> date | None:
    """The first day of the first target; None before one is set."""
    began: date | None = await value(BEGAN)
    return began


async def _with_proofs(cards: list[MilestoneCard], *, now: datetime) -> list[MilestoneCard]:
    found = await rows_as(ProofCard, PROOFS, [one.id for one in cards])
    shown: dict[int, ShownFigure] = {}
    if any(one.kind == ProofKind.FIGURE for one in found):
        shown = _shown(await progress(now=now), now=now)
    of: defaultdict[int, list[ProofCard]] = defaultdict(list)
    for one in found:
        of[one.milestone].append(replace(one, shown=shown.get(one.target or 0)))
    return [replace(card, proofs=tuple(of[card.id])) for card in cards]


def _shown(stands: Iterable[Progress], *, now: datetime) -> dict[int, ShownFigure]:
    """The figure of each target, of today or of the day on which it was typed."""
    today = paris_day(now)
    return {
        one.target.id: ShownFigure(
            one.done, one.target.target, one.target.unit, one.told.counted_on if one.told else today
        )
        for one in stands
    }
