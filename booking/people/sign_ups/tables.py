"""Who signed up and has no answer yet; the answer takes the row away."""

from typing import Any

from piccolo.columns import Array, Bytea, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.table import Table

from booking.people.accounts.tables import Membership
from workshops.schools.tables import School


class SignUp(Table, tablename="sign_ups"):
    """A teacher who says that she teaches in a collège: one proved row for an address and a collège, and beside it what
    is asked again, each with its own link, until that is used.

    `token_hash` is the link to her own mail, which serves once, `proved_at` when it did: she reads that mailbox. Of a
    trusted domain, she has then a `membership` that awaits; of another, nothing is open before the answer.
    `answer_hash` is the link by which the collège's official mailbox answers, `more_hashes` those of its later mails.
    """

    id: Serial
    email = Varchar(length=254)
    name = Varchar(length=120)
    school = ForeignKey(School, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    token_hash = Bytea(null=True, unique=True, default=None)
    next_path = Text(default="")
    asked_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    proved_at = Timestamptz(null=True, default=None)
    membership: ForeignKey[Any] = ForeignKey(
        Membership, null=True, default=None, unique=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    answer_hash = Bytea(null=True, unique=True, default=None)
    more_hashes = Array(base_column=Bytea(default=b""), default=list)
