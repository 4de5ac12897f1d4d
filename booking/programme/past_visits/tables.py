"""Which column of people's own tables says what of a visit."""

from piccolo.columns import Serial, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class VisitColumn(Table, tablename="visit_columns"):
    """A heading, in plain letters, and the cell of a visit that it was said to be; empty: it is none, for all its name.

    One heading may be two cells: « Classe » gives a group and, by it, a level.
    """

    id: Serial
    heading = Varchar(length=120)
    cell = Varchar(length=20, default="")

    visit_columns_once = Unique(["heading", "cell"])
