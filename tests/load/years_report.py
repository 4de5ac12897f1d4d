"""What `make years` measured, as a page of docs/."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The same, measured once on 2026-11-28 before what was slow then was mended: processor time with one year and with ten.
BEFORE: dict[str, list[float]] = json.loads((Path(__file__).parent / "years_before.json").read_text())
HEAD = """# Ten years of a country

`make years` fills two databases by COPY, {one} as one académie leaves it with its only year, {ten} of
a country as the retention rules leave them (closed visits with their frozen figures, 12 months of events and mails, 60
days of scans, 100 days of slots on offer in 2 000 lycées), and keeps both for the day: a second run begins in half a
minute. A web process of its own stands before each; one client asks both in turn for every page and act. A figure is
the median processor time of web and PostgreSQL together, in milliseconds, which other work on the machine moves less
than a latency; a ratio above {most} is marked where the difference is more than {floor:.0f} ms. « Before » is the ratio
as first measured whole on 2026-11-28, the time with ten years in brackets. What the worker does at night reads what it
erases and is no page.

Run of {on}: {rounds} rounds, {slow} above {most}.

| page or act | a year | ten years | ratio | before |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Line:
    """A page, an act or a work of the clock: what it costs with one year and with ten, and whether that is too much."""

    what: str
    one: float
    ten: float
    slow: bool


def write_report(lines: Sequence[Line], file: Path, *, head: dict[str, object]) -> None:
    """The page, a line for each page and act."""
    told = HEAD.format(**head, slow=sum(one.slow for one in lines))
    file.write_text(told + "".join(map(_told, lines)), encoding="utf-8")


def _told(line: Line) -> str:
    ratio = f"{line.ten / line.one:.2f}" if line.one else ""
    marked = f"**{ratio}**" if line.slow else ratio
    one, ten = BEFORE.get(line.what, (0, 0))
    before = f"{ten / one:.2f} ({ten:.1f})" if one else ""
    return f"| {line.what.replace('|', ' ')} | {line.one:.1f} | {line.ten:.1f} | {marked} | {before} |\n"
