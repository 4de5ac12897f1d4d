"""What the coordinator writes in the file of a year, and the files that were declared final."""

from piccolo.columns import Boolean, Bytea, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class ReportWords(Table, tablename="report_words"):
    """The words of a section of a school year's file (2026 is 2026-2027); empty: the coordinator wants none.

    `written_by` is an account's number, a plain value.
    """

    id: Serial
    school_year = SmallInt()
    section = Varchar(length=20)
    text = Text(default="")
    written_at = Timestamptz(default=None)
    written_by = Integer(null=True, default=None)

    report_words_once = Unique(["school_year", "section"])
    report_words_bounded = Check("length(text) <= 2000")


class FinalReport(Table, tablename="final_reports"):
    """A file that was declared final, kept as it is: triggers refuse UPDATE, DELETE and TRUNCATE.

    `report` is all it says and `figures` what is compared with today's, as JSON; `closed`: its year was closed then.
    `declared_by` is an account's number, a plain value.
    """

    id: Serial
    school_year = SmallInt()
    version = SmallInt(default=1)
    declared_at = Timestamptz(default=None)
    declared_by = Integer(null=True, default=None)
    small = Boolean(default=False)
    closed = Boolean(default=False)
    report = Text(default="")
    figures = Text(default="")
    pdf = Bytea()
    docx = Bytea()
    sheet = Bytea()
    pdf_sha256 = Varchar(length=64)
    docx_sha256 = Varchar(length=64)
    sheet_sha256 = Varchar(length=64)

    final_reports_once = Unique(["school_year", "version"])
    final_reports_numbered = Check("version >= 1")
