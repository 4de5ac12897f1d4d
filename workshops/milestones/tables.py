"""What is due to the funder, and what proves it."""

from piccolo.columns import Boolean, Bytea, Date, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from workshops.partners.tables import Partner
from workshops.programmes.targets.tables import Target


class Milestone(Table, tablename="milestones"):
    """What is due by a day: of one scheme, or of the whole programme where `programme` is empty.

    Its `owner` is a partner, None the coordination, which also takes over what a partner leaves. `ended_on` is the day
    on which it was done or given up, `reason` why it was given up. `risk_words` and `measure` are the coordination's.
    """

    id: Serial
    title = Varchar(length=160)
    programme = Varchar(length=12, default="")
    owner = ForeignKey(
        Partner, null=True, default=None, index=True, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )
    due_on = Date(default=None, index=True)
    state = Varchar(length=12, default="to_do")
    ended_on = Date(null=True, default=None)
    reason = Varchar(length=300, default="")
    risk = Varchar(length=8, default="low")
    risk_words = Varchar(length=300, default="")
    measure = Varchar(length=500, default="")
    example = Boolean(default=False)

    milestones_known_programme = Check("programme IN ('', 'technilab', 'ptech', 'bts1')")
    milestones_known_state = Check("state IN ('to_do', 'under_way', 'done', 'given_up')")
    milestones_known_risk = Check("risk IN ('low', 'middle', 'high')")
    milestones_ended = Check("(state IN ('done', 'given_up')) = (ended_on IS NOT NULL)")
    milestones_given_up_why = Check("(state = 'given_up') = (reason <> '')")


class Proof(Table, tablename="milestone_proofs"):
    """What proves a milestone: a `file`, a `link`, or a `figure` of the board, which is that of `target` today.

    Of a file stand here what it is (`media`), its size in octets and the SHA-256 of what is kept.
    """

    id: Serial
    milestone = ForeignKey(Milestone, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    kind = Varchar(length=8)
    label = Varchar(length=160)
    link = Varchar(length=500, default="")
    target = ForeignKey(Target, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    media = Varchar(length=8, default="")
    size = Integer(default=0)
    sha256 = Varchar(length=64, default="")
    added_at = Timestamptz(default=TimestamptzNow())

    milestone_proofs_known_kind = Check("kind IN ('file', 'link', 'figure')")
    milestone_proofs_linked = Check("(kind = 'link') = (link <> '') AND (kind = 'figure' OR target IS NULL)")
    milestone_proofs_filed = Check(
        "CASE kind WHEN 'file' THEN media IN ('pdf', 'jpg') AND size > 0 AND length(sha256) = 64"
        " ELSE media = '' AND size = 0 AND sha256 = '' END"
    )


class ProofFile(Table, tablename="milestone_proof_files"):
    """What a file holds, apart from its proof: a list reads none of it, and every backup has it."""

    id: Serial
    proof = ForeignKey(Proof, null=False, unique=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    content = Bytea()
