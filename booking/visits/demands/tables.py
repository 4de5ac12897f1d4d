"""What groups ask for, above the reservations that come of it."""

from typing import Any

from piccolo.columns import (
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
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account, Membership
from booking.visits.groups.tables import Group
from workshops.catalogue.tables import TechObject
from workshops.openings.tables import Opening
from workshops.schools.tables import School
from workshops.slots.tables import Slot


class RankedDemand(Table, tablename="demands"):
    """What one group asks for: `lines` in order, of which one is kept.

    Each slot of a line is a reservation that knows its `demand` and its `line`; the two halves of a class are two of
    one line. A booking at once has no demand.

    `sentence` is the line that names no slot: whatever suits what follows it, `lycee` a UAI, `away` the zone whose
    holidays are left out (« moi » for those of the collège, with the days that it closes). `pupils`, `adults` and needs
    are those of a demand that has one, or that was drawn. `two_objects`: its halves may build different ones. From
    `ended_at` on nothing more is looked for. `last_minute`: it may be offered a place that is given back late.

    One of which the sentence alone is left keeps the slots `passed_over`, which it names and could neither have nor
    wait for, in the order of its lines, and `passed_why`, what was told of the first one. No reservation carries the
    `idempotency_key` under which it was `asked`.

    One that `tells` is an alert: its sentence is told once to the teacher of a `membership`, and offered to nobody, for
    a class of hers that may be no group yet. `known` are the slots that suited when she asked, and still do: they are
    no news. `met_at` says when she was told, and `slots` of which; it is over from `ends_at` on.

    One of an opening's first hour has an opaque `number` and a `weight`; `rank`, `result` and
    `answer` (`drawing.Answer` as JSON) are those of its draw.
    `beyond`: its collège had as many groups in line as it may, so that it comes after those of all others. `salt` and
    `digest` hold it to what it said when entries ended. One that is withdrawn before the draw is `gone`, and has no
    rank. `shown_slot` is public, of a draw held when each demand was for one slot.
    """

    id: Serial
    group: ForeignKey[Any] = ForeignKey(
        Group, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    asked_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    membership: ForeignKey[Any] = ForeignKey(
        Membership, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    level = Varchar(length=2, default="")
    pupils = SmallInt(null=True, default=None)
    adults = SmallInt(null=True, default=None)
    needs = Varchar(length=200, default="")
    needed = Array(base_column=Varchar(length=16), default=list)
    two_objects = Boolean(default=False)
    last_minute = Boolean(default=False)
    passed_over = Array(base_column=Integer(default=0), default=list)
    passed_why = Text(default="")
    idempotency_key = Varchar(length=80, null=True, default=None)
    asked = Varchar(length=64, default="")
    lines = SmallInt(default=1)
    sentence = SmallInt(null=True, default=None)
    km = SmallInt(null=True, default=None)
    from_on = Date(null=True, default=None)
    to_on = Date(null=True, default=None)
    away = Varchar(length=3, default="")
    department = Varchar(length=3, default="")
    lycee = Varchar(length=8, default="")
    tech_object: ForeignKey[Any] = ForeignKey(
        TechObject, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    companies = Boolean(default=False)
    asked_at = Timestamptz(default=None)
    opening: ForeignKey[Any] = ForeignKey(
        Opening, null=True, default=None, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    number = Varchar(length=16, null=True, default=None, unique=True)
    weight = SmallInt(default=1)
    beyond = Boolean(default=False)
    rank = Integer(null=True, default=None)
    result = Varchar(length=8, default="")
    shown_slot: ForeignKey[Any] = ForeignKey(
        Slot, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    answer = Bytea(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    tells = Boolean(default=False)
    known = Array(base_column=Integer(default=0), default=list)
    slots = Array(base_column=Integer(default=0), default=list)
    ends_at = Timestamptz(null=True, default=None)
    met_at = Timestamptz(null=True, default=None)
    salt = Varchar(length=32, default="")
    digest = Bytea(null=True, default=None)

    demands_known_result = Check("result IN ('', 'placed', 'offered', 'waits', 'out', 'gone')")
    demands_has_weight = Check("weight BETWEEN 1 AND 3")
    demands_tell_somebody = Check("NOT tells OR (membership IS NOT NULL AND level <> '' AND ends_at IS NOT NULL)")
    demands_numbered = Check("(opening IS NULL) = (number IS NULL)")
