"""Visits that nobody scanned: what the programme did before it used Technilab."""

from piccolo.columns import Array, Boolean, Date, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from workshops.catalogue.tables import TechObject
from workshops.schools.tables import School


class PastVisit(Table, tablename="past_visits"):
    """One group that one lycée received on one day, as a coordinator declares it afterwards.

    `girls` are some of `pupils`, empty where nobody knows; `companies` are SIRET. A visit is known by its `reference`,
    else by its day, its two schools and its `group_label`: two partial unique indexes hold that.
    """

    id: Serial
    held_on = Date(default=None)
    lycee = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    college = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    level = Varchar(length=2)
    group_label = Varchar(length=60, default="")
    pupils = SmallInt()
    girls = SmallInt(null=True, default=None)
    tech_object = ForeignKey(
        TechObject, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    companies = Array(base_column=Varchar(length=14), default=list)
    source = Varchar(length=200)
    reference = Varchar(length=60, default="")
    example = Boolean(default=False)
    recorded_at = Timestamptz(default=TimestamptzNow())

    past_visits_counts = Check("pupils BETWEEN 1 AND 200 AND girls BETWEEN 0 AND pupils")
    past_visits_known_level = Check("level IN ('6e', '5e', '4e', '3e')")
    past_visits_says_who = Check("trim(source) <> ''")
