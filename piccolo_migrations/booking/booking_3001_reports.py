"""The words of the file of a school year, and the files declared final."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, Bytea, Integer, SmallInt, Text, Timestamptz, Varchar

from workshops.migration import check, column, makes, table, unique

ID = "2026-12-01T09:00:00:003001"
VERSION = "1.38.0"
DESCRIPTION = "Reports of school years"

CREATED = [
    table(
        "ReportWords",
        "report_words",
        column("school_year", SmallInt, default=0),
        column("section", Varchar, length=20, default=""),
        column("text", Text, default=""),
        column("written_at", Timestamptz),
        column("written_by", Integer, null=True),
        unique("report_words_once", "school_year", "section"),
        check("report_words_bounded", "length(text) <= 2000"),
    ),
    table(
        "FinalReport",
        "final_reports",
        column("school_year", SmallInt, default=0),
        column("version", SmallInt, default=1),
        column("declared_at", Timestamptz),
        column("declared_by", Integer, null=True),
        column("small", Boolean, default=False),
        column("closed", Boolean, default=False),
        column("report", Text, default=""),
        column("figures", Text, default=""),
        column("pdf", Bytea, default=b""),
        column("docx", Bytea, default=b""),
        column("sheet", Bytea, default=b""),
        column("pdf_sha256", Varchar, length=64, default=""),
        column("docx_sha256", Varchar, length=64, default=""),
        column("sheet_sha256", Varchar, length=64, default=""),
        unique("final_reports_once", "school_year", "version"),
        check("final_reports_numbered", "version >= 1"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
