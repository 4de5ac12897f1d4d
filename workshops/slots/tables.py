"""Slots and, once closed, who came."""

from piccolo.columns import Array, Boolean, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.catalogue.tables import Room, Workshop
from workshops.schools.tables import School
from workshops.slots.rules import OVER_SQL, SlotState
from workshops.sql_sets import sql_set


class Slot(Table, tablename="slots"):
    """One workshop at one hour. Seats are pupils; `seats_taken` is what the groups hold, never above `seats`.

    Reservations close at `booking_closes_at`: by the lycée's number of school days, or at `chosen_closes_at` where it
    chose an earlier closing for this slot, which outlives a change of that number.
    `settles_at`, `list_locks_at` and `eve_at` are its `Deadlines`, made anew when it moves.
    `groups_ever` only grows: it gives each group of a slot its own mark, also after a cancellation.
    `one_per_trade` lets in one company of a trade, `on_agreement` those only that the lycée has accepted.
    `only_objects` are those of its workshop that are built here, empty when all of them are.
    `school` is the host's, repeated from the workshop so that a search needs no join for it.
    `changed_at` is dated by the database at whatever change, of its seats too.
    `frozen`: its school year is closed, its figures never change again.
    """

    id: Serial
    workshop = ForeignKey(Workshop, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    room = ForeignKey(Room, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    state = Varchar(length=10, default="draft")
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    booking_closes_at = Timestamptz(default=None)
    chosen_closes_at = Timestamptz(null=True, default=None)
    settles_at = Timestamptz(default=None)
    list_locks_at = Timestamptz(default=None)
    eve_at = Timestamptz(default=None)
    levels = Array(base_column=Varchar(length=2), default=list)
    seats = SmallInt(default=24)
    seats_taken = SmallInt(default=0)
    groups_max = SmallInt(default=1)
    groups_taken = SmallInt(default=0)
    groups_ever = Integer(default=0)
    company_places = SmallInt(default=0)
    company_places_taken = SmallInt(default=0)
    one_per_trade = Boolean(default=False)
    on_agreement = Boolean(default=False)
    only_objects = Array(base_column=Integer(default=0), null=True, default=None)
    reason = Text(default="")
    version = Integer(default=0)
    example = Boolean(default=False)
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())
    closed_at = Timestamptz(null=True, default=None)
    frozen = Boolean(default=False)

    slots_known_state = Check(f"state IN {sql_set(SlotState)}")
    slots_ends_after_it_starts = Check("starts_at < ends_at")
    slots_seats_hold = Check("0 <= seats_taken AND seats_taken <= seats AND seats <= 200")
    slots_groups_hold = Check("0 <= groups_taken AND groups_taken <= groups_max")
    slots_company_places_hold = Check(
        "0 <= company_places_taken AND company_places_taken <= company_places AND company_places <= 50",
    )
    slots_called_off_says_why = Check("state <> 'called_off' OR trim(reason) <> ''")
    slots_frozen_are_over = Check(f"NOT frozen OR state IN {OVER_SQL}")


class Turnout(Table, tablename="turnouts"):
    """Who came, one row per group of a closed slot: plain counts, no name, frozen by the closure.

    `group_ref` is the reservation's number, a plain value here. `counted` is the host's validated head count,
    the figure that the programme counts; `scanned` is what the badges say, and `declared` those
    whom the host said to be here although no badge of theirs was read. `girls` are some of `counted`, empty where
    the host did not count them apart, `ulis` those of ULIS, as their group says, once however many visits received
    its pupils. `came`: the group counts here, at one visit alone even when several received its pupils.
    """

    id: Serial
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    group_ref = Integer()
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    group_label = Varchar(length=60)
    level = Varchar(length=2)
    announced = SmallInt()
    scanned = SmallInt()
    declared = SmallInt(default=0)
    counted = SmallInt()
    adults = SmallInt(default=0)
    girls = SmallInt(null=True, default=None)
    ulis = SmallInt(default=0)
    note = Text(default="")
    came = Boolean(default=False)

    turnouts_once = Unique(["slot", "group_ref"])
    turnouts_counts = Check("announced >= 0 AND scanned >= 0 AND counted BETWEEN 0 AND 200 AND adults >= 0")
    turnouts_declared_counts = Check("declared >= 0")
    turnouts_ulis_counted = Check("ulis BETWEEN 0 AND counted")
    turnouts_girls_counted = Check("girls BETWEEN 0 AND counted")


class TurnoutBefore(Table, tablename="turnouts_before"):
    """What the closing of a visit that was reopened had counted, of a group (`group_ref`) or a company (`siret`).

    `counted` are a group's pupils, or a company's people.
    """

    id: Serial
    slot = ForeignKey(Slot, null=False, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    reopened_at = Timestamptz(default=None)
    group_ref = Integer(null=True, default=None)
    siret = Varchar(length=14, default="")
    counted = SmallInt(default=0)
    adults = SmallInt(default=0)
    girls = SmallInt(null=True, default=None)
    note = Text(default="")


class CompanyTurnout(Table, tablename="company_turnouts"):
    """Which companies came to a closed slot, and with how many people."""

    id: Serial
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    siret = Varchar(length=14)
    name = Varchar(length=160)
    people = SmallInt()

    company_turnouts_once = Unique(["slot", "siret"])
