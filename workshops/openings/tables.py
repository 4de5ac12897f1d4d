"""When the slots of a period may be reserved."""

from piccolo.columns import Bytea, Date, Serial, SmallInt, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


class Opening(Table, tablename="openings"):
    """The slots of these days, both included, may be reserved from `opens_at` on; before, they are only seen.

    No day is of two openings: a day that is of none is open at once.

    One that is drawn collects demands until `draws_at`. Its `seed` is drawn with it: its digest is public, and itself
    once the demands are ranked (`ranked_at`), of which the `file`, frozen before (`frozen_at`), says all that decides;
    its digest is public, the file is of the coordination. `places_left`, public with the seed, are those that the draw
    leaves of each slot, as JSON: [{slot, seats, groups}]. A demand weighs 1, of a collège that never came
    `first_weight`. From `drawn_at` on each has its answer; what is left is until `left_until` of those who got nothing.
    """

    id: Serial
    first_on = Date(default=None)
    last_on = Date(default=None)
    opens_at = Timestamptz(default=None)
    created_at = Timestamptz(default=TimestamptzNow())
    draws_at = Timestamptz(null=True, default=None)
    seed = Bytea(null=True, default=None)
    first_weight = SmallInt(default=1)
    ranked_at = Timestamptz(null=True, default=None)
    drawn_at = Timestamptz(null=True, default=None)
    frozen_at = Timestamptz(null=True, default=None)
    file = Bytea(null=True, default=None)
    file_digest = Bytea(null=True, default=None)
    places_left = Bytea(null=True, default=None)
    left_until = Timestamptz(null=True, default=None)

    openings_ordered = Check("first_on <= last_on")
    openings_drawn_by_a_seed = Check("(draws_at IS NULL) = (seed IS NULL)")
    openings_known_weight = Check("first_weight BETWEEN 1 AND 3")
