"""What the file for France 2030 is made of, in plain values: drawn alike as PDF and as a text document. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from booking.programme.charts.rules import Chart
from workshops.results.rules import clearly_under

Cell = str | int | float | date | None


class Paragraph(Struct, frozen=True):
    """Sentences that the product says. `note`: in small, a rule of counting and its day."""

    text: str
    note: bool = False


class Words(Struct, frozen=True):
    """What the coordinator wrote of a section; its lines are paragraphs."""

    text: str


class Figures(Struct, frozen=True):
    """A table: the first column says what each line is, a number stands to the right, None is an empty cell.

    `rule`: how its figures are counted, and on which day. `total`: its last line adds up the others.
    """

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]
    rule: str = ""
    total: bool = False


class Drawn(Struct, frozen=True):
    """A chart of the board, as the board draws it."""

    chart: Chart


Block = Paragraph | Words | Figures | Drawn


class Section(Struct, frozen=True):
    """A part of the file, under its heading; `key` names it in an address and where its words are kept."""

    key: str
    title: str
    blocks: tuple[Block, ...]


class Report(Struct, frozen=True):
    """The file of a school year, « 2026-2027 », as it stood at an instant.

    `final`: it was declared so, and is kept as it is; `provisional`: why its figures may change all the same, in
    sentences. `masked`: counts under five are hidden in it.
    """

    year: str
    made_at: datetime
    final: bool
    masked: bool
    sections: tuple[Section, ...]
    provisional: tuple[str, ...] = ()


class SheetFigure(Struct, frozen=True):
    """One number of the committee's sheet: « 1 703 collégiens sur 6 000 », and where one should be today.

    `due` is None where nothing is due, `done` where nothing is followed, `hidden` where it is too small to be told.
    """

    label: str
    unit: str
    done: int | None
    target: int
    due: int | None
    forecast: int | None
    hidden: bool = False

    @property
    def late(self) -> bool:
        """Whether it stands clearly under its even pace, as the board says it."""
        return self.done is not None and self.due is not None and clearly_under(self.done, self.due)


class CommitteeSheet(Struct, frozen=True):
    """One A4 for the committee: six numbers, three sentences, what is late."""

    year: str
    made_at: datetime
    final: bool
    figures: tuple[SheetFigure, ...]
    sentences: tuple[str, ...]
    late: Sequence[str]


class SectionKey(StrEnum):
    """A part of the file that the coordinator may write words for."""

    TARGETS = "objectifs"
    TECHNILAB = "technilab"
    PTECH = "ptech"
    BTS1 = "bts1"
    EQUITY = "equite"
    COVERAGE = "couverture"
    PARTNERS = "partenaires"
    MILESTONES = "jalons"
    PROOFS = "preuves"
    CORRECTIONS = "corrections"


TITLES: dict[str, str] = {
    SectionKey.TARGETS: "Objectifs : compté, engagé, espéré",
    SectionKey.TECHNILAB: "TECHNILAB",
    SectionKey.PTECH: "P-TECH",
    SectionKey.BTS1: "BTS+1",
    SectionKey.EQUITY: "Équité",
    SectionKey.COVERAGE: "Couverture des classes",
    SectionKey.PARTNERS: "Partenaires et ce qu'ils ont donné",
    SectionKey.MILESTONES: "Jalons",
    SectionKey.PROOFS: "Liste des preuves",
    SectionKey.CORRECTIONS: "Corrections depuis la dernière clôture",
}
