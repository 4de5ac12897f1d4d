"""The journal: append-only, without any pupil. Triggers refuse UPDATE and TRUNCATE, and DELETE before a year."""

from piccolo.columns import BigSerial, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Unique
from piccolo.table import Table


class Entry(Table, tablename="journal"):
    """Who did what, when, to what."""

    id = BigSerial(primary_key=True, index=False)
    at = Timestamptz(default=None, index=True)
    account = Integer(null=True, default=None)
    act = Varchar(length=40)
    about_kind = Varchar(length=20, default="")
    about = Integer(null=True, default=None)
    detail = Text(default="")


class EntryWords(Table, tablename="journal_words"):
    """What somebody typed with an act: it is forgotten before the act's line is."""

    id: Serial
    entry = ForeignKey(Entry, null=False, unique=True, on_delete=OnDelete.cascade, on_update=OnUpdate.restrict)
    words = Text(default="")


class RefusalCount(Table, tablename="refusal_counts"):
    """How often one account was refused one thing in one hour; `account` 0 is whoever has none.

    However often somebody knocks, an hour takes one row. `id` is drawn among the journal's numbers, so that both are
    read in one order; `detail` is the last one's.
    """

    id = BigSerial(primary_key=True, index=False)
    hour = Timestamptz(default=None)
    at = Timestamptz(default=None)
    until = Timestamptz(default=None)
    account = Integer(default=0)
    act = Varchar(length=40)
    about_kind = Varchar(length=20, default="")
    detail = Text(default="")
    often = Integer(default=1)

    refusal_counts_once = Unique(["hour", "account", "act"])
