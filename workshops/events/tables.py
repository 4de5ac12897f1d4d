"""Events and what is not yet told of them. Triggers refuse UPDATE and TRUNCATE, and DELETE before a year."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.table import Table


class Event(Table, tablename="events"):
    """Who did what, when, to what: one row per act, written in the act's own transaction.

    `by` is the number of an account, None for the clock, the system and strangers. `was` and `state` are the states
    that the thing had before and has after the act, empty where it has none; `sequence` is its calendar entry's.
    `also` is a second number where one does not tell all: the slot that a visit left, the minute at which it was, the
    day that is reminded of, the company that mentors a cohort. `detail` is ours, never what somebody typed.
    `program` is the number of the program by which it was done, None where people did it themselves.
    `request` is the one that it was done in, as the logs name it. `turn` is its transaction's, given by the
    database itself (`event_turn`): numbers are drawn before a commit, so that 100 may come after 101.
    """

    id = BigSerial(primary_key=True, index=False)
    at = Timestamptz(default=None, index=True)
    act = Varchar(length=40)
    by = Integer(null=True, default=None)
    about_kind = Varchar(length=20, default="")
    about = Integer(null=True, default=None)
    sequence = Integer(null=True, default=None)
    was = Varchar(length=20, default="")
    state = Varchar(length=20, default="")
    also = Integer(null=True, default=None)
    detail = Text(default="")
    request = Varchar(length=64, default="")
    turn = BigInt(default=0)
    program = Integer(null=True, default=None)


class EventWords(Table, tablename="event_words"):
    """What somebody typed with an act: it is forgotten before the act's line is."""

    id: Serial
    event = ForeignKey(Event, null=False, unique=True, on_delete=OnDelete.cascade, on_update=OnUpdate.restrict)
    words = Text(default="")


class EventToTell(Table, tablename="events_to_tell"):
    """An event of which nobody has been told yet: the fan-out takes the row away in the transaction that writes the
    mails. `due_at` is set when that failed: not before then."""

    id: Serial
    event = ForeignKey(Event, null=False, unique=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    about_kind = Varchar(length=20, default="")
    about = Integer(default=0)
    due_at = Timestamptz(null=True, default=None)
