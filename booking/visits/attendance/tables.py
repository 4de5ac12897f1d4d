"""Companies announced at a slot."""

from piccolo.columns import UUID, Date, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account
from booking.visits.attendance.rules import AttendanceState
from workshops.companies.tables import Company
from workshops.slots.tables import Slot
from workshops.sql_sets import sql_set


class Attendance(Table, tablename="attendances"):
    """A company at a slot, with how many people and to do what. Its badges are derived from `badge_salt`.

    `trade_key` is set where the lycée wants one company of a trade: the database holds it. `confirmed_at` is since when
    agendas hold the coming, None for one that the lycée has not accepted. `reason` is why the lycée declined it,
    `withdrawn_why` why the company took it back. `visitors` are the adults who come, a name a line, for the lycée's
    register alone: erased the night after. `warned_of` is how many groups the slot had had when its
    company read, as it signed up, that none comes; `warned_on` is the session's day where reservations had closed then.
    """

    id: Serial
    uid = Varchar(length=120, unique=True)
    sequence = Integer(default=0)
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    company = ForeignKey(Company, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    announced_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    state = Varchar(length=10, default="announced")
    people = SmallInt()
    role = Varchar(length=14)
    message = Text(default="")
    reason = Text(default="")
    withdrawn_why = Varchar(length=12, default="")
    visitors = Text(default="")
    trade_key = Varchar(length=120, default="")
    warned_of = SmallInt(default=0)
    warned_on = Date(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    badge_salt = UUID(default=UUID4())
    created_at = Timestamptz(default=TimestamptzNow())

    attendances_known_state = Check(f"state IN {sql_set(AttendanceState)}")
    attendances_asked_are_not_confirmed = Check("state <> 'asked' OR confirmed_at IS NULL")
    attendances_known_role = Check("role IN ('temoignage', 'demonstration', 'mentorat')")
    attendances_known_withdrawal = Check(
        "withdrawn_why IN ('', 'last_minute', 'too_far', 'mistake', 'other', 'no_group')"
        " AND (withdrawn_why = '' OR state = 'withdrawn')",
    )
    attendances_has_people = Check("people BETWEEN 1 AND 10")
