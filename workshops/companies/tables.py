"""Companies, one row per SIRET."""

from piccolo.columns import Boolean, Serial, Varchar
from piccolo.table import Table


class Company(Table, tablename="companies"):
    """One establishment of a company: the SIRET names a place, not a group."""

    id: Serial
    siret = Varchar(length=14, unique=True)
    name = Varchar(length=160)
    trade = Varchar(length=120, default="")
    commune = Varchar(length=80, default="")
    department = Varchar(length=3, default="")
    example = Boolean(default=False)
