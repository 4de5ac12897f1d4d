"""What a teacher asks for in one act: slots in order of preference, or the lines of a demand."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from booking.visits.demands.alert import SearchAsked
from booking.visits.demands.rules import LINES_MOST
from booking.visits.reservations.acts import BookSlot, Coming, LastMinute, Pupils, Slot, Wait
from workshops.acts import Act, chosen, labelled
from workshops.refusals import Invalid

WISHES_MOST = 3
OF_EACH_CHOICE = ("group", "pupils", "adults", "needs", "boxes", "wait", "last_minute")


class AskWish(Coming, frozen=True, kw_only=True):
    """A group asks for one of up to three slots, the best first; `wait` is for when all are full."""

    slots: Annotated[
        list[Slot],
        Meta(
            description="From one to three different slots.",
            extra={"label": "Créneaux", "choice": True},
            extra_json_schema={"minItems": 1, "maxItems": WISHES_MOST, "uniqueItems": True},
        ),
    ] = msgspec.field(name="slot_ids")
    pupils: Pupils
    wait: Wait = False
    last_minute: LastMinute = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= len(self.slots) <= WISHES_MOST or len(set(self.slots)) != len(self.slots):
            raise Invalid({"slots": f"Choisissez de un à {WISHES_MOST} créneaux différents."})

    @property
    def choices(self) -> list[BookSlot]:
        """What is asked of each slot, in order."""
        said = {name: getattr(self, name) for name in OF_EACH_CHOICE}
        return [BookSlot(slot=slot, **said) for slot in self.slots]


class LineAsked(Act, frozen=True, kw_only=True):
    """One line of a demand: a slot, two slots of a lycée for the halves of a class, or a search."""

    slot: Slot | None = msgspec.field(name="slot_id", default=None)
    slots: Annotated[
        list[Slot] | None,
        Meta(description="Two slots of one lycée.", extra={"label": "Créneaux", "choice": True}),
    ] = msgspec.field(name="slot_ids", default=None)
    search: Annotated[SearchAsked | None, Meta(description="Whatever suits it.", extra={"label": "Recherche"})] = None

    @property
    def is_one(self) -> bool:
        """Whether it says one thing of the three, and two slots where it is of two."""
        told = [self.slot, self.slots, self.search].count(None) == 2
        return told and (self.slots is None or len(set(self.slots)) == 2)

    @property
    def named(self) -> list[int]:
        """The slots that it names."""
        return [self.slot] if self.slot is not None else list(self.slots or ())


class AskDemand(Coming, frozen=True, kw_only=True):
    """A group asks for the first of its lines that can be had, the best first; a search comes last."""

    pupils: Pupils
    lines: Annotated[
        list[LineAsked],
        Meta(
            description="From one to six, of which one search at most, the last one.",
            extra={"label": "Choix", "choice": True},
            extra_json_schema={"minItems": 1, "maxItems": LINES_MOST},
        ),
    ]
    period: Annotated[int, chosen("Période", "The opening in whose draw it is made.")] | None = None
    two_objects: Annotated[
        bool, labelled("Deux objets pour la classe", "The halves may build two different objects.")
    ] = False
    wait: Wait = True
    last_minute: LastMinute = False

    def __post_init__(self) -> None:
        super().__post_init__()
        named = [slot for line in self.lines for slot in line.named]
        searches = [line for line in self.lines if line.search is not None]
        if not 1 <= len(self.lines) <= LINES_MOST:
            raise Invalid({"lines": f"Donnez de un à {LINES_MOST} choix."})
        if not all(line.is_one for line in self.lines):
            raise Invalid({"lines": "Chaque choix est un créneau, deux créneaux différents, ou une recherche."})
        if not all(line.search.names_a_school for line in searches if line.search):
            raise Invalid({"lines": "Recherche : le lycée se dit par son UAI."})
        if len(searches) > 1 or (searches and self.lines[-1].search is None):
            raise Invalid({"lines": "Une recherche à la fois, en dernier choix."})
        if not named:
            raise Invalid({"lines": "Donnez au moins un créneau, avant la recherche."})
        if len(set(named)) != len(named):
            raise Invalid({"lines": "Le même créneau est demandé deux fois."})
