"""Technological objects that a group can build in a visit."""

from piccolo.columns import Boolean, Serial, SmallInt, Text, Varchar
from piccolo.constraints import Check
from piccolo.table import Table


class TechObject(Table, tablename="tech_objects"):
    """An object a group takes from plan to bench."""

    id: Serial
    name = Varchar(length=120, unique=True)
    summary = Text(default="")
    minutes = SmallInt(default=120)
    example = Boolean(default=False)

    tech_objects_lasts = Check("minutes BETWEEN 10 AND 600")
