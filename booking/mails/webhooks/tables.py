"""Which program is told of which acts, and what of them has reached it."""

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Bytea,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from booking.people.accounts.tables import Membership


class Webhook(Table, tablename="webhooks"):
    """The subscription of one membership: which acts, to which address; it ends with the membership.

    The secret that its maker was given is `sealed` by the site's key; it was derived from `salt` and that day's key, as
    it is where it was made before secrets were sealed. `paused_why`: by whoever made it, or
    because nothing arrives there. `failing_since`: the first failure after the last success. `rests_until`: it failed a
    moment ago and is left in peace until then.
    """

    id: Serial
    membership = ForeignKey(Membership, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    label = Varchar(length=80)
    url = Varchar(length=500)
    acts = Array(base_column=Varchar(length=40), default=list)
    salt = Bytea()
    created_at = Timestamptz(default=None)
    paused_at = Timestamptz(null=True, default=None)
    paused_why = Varchar(length=8, default="")
    failing_since = Timestamptz(null=True, default=None)
    rests_until = Timestamptz(null=True, default=None)
    sealed = Bytea(null=True, default=None)

    webhooks_known_pause = Check(
        "paused_why IN ('', 'maker', 'failing', 'gone') AND (paused_at IS NULL) = (paused_why = '')"
    )


class WebhookDelivery(Table, tablename="webhook_deliveries"):
    """One event for one subscription, written in the transaction that tells the event; without `event`, a trial.

    `about_kind` and `about` are what the event is about: the next one about it waits for this one. `since` is when the
    24 hours of its tries began. `last_error` is ours, never what the receiver said.
    """

    id = BigSerial(primary_key=True, index=False)
    webhook = ForeignKey(Webhook, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    event = BigInt(null=True, default=None)
    about_kind = Varchar(length=20, default="")
    about = Integer()
    state = Varchar(length=8, default="waiting")
    attempts = SmallInt(default=0)
    since = Timestamptz(default=None)
    next_try_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    last_error = Text(default="")

    webhook_deliveries_known_state = Check("state IN ('waiting', 'sent', 'failed', 'dropped')")
    webhook_deliveries_once = Unique(["webhook", "event"])
