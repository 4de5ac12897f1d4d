"""What a teacher may look for, where a page of the list ends, and what to give up when nothing suits."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from workshops.acts.days import FIRST_DAY, LAST_DAY
from workshops.refusals import Invalid

NO_CURSOR = "Ce curseur n'est pas celui d'une page de cette liste."
LONGEST_PERIOD = timedelta(days=400)
"""How far ahead the days of a search may be."""
MINE = "moi"
"""How an address, and a search that is kept, says the days off of the collège that searches."""

Takes = Literal["whole", "halves", "either", "any"]


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What a teacher looks for: one shape for the page, the API, an alert, its mail and the statements of the offer.

    Days are Paris days, both included. `school` is a lycée's UAI, `tech_object` an object's number. `zone` leaves out
    the days off of a holiday zone, `college` those of a school: of its own zone, unless one is said, and those that it
    declared itself. `company_places` must be left for companies. `only_open` leaves out the slots whose reservations
    are closed, `only_free` the full ones too; `waiting` keeps those large enough where the `pupils` find no room today.

    The rest is said by whoever reads the list: `near` is a latitude and a longitude in degrees; `takes`, how a slot
    takes the `pupils`, whole, as one of two halves, either, for those who wait too, or in any of these ways and where
    the whole of them would wait; `later`: only what opens later, or only what does not.

    A field's Meta is what is said of it at every door: its bounds, its description in the API's document, its French
    `label`, the answer of the `page`'s address and the `parameter` of the API where these have another name.
    """

    level: Annotated[
        str | None,
        Meta(description="A level received: 6e, 5e, 4e or 3e.", extra={"label": "Niveau", "page": "niveau"}),
    ] = None
    pupils: Annotated[
        int | None,
        Meta(
            ge=1,
            le=60,
            description="A group of this many pupils must fit in the seats left.",
            extra={"label": "Élèves", "page": "eleves"},
        ),
    ] = None
    from_on: Annotated[
        date | None,
        Meta(description="First day, in Paris.", extra={"label": "À partir du", "page": "du", "parameter": "from"}),
    ] = None
    to_on: Annotated[
        date | None,
        Meta(description="Last day, included.", extra={"label": "Jusqu'au", "page": "au", "parameter": "to"}),
    ] = None
    km: Annotated[
        float | None,
        Meta(
            gt=0,
            le=1000,
            description="At most this far from `near`, as the crow flies.",
            extra={"label": "Distance", "page": "km"},
        ),
    ] = None
    by_distance: Annotated[
        bool,
        Meta(
            description="`distance`: the nearest to `near` first.",
            extra={"label": "Ordre", "page": "tri", "parameter": "sort"},
        ),
    ] = False
    zone: Annotated[
        str | None,
        Meta(
            description="Leaves out public holidays and the holidays of a zone; `mine`: of the teacher's own collège, "
            "with the days on which it is closed. Only holidays that were published are known.",
            extra={"label": "Vacances", "page": "vacances", "parameter": "outside_holidays"},
        ),
    ] = None
    college: int | None = None
    tech_object: Annotated[
        int | None,
        Meta(
            ge=1,
            le=2_147_483_647,
            description="An object that is built.",
            extra={"label": "Objet", "page": "objet", "parameter": "object"},
        ),
    ] = None
    department: Annotated[
        str | None,
        Meta(
            max_length=3,
            description="The lycée's département.",
            extra={"label": "Département", "page": "departement"},
        ),
    ] = None
    school: Annotated[
        str | None, Meta(max_length=8, description="The lycée's UAI.", extra={"label": "Lycée", "page": "lycee"})
    ] = None
    workshop: Annotated[
        int | None,
        Meta(ge=1, le=2_147_483_647, description="One workshop.", extra={"label": "Atelier", "page": "atelier"}),
    ] = None
    company_places: Annotated[
        int | None,
        Meta(
            ge=1,
            le=50,
            description="At least this many places left for companies.",
            extra={"label": "Entreprises", "page": "entreprises"},
        ),
    ] = None
    only_free: Annotated[
        bool,
        Meta(
            description="Only with seats left, and open.",
            extra={"label": "Places libres", "page": "libres", "parameter": "free"},
        ),
    ] = False
    waiting: Annotated[bool, Meta(extra={"label": "Créneaux complets", "page": "complets"})] = False
    only_open: Annotated[bool, Meta(description="Only while reservations are open.", extra={"parameter": "open"})] = (
        False
    )
    changed_since: Annotated[
        datetime | None,
        Meta(
            description="Only what changed from this instant on, seats included: those too that are over or called off."
        ),
    ] = None
    state: Annotated[
        str | None, Meta(description="Only in this state; `done` and `called_off` with `changed_since` alone.")
    ] = None
    near: tuple[float, float] | None = None
    takes: Takes = "whole"
    later: bool | None = None
    limit: int = 50
    cursor: str | None = None

    @property
    def whatever_the_order(self) -> Search:
        """The same slots, for whoever only counts them: nobody asks how far they are, unless some are too far."""
        return replace(self, near=self.near if self.km is not None else None, by_distance=False, cursor=None)

    @property
    def answers(self) -> dict[str, str]:
        """What an address of the page says of it, « niveau=4e&eleves=27&km=40 »."""
        wishes = {name: getattr(self, name) for name in FIELDS}
        wishes |= {"zone": self.zone if self.college is None else MINE, "company_places": bool(self.company_places)}
        wishes |= {"by_distance": "distance" if self.by_distance else None}
        said = {field.page: _written(wishes[name]) for name, field in FIELDS.items() if field.page}
        return {name: answer for name, answer in said.items() if answer}


class SearchField(Struct, frozen=True):
    """How one wish is said: by which answer of the `page`, by which `parameter` of the API, under which `label`, within
    which `bounds`."""

    label: str
    page: str
    parameter: str
    bounds: Meta

    @property
    def least(self) -> int:
        return int(self.bounds.ge or 0)

    @property
    def most(self) -> int:
        """The largest number, or the longest text."""
        return int(self.bounds.le or self.bounds.max_length or 0)


def _field(name: str, bounds: Meta) -> SearchField:
    told = bounds.extra or {}
    return SearchField(told.get("label", ""), told.get("page", ""), told.get("parameter", name), bounds)


FIELDS: Mapping[str, SearchField] = {
    name: _field(name, hint.__metadata__[0])
    for name, hint in get_type_hints(Search, include_extras=True).items()
    if get_origin(hint) is Annotated
}


def _written(answer: object) -> str:
    """An answer as an address says it."""
    if isinstance(answer, bool):
        return "oui" if answer else ""
    if isinstance(answer, float):
        return f"{answer:.0f}"
    return "" if answer is None else str(answer)


class ListPlace(Struct, frozen=True):
    """Where a page of the list ended: the next one starts after it. `km` only in a list sorted by distance."""

    starts_at: datetime
    slot: int
    km: float | None = None


def cursor_of(place: ListPlace) -> str:
    """A place in the list as the opaque text that a reader gives back."""
    written = f"{place.starts_at.isoformat()}|{place.slot}|{'' if place.km is None else repr(place.km)}"
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def place_of(cursor: str, *, by_distance: bool) -> ListPlace:
    """Read a cursor back. Raises Invalid when it is not one of this list's."""
    try:
        written = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        starts_at, slot, km = written.split("|")
        place = ListPlace(datetime.fromisoformat(starts_at), int(slot), float(km) if km else None)
    except ValueError:
        raise Invalid({"cursor": NO_CURSOR}) from None
    usual = place.starts_at.tzinfo is not None and FIRST_DAY < place.starts_at.date() < LAST_DAY
    if not usual or (place.km is not None) != by_distance or not 0 < place.slot < 2**31:
        raise Invalid({"cursor": NO_CURSOR})
    return place


class WorkshopPlace(Struct, frozen=True):
    """Where a page of a list by workshop ended: `rank` is how its first slot takes the class."""

    rank: Annotated[int, Meta(ge=0, le=9)]
    km: float
    starts_at: Annotated[datetime, Meta(tz=True)]
    workshop: Annotated[int, Meta(ge=1, le=2_147_483_647)]

    @property
    def cursor(self) -> str:
        """The place as the opaque text that a reader gives back."""
        return urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def workshop_place_of(cursor: str) -> WorkshopPlace:
    """Read such a cursor back. Raises Invalid when it is not one of this list's."""
    try:
        place = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=WorkshopPlace)
    except (ValueError, msgspec.MsgspecError):
        raise Invalid({"cursor": NO_CURSOR}) from None
    if not FIRST_DAY < place.starts_at.date() < LAST_DAY:
        raise Invalid({"cursor": NO_CURSOR})
    return place


# What is given up at once, in the order in which it is proposed.
WISHES = {
    "dates": ("from_on", "to_on"),
    "zone": ("zone", "college"),
    "km": ("km", "near"),
    **{
        name: (name,)
        for name in ("department", "school", "workshop", "tech_object", "level", "pupils", "company_places")
    },
    "only_free": ("only_free",),
}


def without_each(search: Search) -> dict[str, Search]:
    """The same search with one wish less, for each wish made, by its name among WISHES."""
    nothing = Search()
    whole = replace(search, cursor=None, by_distance=False, near=None if search.km is None else search.near)
    fewer = {wish: replace(whole, **{name: getattr(nothing, name) for name in names}) for wish, names in WISHES.items()}
    return {wish: less for wish, less in fewer.items() if less != whole}
