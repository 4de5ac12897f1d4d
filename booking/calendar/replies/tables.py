"""The last answer of each invited person to each invitation."""

from piccolo.columns import ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from booking.people.accounts.tables import Account
from booking.visits.attendance.tables import Attendance
from booking.visits.reservations.tables import Reservation
from workshops.programmes.ptech.tables import Action


class Reply(Table, tablename="replies"):
    """« I come », « I may come » or « I do not come », as an agenda program sent it.

    Of its mail the `comment` of a refusal alone is kept. `sequence` is the version of the invitation that was answered:
    once it changes, the answer is an old one.
    """

    id: Serial
    reservation = ForeignKey(
        Reservation, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    attendance = ForeignKey(Attendance, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    action = ForeignKey(Action, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    answer = Varchar(length=12)
    comment = Varchar(length=300, default="")
    sequence = Integer(default=0)
    answered_at = Timestamptz(default=None)
    received_at = Timestamptz(default=TimestamptzNow())

    replies_known_answer = Check("answer IN ('ACCEPTED', 'TENTATIVE', 'DECLINED')")
    replies_about_one = Check("num_nonnulls(reservation, attendance, action) = 1")
    replies_one_to_a_reservation = Unique(["reservation", "account"])
    replies_one_to_an_attendance = Unique(["attendance", "account"])
    replies_one_to_an_action = Unique(["action", "account"])
