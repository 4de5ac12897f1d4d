"""What the last import made and replaced."""

from piccolo.columns import Array, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table


class Import(Table, tablename="imports"):
    """The last import, by whom: the next one takes its place, and undoing it takes it away.

    `made` numbers the rows that were not there before; `before` and `after` are, as JSON, what it replaced and by what.
    """

    id: Serial
    kind = Varchar(length=12)
    at = Timestamptz(default=None)
    by = Integer(null=True, default=None)
    made = Array(base_column=Integer(), default=list)
    before = Text(default="[]")
    after = Text(default="[]")

    imports_known_kind = Check(
        "kind IN ('schools', 'head_counts', 'past_visits', 'invitations', 'calendar', 'density', 'records')"
    )
