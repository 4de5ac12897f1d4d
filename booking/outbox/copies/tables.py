"""What became of the copies of all that is kept."""

from piccolo.columns import Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Copy(Table, tablename="copies"):
    """What was done last: a row for each act (`copy`, or its `rehearsal` beside) and each way to keep (`file`, or the
    repository of `pgbackrest`, of which a database machine writes).

    `done_at` is when it last succeeded, `failed_at` when it last did not, and `failure` why. `copied_at` is when the
    copy was made that was rehearsed; `seconds` is how long it took. A copy is kept for `kept_days` at most.
    """

    id: Serial
    act = Varchar(length=9, default="")
    way = Varchar(length=10, default="")
    done_at = Timestamptz(null=True, default=None)
    copied_at = Timestamptz(null=True, default=None)
    seconds = Integer(default=0)
    kept_days = SmallInt(default=0)
    failed_at = Timestamptz(null=True, default=None)
    failure = Text(default="")

    copies_once = Unique(["act", "way"])
    copies_known = Check("act IN ('copy', 'rehearsal') AND way IN ('file', 'pgbackrest')")
