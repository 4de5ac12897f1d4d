"""Who carries the programme."""

from piccolo.columns import Boolean, Date, ForeignKey, Serial, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.companies.tables import Company
from workshops.schools.tables import School


class Partner(Table, tablename="partners"):
    """A member of the consortium, in its role, from one day to another, both included; without an end it still is.

    A lycée is one of the schools and a company one of the companies: each is listed once. Other bodies have a name.
    """

    id: Serial
    kind = Varchar(length=12)
    name = Varchar(length=160)
    role = Varchar(length=200, default="")
    school = ForeignKey(
        School, null=True, default=None, unique=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    company = ForeignKey(
        Company, null=True, default=None, unique=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    web = Varchar(length=200, default="")
    from_on = Date(default=None)
    to_on = Date(null=True, default=None)
    example = Boolean(default=False)

    partners_once = Unique(["kind", "name"])
    partners_known_kind = Check(
        "kind IN ('rectorat', 'universite', 'cnam', 'uimm', 'cmqe', 'ecole', 'lycee', 'entreprise', 'autre')"
    )
    partners_known_place = Check(
        "(kind = 'lycee') = (school IS NOT NULL) AND (kind = 'entreprise') = (company IS NOT NULL)"
    )
    partners_ordered = Check("to_on IS NULL OR to_on >= from_on")
