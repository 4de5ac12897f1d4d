"""A visit for the tests of its papers, and what a reader finds in a PDF."""

from __future__ import annotations

from typing import Any

import pypdfium2
from msgspec import Struct
from msgspec.structs import fields

from tests import builders
from workshops.database import value

UNSAID = {"kind", "use", "visit", "drawing", "photo", "address"}
MARKUP = '<img src="/etc/passwd"> & <b>gras</b>'


async def visit(*, state: str = "confirmed", pupils: int = 24, adults: int = 2, **more: object) -> int:
    """Group 4e B of a collège of Dole goes to a lycée of Besançon; `more` goes to the workshop."""
    college = await builders.school(
        name="Collège de l'Œillet",
        address="3 rue des Arènes",
        postcode="39100",
        commune="Dole",
        lat=47.095,
        lon=5.49,
        phone="03 84 00 00 00",
        principal_name="Anne Lœuillet",
    )
    lycee = await builders.school(
        kind="lycee", name="Lycée Jules Haag", phone="03 81 81 01 45", mail="haag@example.org"
    )
    claire = await builders.account(name="Claire Renaud")
    lamp = await builders.tech_object(name="Lampe à balancier", summary="Un bras, un ressort, une LED.")
    taught = await builders.workshop(host=lycee, objects=(lamp,), **more)
    room = await builders.room(school=lycee, name="Atelier de microtechniques")
    slot = await builders.slot(workshop=taught, seats=60, room=room)
    group = await builders.group(school=college, name="4e B", teacher=claire)
    return await builders.reservation(
        slot=slot, group=group, by=claire, state=state, pupils=pupils, adults=adults, needs="Un fauteuil roulant."
    )


async def attended(*, note: str = "Deux à reprendre.", **more: object) -> int:
    """The same visit, closed: 23 counted, 22 lamps finished."""
    reservation = await visit(state="attended", **more)
    slot = await value("SELECT slot FROM reservations WHERE id = $1", reservation)
    lamp = await value("SELECT id FROM tech_objects")
    await builders.turnout(slot=slot, group_ref=reservation, counted=23, adults=2)
    counts = {"made": 24, "finished": 22, "working": 20, "taken_home": 18, "minutes": 150}
    await builders.build(slot=slot, group_ref=reservation, tech_object=lamp, note=note, **counts)
    return reservation


def sentences(part: Any) -> list[str]:
    """Every sentence of a paper, or of a part of it, blank cells left out: what its PDF and its page both say."""
    if isinstance(part, Struct):
        part = tuple(getattr(part, one.name) for one in fields(part) if one.name not in UNSAID)
    if isinstance(part, tuple):
        return [said for one in part for said in sentences(one)]
    return [part] if isinstance(part, str) and part else []


def plain(text: str) -> str:
    """Words with single spaces, so that a line's end does not count."""
    return " ".join(text.split())


def pages_of(pdf: bytes) -> list[str]:
    """What a person reads on each page."""
    return [plain(page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(pdf)]


def squeezed(text: str) -> str:
    """Without any space: a word too long for its column is cut over two lines."""
    return "".join(text.split())
