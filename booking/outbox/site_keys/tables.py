"""Since when a secret key is the site's."""

from piccolo.columns import Serial, Timestamptz, Varchar
from piccolo.table import Table


class SiteKey(Table, tablename="site_keys"):
    """A secret key that was the site's, by what tells nothing of it, and since when it was known to be."""

    id: Serial
    key_print = Varchar(length=24, unique=True)
    since = Timestamptz(default=None)
