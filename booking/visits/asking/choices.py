"""The choices of a demand, a slot or two for the halves of a class, as her principal and she read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.visits.demands.rules import LATE_LINE
from booking.visits.reservation_states import LIVE_SQL, NOT_SURE_SQL, Standing, State
from booking.visits.reservations.in_line import IN_RESERVE
from booking.visits.reservations.queries import VISIT, Visit
from booking.visits.reservations.tables import Reservation
from booking.words.wording import moment, number, spaced, span
from workshops.database.row_types import rows_as
from workshops.schools.queries import KILOMETRES

CHOICES = f"""
SELECT r.id, r.line AS rank, r.state, r.uid, r.sequence, r.slot, w.title AS workshop, h.name AS host_name,
  h.commune, r.starts_at, r.ends_at, r.state = 'waiting' AND {IN_RESERVE} AS kept,
  EXISTS (SELECT FROM events e WHERE e.about_kind = 'reservation' AND e.about = r.id
    AND e.act = 'reservation_release') AS released,
  r.half, twin.workshop AS other_workshop, twin.starts_at AS other_starts_at, twin.ends_at AS other_ends_at,
  round(({KILOMETRES.format(school="h", lat="c.lat", lon="c.lon")})::numeric, 1)::float8 AS km
FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN workshops w ON w.id = sl.workshop
JOIN schools h ON h.id = sl.school JOIN schools c ON c.id = r.school
LEFT JOIN LATERAL (
  SELECT tw.title AS workshop, t.starts_at, t.ends_at
  FROM reservations t JOIN slots ts ON ts.id = t.slot JOIN workshops tw ON tw.id = ts.workshop
  WHERE t.demand = r.demand AND t.line = r.line AND t.half <> r.half AND t.replaces IS NULL ORDER BY t.id DESC LIMIT 1
) twin ON true
WHERE {{which}} ORDER BY r.line, r.id
"""  # noqa: S608 - constants only
OF_DEMAND = CHOICES.format(which="r.demand = $1 AND r.replaces IS NULL AND r.half IS DISTINCT FROM 2")
TO_SIGN = CHOICES.format(
    which=f"""r.id = $1 OR r.demand = $2 AND r.replaces IS NULL AND r.half IS DISTINCT FROM 2
  AND r.state IN {NOT_SURE_SQL} AND r.line <> (SELECT signed.line FROM reservations signed WHERE signed.id = $1)"""  # noqa: S608
)
VISITS_TO_SIGN = f"""{VISIT} WHERE r.id = ANY ($1::int[])
  OR r.half = 2 AND r.state IN {LIVE_SQL} AND r.replaces IS NULL AND EXISTS (SELECT FROM reservations first_half
    WHERE first_half.id = ANY ($1::int[]) AND first_half.demand = r.demand AND first_half.line = r.line)
ORDER BY r.line, r.half, r.id"""
RANKS = {
    **{1: "premier choix", 2: "deuxième choix", 3: "troisième choix"},
    **{4: "quatrième choix", 5: "cinquième choix", 6: "sixième choix", LATE_LINE: "à la dernière minute"},
}


class WishChoice(Standing, frozen=True):
    """A reservation that is one choice of a wish; `rank` 1 is what the teacher would like best; one `kept` is
    in reserve until another one has its answer, one `released` was given up for another. `km` is how far the lycée is,
    as the crow flies. Of a class in two halves it is the first `half`, and `other_starts_at` is when the other one
    comes."""

    id: int
    rank: int
    uid: str
    sequence: int
    slot: int
    workshop: str
    host_name: str
    commune: str
    starts_at: datetime
    ends_at: datetime
    kept: bool
    released: bool
    km: float | None
    half: int | None = None
    other_workshop: str | None = None
    other_starts_at: datetime | None = None
    other_ends_at: datetime | None = None

    @property
    def when(self) -> str:
        """« jeudi 25 mars 2027, 9 h 00 », of two halves « jeudi 25 mars 2027, 9 h 00, puis vendredi 26 mars 2027,
        9 h 00, en deux moitiés »."""
        if self.other_starts_at is None:
            return spaced(moment(self.starts_at))
        return spaced(f"{moment(self.starts_at)}, puis {moment(self.other_starts_at)}, en deux moitiés")

    @property
    def beside(self) -> bool:
        """Whether it is none of those that were asked for: a place given back late, elsewhere."""
        return self.rank == LATE_LINE


async def choices_of(demand: int | None) -> list[WishChoice]:
    """The lines of a demand in the teacher's order; none for a reservation that is of no demand."""
    return [] if demand is None else await rows_as(WishChoice, OF_DEMAND, demand)


async def to_sign(reservation: int, demand: int | None) -> list[WishChoice]:
    """What one visa is asked for: a reservation, and the other lines of its demand that may still be had."""
    return await rows_as(WishChoice, TO_SIGN, reservation, demand)


async def visits_to_sign(choices: Sequence[WishChoice]) -> list[Visit]:
    """What these choices lead to, in their order, of a class in two halves both."""
    return await rows_as(Visit, VISITS_TO_SIGN, [choice.id for choice in choices])


def choice_line(choice: WishChoice) -> str:
    """« jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Lycée Jules Haag (Besançon), 46,2 km, Découpe laser », of two halves
    « En deux moitiés : » with the hours of both."""
    away = "" if choice.km is None else f", {number(choice.km)} km"
    where = f"{choice.host_name} ({choice.commune}){away}"
    if choice.other_starts_at is None or choice.other_ends_at is None:
        return f"{span(choice.starts_at, choice.ends_at)}, {where}, {choice.workshop}"
    both = sorted(((choice.starts_at, choice.ends_at), (choice.other_starts_at, choice.other_ends_at)))
    built = " puis ".join(dict.fromkeys((choice.workshop, choice.other_workshop or "")))
    return f"en deux moitiés, {' et '.join(span(*hours) for hours in both)}, {where}, {built}"


async def awaits_visa(reservation: int) -> bool:
    """Whether a reservation that was just made is to be signed."""
    made = Reservation.exists().where(Reservation.id == reservation, Reservation.state == State.REQUESTED)
    return bool(await made)
