"""What is due to the funder by a day, who answers for it, and what proves it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Bytea, Date, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from workshops.migration import CASCADE, SET_NULL, check, column, known, makes, refers, table

ID = "2026-12-01T10:00:00:003021"
VERSION = "1.38.0"
DESCRIPTION = "Milestones and their proofs"

Milestone = known("Milestone", "milestones")
Partner = known("Partner", "partners")
Proof = known("Proof", "milestone_proofs")
Target = known("Target", "targets")

CREATED = [
    table(
        "Milestone",
        "milestones",
        column("title", Varchar, length=160, default=""),
        column("programme", Varchar, length=12, default=""),
        refers("owner", Partner, SET_NULL, null=True, index=True),
        column("due_on", Date, index=True),
        column("state", Varchar, length=12, default="to_do"),
        column("ended_on", Date, null=True),
        column("reason", Varchar, length=300, default=""),
        column("risk", Varchar, length=8, default="low"),
        column("risk_words", Varchar, length=300, default=""),
        column("measure", Varchar, length=500, default=""),
        column("example", Boolean, default=False),
        check("milestones_known_programme", "programme IN ('', 'technilab', 'ptech', 'bts1')"),
        check("milestones_known_state", "state IN ('to_do', 'under_way', 'done', 'given_up')"),
        check("milestones_known_risk", "risk IN ('low', 'middle', 'high')"),
        check("milestones_ended", "(state IN ('done', 'given_up')) = (ended_on IS NOT NULL)"),
        check("milestones_given_up_why", "(state = 'given_up') = (reason <> '')"),
    ),
    table(
        "Proof",
        "milestone_proofs",
        refers("milestone", Milestone, CASCADE, index=True),
        column("kind", Varchar, length=8, default=""),
        column("label", Varchar, length=160, default=""),
        column("link", Varchar, length=500, default=""),
        refers("target", Target, SET_NULL, null=True),
        column("media", Varchar, length=8, default=""),
        column("size", Integer, default=0),
        column("sha256", Varchar, length=64, default=""),
        column("added_at", Timestamptz, default=TimestamptzNow()),
        check("milestone_proofs_known_kind", "kind IN ('file', 'link', 'figure')"),
        check("milestone_proofs_linked", "(kind = 'link') = (link <> '') AND (kind = 'figure' OR target IS NULL)"),
        check(
            "milestone_proofs_filed",
            "CASE kind WHEN 'file' THEN media IN ('pdf', 'jpg') AND size > 0 AND length(sha256) = 64"
            " ELSE media = '' AND size = 0 AND sha256 = '' END",
        ),
    ),
    table(
        "ProofFile",
        "milestone_proof_files",
        refers("proof", Proof, CASCADE, unique=True),
        column("content", Bytea, default=b""),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
