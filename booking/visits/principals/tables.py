"""The links to the pages of outings."""

from piccolo.columns import Bytea, ForeignKey, Serial, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.table import Table

from workshops.schools.tables import School


class OutingPage(Table, tablename="outing_pages"):
    """A link to all outings of a collège in one school year, kept as SHA-256 only; it opens nothing from `ends_at` on,
    nor once it is revoked."""

    id: Serial
    school = ForeignKey(School, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    token_hash = Bytea(unique=True)
    given_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    revoked_at = Timestamptz(null=True, default=None)
