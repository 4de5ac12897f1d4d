"""How often each lycée's offer has changed."""

from piccolo.columns import BigInt, Integer, Serial
from piccolo.table import Table


class Version(Table, tablename="versions"):
    """A count that only grows, raised by the database itself in each transaction that changes what a list shows.

    `scope` is a lycée's number; 0 is what the lists of all lycées share, such as the schools' names; -1 is what only
    the programme's figures read. The version of a scope is the sum of its rows: a transaction raises one that nobody
    else is raising, or adds one, so that no act ever waits for another here, and none can cross another.
    """

    id: Serial
    scope = Integer(default=0)
    raised = BigInt(default=0)
