"""The outbox: what must be told, to whom, and whether it has left."""

from piccolo.columns import UUID, BigInt, BigSerial, Boolean, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


class Notice(Table, tablename="notices"):
    """One mail to one person: of an `event`, or asked for by the act itself where it carries a secret.

    `kind` is the letter; `reader` as what she is told (a teacher, a host), `what` which of the things that it tells.
    `about_kind` and `about` are what it tells of (a reservation, an attendance, an account), read again when the mail
    is built; `also` is a second number where one does not tell all (the slot that was left). `account` is the reader's,
    0 for a school's mailbox, None for who has none. `entry` is what it brings to an agenda, REQUEST or CANCEL. `once`
    makes a repeat harmless and becomes the Message-ID; `secret` carries what cannot be read again (a sign-in link), and
    is emptied when the mail has left. `request` is the one that asked for it, where no event tells.
    `returned_at` is when a server gave it back; nobody stands in for some, whose words are said on the telephone:
    `spoken_at`, by the coordinator `spoken_by`. Until `held_until` one worker has it in hand, under the mark `held_as`
    that it drew. `mail` is the notice under whose Message-ID it leaves, its own number or that of another about the
    same visit, None until it is first in hand; `daily`: its reader gets it in the mail of the evening.
    """

    id = BigSerial(primary_key=True, index=False)
    event = BigInt(null=True, default=None)
    kind = Varchar(length=40)
    reader = Varchar(length=20, default="")
    what = Varchar(length=20, default="")
    account = Integer(null=True, default=None)
    to_email = Varchar(length=254)
    to_name = Varchar(length=160, default="")
    about_kind = Varchar(length=20, default="")
    about = Integer()
    also = Integer(null=True, default=None)
    entry = Varchar(length=8, default="")
    once = Varchar(length=160, unique=True)
    secret = Text(default="")
    state = Varchar(length=8, default="queued")
    attempts = SmallInt(default=0)
    next_try_at = Timestamptz(default=TimestamptzNow())
    last_error = Text(default="")
    created_at = Timestamptz(default=TimestamptzNow())
    sent_at = Timestamptz(null=True, default=None)
    request = Varchar(length=64, default="")
    held_until = Timestamptz(null=True, default=None)
    held_as = UUID(null=True, default=None)
    returned_at = Timestamptz(null=True, default=None)
    spoken_at = Timestamptz(null=True, default=None)
    spoken_by = Integer(null=True, default=None)
    mail = BigInt(null=True, default=None)
    daily = Boolean(default=False)

    notices_in_a_known_state = Check("state IN ('queued', 'sent', 'failed', 'dropped', 'returned')")
    notices_returned_once_left = Check("(state = 'returned') = (returned_at IS NOT NULL)")


class Turn(Table, tablename="turns"):
    """The last time of each job that the clock asks for, taken by one worker of all."""

    job = Varchar(length=40, unique=True)
    at = Timestamptz(default=None)


class Heartbeat(Table, tablename="heartbeats"):
    """The last sign of life of a worker process: arq's own stays green after a SIGKILL."""

    id = BigSerial(primary_key=True, index=False)
    name = Varchar(length=40, unique=True)
    beat_at = Timestamptz(default=None)
