"""Programs of organisations, their secrets and their tokens; a teacher may forbid them to act in her name."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Boolean, Bytea, Integer, Timestamptz, Varchar

from workshops.migration import CASCADE, SET_NULL, check, column, known, makes, refers, table

ID = "2026-12-01T15:00:00:003170"
VERSION = "1.38.0"
DESCRIPTION = "Applications"

_PERMISSIONS = {"base_column": Varchar(length=30, default=""), "default": list}
CREATED = [
    table(
        "Application",
        "applications",
        column("name", Varchar, length=80, default=""),
        column("role", Varchar, length=12, default=""),
        refers("school", known("School", "schools"), CASCADE, null=True),
        refers("company", known("Company", "companies"), CASCADE, null=True),
        column("departments", Array, base_column=Varchar(length=3, default=""), default=list),
        column("permissions", Array, **_PERMISSIONS),
        column("writes", Boolean, default=False),
        column("client_id", Varchar, length=40, default="", unique=True),
        refers("made_by", known("Account", "accounts"), SET_NULL, null=True),
        column("made_at", Timestamptz),
        column("ended_at", Timestamptz, null=True),
        check("applications_known_role", "role IN ('teacher', 'host', 'company', 'inspector', 'coordinator')"),
        check(
            "applications_belong",
            "(school IS NOT NULL) = (role IN ('teacher', 'host')) AND (company IS NOT NULL) = (role = 'company')"
            " AND (departments <> '{}') = (role = 'inspector')",
        ),
        check("applications_open_something", "permissions <> '{}'"),
    ),
    table(
        "ApplicationSecret",
        "application_secrets",
        refers("application", known("Application", "applications"), CASCADE, index=True),
        column("secret_hash", Bytea, default=b"", unique=True),
        refers("made_by", known("Account", "accounts"), SET_NULL, null=True),
        column("made_at", Timestamptz),
        column("ended_at", Timestamptz, null=True),
        column("used_at", Timestamptz, null=True),
    ),
    table(
        "ApplicationToken",
        "application_tokens",
        column("token_hash", Bytea, default=b"", unique=True),
        refers("secret", known("ApplicationSecret", "application_secrets"), CASCADE, index=True),
        column("permissions", Array, **_PERMISSIONS),
        column("expires_at", Timestamptz),
    ),
]
GROWN = [
    table("Membership", "memberships", column("no_programs", Boolean, default=False)),
    table("FirstAnswer", "first_answers", column("program", Integer, null=True)),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED, grown=GROWN)
