"""Closed school years: the facts and figures of the day of the closing, and each correction since."""

from piccolo.columns import Boolean, DoublePrecision, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Unique
from piccolo.table import Table

from workshops.schools.tables import School


class ClosedYear(Table, tablename="closed_years"):
    """A school year (2026 is 2026-2027) that is frozen: triggers refuse what would change its figures without a reason.

    `at_upgrade`: it was closed before facts and figures were frozen with it; they are those of the upgrade's day.
    `reopened`: its figures are being corrected, for the reason that was given once for all.
    """

    id: Serial
    school_year = SmallInt(unique=True)
    frozen_at = Timestamptz(default=None)
    at_upgrade = Boolean(default=False)
    reopened = Boolean(default=False)


class SchoolFacts(Table, tablename="school_facts"):
    """A school as a closed year counts it, whatever the registers say since. `counted`: one of the public collèges
    that were known and open. Triggers refuse UPDATE and DELETE."""

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    department = Varchar(length=3)
    priority = Varchar(length=4, default="")
    rural = Boolean(null=True, default=None)
    lat = DoublePrecision(null=True, default=None)
    lon = DoublePrecision(null=True, default=None)
    counted = Boolean(default=False)

    school_facts_once = Unique(["school", "school_year"])


class YearFigure(Table, tablename="year_figures"):
    """What a metric counted of a closed year on the day of its closing. Triggers refuse UPDATE and DELETE."""

    id: Serial
    school_year = SmallInt()
    programme = Varchar(length=12)
    metric = Varchar(length=40)
    figure = Integer(default=0)

    year_figures_once = Unique(["school_year", "programme", "metric"])


class Correction(Table, tablename="year_corrections"):
    """One line that changed what a closed year counts, with its reason; the triggers write it, and refuse any change.

    `of` and `about`: the table and the number of the cohort, course or year that it is of. `what` says the line, `was`
    and `becomes` its counts, empty where there was or is none. `by` is an account's number, `school` the lycée for
    which it was done, None for the coordination.
    """

    id: Serial
    school_year = SmallInt(index=True)
    programme = Varchar(length=12)
    of = Varchar(length=20)
    about = Integer()
    what = Varchar(length=80)
    was = Varchar(length=200, default="")
    becomes = Varchar(length=200, default="")
    reason = Text(default="")
    by = Integer(null=True, default=None)
    school = Integer(null=True, default=None)
    at = Timestamptz(default=None)
