"""What a paper is made of, as plain values, and when a visit has any."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from booking.day.badges.rules import may_print
from workshops.refusals import Refusal

BEFORE = ("programme", "liste", "familles", "mission", "transport", "securite", "acces")
AFTER = ("bilan", "attestation")
ASKED = ("visa",)


class NoPapers(Refusal):
    """A visit that is not confirmed, or no longer, has no papers."""

    kind = "no-papers"
    title = "Pas de papiers à imprimer"
    sentence = "Les papiers s'impriment quand la visite est confirmée. Celle-ci ne l'est pas."


class NoVisaAsked(Refusal):
    """There is nothing to sign: the collège asks for no visa, or it is given."""

    kind = "no-visa-asked"
    title = "Pas de visa demandé"
    sentence = "Cette réservation n'attend pas de visa : il n'y a rien à signer."


class NotYetBuilt(Refusal):
    """The class has nothing to show before its visit is closed."""

    kind = "not-yet-built"
    title = "La visite n'est pas close"
    sentence = "La feuille de la classe, les cartes et l'attestation paraissent quand le lycée a clos la visite."


class Heading(Struct, frozen=True):
    """The title of a part."""

    shape: ClassVar[str] = "heading"
    text: str


class PaperText(Struct, frozen=True):
    """A paragraph; `strong` is the one to read first, `soft` a note under the rest."""

    shape: ClassVar[str] = "text"
    text: str
    soft: bool = False
    strong: bool = False


class Facts(Struct, frozen=True):
    """Names and values, one a line."""

    shape: ClassVar[str] = "facts"
    lines: tuple[tuple[str, str], ...]


class Points(Struct, frozen=True):
    """A list."""

    shape: ClassVar[str] = "points"
    items: tuple[str, ...]


class Ticks(Struct, frozen=True):
    """Boxes that the collège or a family ticks by hand."""

    shape: ClassVar[str] = "ticks"
    label: str
    items: tuple[str, ...]


class Blanks(Struct, frozen=True):
    """Lines to fill in with a pen, each after its words."""

    shape: ClassVar[str] = "blanks"
    labels: tuple[str, ...]


class Grid(Struct, frozen=True):
    """A table; an empty cell is for the pen. `widths` are shares of the page's width.

    It may end with a `total`; the last `numbers` of its columns hold some.
    """

    shape: ClassVar[str] = "grid"
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    total: tuple[str, ...] = ()
    numbers: int = 0


class Signatures(Struct, frozen=True):
    """Where to sign, side by side: who, and what to write above the signature; `stamped` leaves a place for it.

    `dated` is the line above them, never on another page.
    """

    shape: ClassVar[str] = "signatures"
    places: tuple[tuple[str, str], ...]
    stamped: bool = False
    dated: str = ""


class Slip(Struct, frozen=True):
    """What is cut off and handed back; it never breaks over two pages."""

    shape: ClassVar[str] = "slip"
    title: str
    blocks: tuple[Block, ...]


class Code(Struct, frozen=True):
    """A QR code of an address, and what it is for."""

    shape: ClassVar[str] = "code"
    text: str
    address: str


class Built(Struct, frozen=True):
    """One object of the class: what it is, its figures, its drawing (see drawings.py), its photo where one was taken.

    `build` is the record's number, `photo` the name of a file of DATA_DIR, empty without one.
    """

    shape: ClassVar[str] = "built"
    name: str
    summary: str
    drawing: str
    figures: tuple[tuple[str, str], ...]
    note: str
    build: int
    photo: str


class Taught(Struct, frozen=True):
    """What teaches an object: where it is prepared, and its page, empty without one."""

    shape: ClassVar[str] = "taught"
    title: str
    where: str
    address: str


Block = Heading | PaperText | Facts | Points | Ticks | Blanks | Grid | Signatures | Slip | Built | Code | Taught


class Paper(Struct, frozen=True):
    """One paper. `sheets` each begin a page; `use` says in the contents who it is for."""

    kind: str
    title: str
    use: str
    visit: str
    sheets: tuple[tuple[Block, ...], ...]
    poster: bool = False


def refuse_papers(state: str, *, after: bool = False, asked: bool = False) -> None:
    """Raises NoPapers while a visit is not confirmed, NotYetBuilt for what is only true once it is closed, NoVisaAsked
    for what is signed before."""
    if asked:
        if state != "requested":
            raise NoVisaAsked
        return
    if after and state != "attended":
        raise NotYetBuilt
    if not may_print(state):
        raise NoPapers
