"""Reservations: one row, one calendar UID, from the first click to the end of the visit."""

from typing import Any

from piccolo.columns import (
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account
from booking.visits.demands.tables import RankedDemand
from booking.visits.groups.tables import Group
from booking.visits.reservation_states import State
from workshops.schools.tables import School
from workshops.slots.tables import Slot
from workshops.sql_sets import sql_set


class Reservation(Table, tablename="reservations"):
    """A group's visit to a slot.

    `starts_at` and `ends_at` repeat the slot's, so that the database itself can keep a group from two overlapping
    visits. `mark` is the group's colour and shape on that day (0 to 35). `hold_until` is when seats held for a visa
    (requested) or for an answer (offered) go back. `confirmed_at` is when it entered the agendas: a visit that was
    never confirmed has nothing to be taken out of them. The lines of one `demand` are ranked: one is kept. One that
    waits since a draw does so in the order of its `drawn_rank`; one that came `beyond` its collège's classes, behind
    the others until it is `let_through`.
    A class too large for one slot comes as `half` 1 and 2 of one line: booked in one act, they alone may be somewhere
    at one hour.
    `offer_salt` makes the link that answers an offered place by mail, until it is answered; `offered_as` stays, so that
    the link says afterwards what was answered.

    A visa holds for a lycée, a day and a number of adults (`signed_*`). A change that goes beyond it is a reservation
    of its own that `replaces` the visit: it holds its place beside, and vanishes into the visit when it is signed. More
    adults are `adults_asked` until then. `visa_note` says who signed on paper, and `visa_paper_on` when; `link_*` is
    what whoever signs gave by her link, which stays under a paper that goes beyond it.
    `late` marks a late cancellation, or a visit that was moved too late.
    `comes_on`: the date of which its collège, asked before, said that the group comes; of another date it said nothing.
    `handed_to`: the colleague to whom its teacher proposes it, who may take it over until `handed_until`;
    `handed_salt` makes the link that answers.
    `opinion_given`: the visit answered the three questions of afterwards; what it said is in no row. `thanks` is the
    line that its teacher wrote then for the lycée and the companies.
    """

    id: Serial
    uid = Varchar(length=120, unique=True)
    sequence = Integer(default=0)
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    group = ForeignKey(Group, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    booked_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    state = Varchar(length=24)
    pupils = SmallInt()
    adults = SmallInt(default=2)
    needs = Varchar(length=200, default="")
    needed = Array(base_column=Varchar(length=16), default=list)
    mark = SmallInt(default=0)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    idempotency_key = Varchar(length=80, null=True, default=None)
    asked = Varchar(length=64, default="")
    badge_salt = UUID(default=None)
    hold_until = Timestamptz(null=True, default=None)
    beyond = Boolean(default=False)
    let_through = Boolean(default=False)
    offer_salt = UUID(null=True, default=None, unique=True)
    offered_as = UUID(null=True, default=None, unique=True)
    demand: ForeignKey[Any] = ForeignKey(
        RankedDemand, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    line = SmallInt(default=1)
    drawn_rank = Integer(null=True, default=None)
    half = SmallInt(null=True, default=None)
    visa_note = Varchar(length=200, default="")
    replaces: ForeignKey[Any] = ForeignKey(
        "self", null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )
    adults_asked = SmallInt(null=True, default=None)
    signed_host = Integer(null=True, default=None)
    signed_on = Date(null=True, default=None)
    signed_adults = SmallInt(null=True, default=None)
    visa_paper_on = Date(null=True, default=None)
    link_host = Integer(null=True, default=None)
    link_on = Date(null=True, default=None)
    link_adults = SmallInt(null=True, default=None)
    late = Boolean(default=False)
    reason = Text(default="")
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())
    confirmed_at = Timestamptz(null=True, default=None)
    opinion_given = Boolean(default=False)
    thanks = Varchar(length=300, default="")
    comes_on = Date(null=True, default=None)
    handed_to = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    handed_until = Timestamptz(null=True, default=None)
    handed_salt = UUID(null=True, default=None)

    reservations_known_state = Check(f"state IN {sql_set(State)}")
    reservations_half_of_two = Check(
        "half IS NULL OR (demand IS NOT NULL AND half BETWEEN 1 AND 2)",
    )
    reservations_known_needs = Check(
        "array_to_string(needed, ' ') ~ '^((step_free|chairs):[1-9][0-9]?|loop|quiet|interpreter|meal| )*$'",
    )
    reservations_has_people = Check("pupils BETWEEN 1 AND 60 AND adults BETWEEN 1 AND 12")


class Approval(Table, tablename="approvals"):
    """A principal's link to one reservation: single use, kept as SHA-256 only; a new one makes the old ones void.

    One that `takes_back` asks nothing: it undoes the visa that was noted from paper.
    """

    id: Serial
    reservation = ForeignKey(Reservation, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    token_hash = Bytea(unique=True)
    created_at = Timestamptz(default=TimestamptzNow())
    used_at = Timestamptz(null=True, default=None)
    takes_back = Boolean(default=False)
