"""The addresses at which mails do not arrive."""

from piccolo.columns import BigSerial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class DoubtfulAddress(Table, tablename="doubtful_addresses"):
    """An address whose mail came back, until its person comes again. `said` is the server's word."""

    id = BigSerial(primary_key=True, index=False)
    email = Varchar(length=254, unique=True)
    said = Text(default="")
    since = Timestamptz(default=TimestamptzNow())
