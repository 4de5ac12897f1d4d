"""Schools as the official annuaire knows them."""

from typing import Any

from piccolo.columns import Boolean, Bytea, DoublePrecision, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table


class DepartmentName(Table, tablename="departments"):
    """A département as the annuaire names it, with its académie: one row for each that has or had a school here."""

    id: Serial
    code = Varchar(length=3, unique=True)
    name = Varchar(length=80)
    academie = Varchar(length=60)


class School(Table, tablename="schools"):
    """A collège or a lycée, one row per UAI.

    A collège whose `needs_approval` is set reserves under the condition of its principal's visa, asked by mail.
    `rural` is Insee's density grid, or what the coordinator marked; empty until somebody says.
    `vocational`: the annuaire says that it teaches towards a trade, or not; empty where it says nothing.
    `closed`: the annuaire says so. A principal's address is asked nothing before `principal_confirmed_at`;
    `principal_link` is the SHA-256 of the link by which the collège's mailbox confirms it, `visa_end_link` of the one
    by which whoever signs says that the visa is no longer asked for, once a teacher proposed it.
    Of a lycée, `booking_days` is how many school days before a visit its reservations close.
    """

    id: Serial
    uai = Varchar(length=8, unique=True)
    name = Varchar(length=200)
    kind = Varchar(length=10)
    sector = Varchar(length=10, default="public")
    contract = Varchar(length=40, default="")
    address = Varchar(length=200, default="")
    postcode = Varchar(length=5, default="")
    commune = Varchar(length=80, default="")
    insee = Varchar(length=5, default="")
    department = Varchar(length=3, index=True)
    lat = DoublePrecision(null=True, default=None)
    lon = DoublePrecision(null=True, default=None)
    phone = Varchar(length=30, default="")
    mail = Varchar(length=120, default="")
    web = Varchar(length=200, default="")
    priority = Varchar(length=4, default="")
    zone = Varchar(length=1, default="")
    has_segpa = Boolean(default=False)
    rural = Boolean(null=True, default=None)
    vocational = Boolean(null=True, default=None)
    closed = Boolean(default=False)
    needs_approval = Boolean(default=False)
    principal_name = Varchar(length=120, default="")
    principal_mail = Varchar(length=254, default="")
    principal_confirmed_at = Timestamptz(null=True, default=None)
    principal_link = Bytea(null=True, default=None, unique=True)
    visa_end_link = Bytea(null=True, default=None, unique=True)
    stop = Varchar(length=200, default="")
    walk_minutes = SmallInt(null=True, default=None)
    coach_drop = Varchar(length=200, default="")
    signatory = Varchar(length=120, default="")
    booking_days = SmallInt(default=5)
    part_of: ForeignKey[Any] = ForeignKey(
        "self", null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )

    schools_confirmed_address = Check("principal_confirmed_at IS NULL OR principal_mail <> ''")
    schools_walk_is_short = Check("walk_minutes BETWEEN 1 AND 90")
    schools_closes_in_time = Check("booking_days BETWEEN 1 AND 20")
    schools_known_kind = Check("kind IN ('college', 'lycee')")
    schools_known_priority = Check("priority IN ('', 'REP', 'REP+')")
