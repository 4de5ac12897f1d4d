"""A lycée's slots to come, for a page of its own site: inside a frame, without form, cookie nor script."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import Now, may
from booking.process.settings import Settings
from booking.web.public.search_results import draw_first, not_yet
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search
from workshops.refusals import NotFound
from workshops.schools.queries import SchoolCard, school_by_uai
from workshops.schools.rules import SchoolKind

MOST = 30


class FramedSlot(Struct, frozen=True):
    """A slot, and the hour that its places wait for, if they do: « Ouverture lundi 7 décembre à 10 h »."""

    slot: SlotOnOffer
    waits_for: str


@renders("public/lycee_frame.html")
class LyceeFrame(Page, frozen=True):
    """The first of its slots to come; `more`: there are others."""

    lycee: SchoolCard
    slots: Sequence[FramedSlot]
    more: bool


@get("/lycees/{uai:str}/cadre", opt=may("public.use") | DECIDES_NOTHING | {"plain": True, "framed": True})
async def lycee_frame(uai: FromPath[str], now: Now) -> Template:
    """What its own page lists, for whoever reads the lycée's site."""
    lycee = await school_by_uai(uai)
    if lycee is None or lycee.kind != SchoolKind.LYCEE:
        raise NotFound()
    found = await slots_on_offer(Search(school=lycee.uai, only_open=True, limit=MOST), now=now)
    shown = [FramedSlot(slot, not_yet(slot, now) or draw_first(slot)) for slot in found.items]
    return page(LyceeFrame(lycee, shown, found.next_cursor is not None))


def framed_by(lycee: SchoolCard, settings: Settings) -> str:
    """The line that the lycée copies into a page of its site."""
    return (
        f'<iframe src="{settings.base_url}/lycees/{lycee.uai}/cadre" title="Créneaux TECHNILAB ouverts aux collèges"'
        ' width="100%" height="600" loading="lazy"></iframe>'
    )
