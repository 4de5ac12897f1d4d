"""What a guide of docs/ tells to type: its blocks of code, under the headings where they stand.

for section in sections("upgrade"):
    section.heading, section.blocks
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True)
class Section:
    heading: str
    blocks: list[str]


def blocks(guide: str) -> list[str]:
    """What a text tells to type, block by block."""
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", guide, re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip() for block in found if block.strip()]


def sections(guide: str) -> list[Section]:
    """The parts of docs/GUIDE.md in which something is typed, in their order."""
    _, *parts = re.split(r"^#+ (.+)\n", (DOCS / f"{guide}.md").read_text(), flags=re.MULTILINE)
    every = [Section(heading, blocks(text)) for heading, text in zip(parts[::2], parts[1::2], strict=True)]
    return [section for section in every if section.blocks]
