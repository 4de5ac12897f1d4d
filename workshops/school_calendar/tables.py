"""Days without visits."""

from piccolo.columns import Date, ForeignKey, Serial, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from workshops.schools.tables import School


class Closure(Table, tablename="closures"):
    """A run of whole days off, for a zone (holidays), for everyone (public holidays) or for one school (its own).

    `first_on` and `last_on` are both days off.
    """

    id: Serial
    kind = Varchar(length=16)
    label = Varchar(length=120)
    zone = Varchar(length=1, null=True, default=None)
    school = ForeignKey(School, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    first_on = Date(default=None)
    last_on = Date(default=None)
    source = Varchar(length=120, default="")

    closures_known_kind = Check("kind IN ('holiday', 'public_holiday', 'closure')")
    closures_ordered = Check("first_on <= last_on")
    closures_owned = Check("(kind = 'closure') = (school IS NOT NULL)")
