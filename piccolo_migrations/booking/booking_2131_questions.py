"""A question to a lycée before booking, and its lines."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, Bytea, Date, SmallInt, Timestamptz, Varchar

from workshops.migration import CASCADE, SET_NULL, check, column, known, makes, refers, table

ID = "2026-11-28T12:00:31:002131"
VERSION = "1.38.0"
DESCRIPTION = "Questions to lycées, and their lines"

School = known("School", "schools")
Account = known("Account", "accounts")
Slot = known("Slot", "slots")
Workshop = known("Workshop", "workshops")
Question = known("Question", "questions")

CREATED = [
    table(
        "Question",
        "questions",
        refers("college", School, CASCADE, index=True),
        refers("lycee", School, CASCADE, index=True),
        refers("asked_by", Account, CASCADE, index=True),
        refers("slot", Slot, SET_NULL, null=True),
        refers("workshop", Workshop, SET_NULL, null=True),
        column("state", Varchar, length=10, default="asked"),
        column("lines", SmallInt, default=1),
        column("salt", UUID),
        column("teacher_hash", Bytea, default=b"", unique=True),
        column("lycee_hash", Bytea, default=b"", unique=True),
        column("asked_at", Timestamptz),
        column("last_at", Timestamptz),
        check("questions_known_state", "state IN ('asked', 'answered', 'closed')"),
        check("questions_ten_lines", "lines BETWEEN 1 AND 10"),
    ),
    table(
        "QuestionLine",
        "question_lines",
        refers("question", Question, CASCADE, index=True),
        column("side", Varchar, length=10, default=""),
        column("text", Varchar, length=600, default=""),
        column("wished_on", Date, null=True),
        refers("slot", Slot, CASCADE, null=True),
        column("at", Timestamptz),
        check("question_lines_known_side", "side IN ('teacher', 'lycee')"),
        check("question_lines_say_something", "text <> '' OR wished_on IS NOT NULL OR slot IS NOT NULL"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
