"""Which program is told of which acts, and what of them has reached it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, BigInt, BigSerial, Bytea, Integer, SmallInt, Text, Timestamptz, Varchar

from workshops.migration import CASCADE, check, column, known, makes, refers, table, unique

ID = "2026-11-26T20:30:01:000401"
VERSION = "1.38.0"
DESCRIPTION = "Webhooks"

Membership, Webhook = known("Membership", "memberships"), known("Webhook", "webhooks")
CREATED = [
    table(
        "Webhook",
        "webhooks",
        refers("membership", Membership, CASCADE),
        column("label", Varchar, length=80, default=""),
        column("url", Varchar, length=500, default=""),
        column("acts", Array, base_column=Varchar(length=40), default=list),
        column("salt", Bytea, default=b""),
        column("created_at", Timestamptz),
        column("paused_at", Timestamptz, null=True),
        column("paused_why", Varchar, length=8, default=""),
        column("failing_since", Timestamptz, null=True),
        column("rests_until", Timestamptz, null=True),
        check(
            "webhooks_known_pause",
            "paused_why IN ('', 'maker', 'failing', 'gone') AND (paused_at IS NULL) = (paused_why = '')",
        ),
    ),
    table(
        "WebhookDelivery",
        "webhook_deliveries",
        column("id", BigSerial, primary_key=True),
        refers("webhook", Webhook, CASCADE),
        column("event", BigInt, null=True),
        column("about_kind", Varchar, length=20, default=""),
        column("about", Integer, default=0),
        column("state", Varchar, length=8, default="waiting"),
        column("attempts", SmallInt, default=0),
        column("since", Timestamptz),
        column("next_try_at", Timestamptz),
        column("done_at", Timestamptz, null=True),
        column("last_error", Text, default=""),
        check("webhook_deliveries_known_state", "state IN ('waiting', 'sent', 'failed', 'dropped')"),
        unique("webhook_deliveries_once", "webhook", "event"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
