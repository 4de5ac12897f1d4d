"""What was done, said once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnUpdate
from piccolo.columns.column_types import BigSerial, Integer, Text, Timestamptz, Varchar

from workshops.migration import CASCADE, RESTRICT, column, known, makes, refers, table

ID = "2026-11-26T19:00:01:000301"
VERSION = "1.38.0"
DESCRIPTION = "Events"

Event = known("Event", "events", BigSerial)
CREATED = [
    table(
        "Event",
        "events",
        column("id", BigSerial, primary_key=True),
        column("at", Timestamptz, index=True),
        column("act", Varchar, length=40, default=""),
        column("by", Integer, null=True),
        column("about_kind", Varchar, length=20, default=""),
        column("about", Integer, null=True),
        column("sequence", Integer, null=True),
        column("was", Varchar, length=20, default=""),
        column("state", Varchar, length=20, default=""),
        column("also", Integer, null=True),
        column("detail", Text, default=""),
    ),
    table(
        "EventWords",
        "event_words",
        refers("event", Event, CASCADE, unique=True, on_update=OnUpdate.restrict),
        column("words", Text, default=""),
    ),
    table(
        "EventToTell",
        "events_to_tell",
        refers("event", Event, RESTRICT, unique=True, on_update=OnUpdate.restrict),
        column("about_kind", Varchar, length=20, default=""),
        column("about", Integer, default=0),
        column("due_at", Timestamptz, null=True),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
