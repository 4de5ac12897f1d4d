"""A milestone is proved by a file, a link or a figure of the board; a wrong proof is taken away."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Annotated

from msgspec import field

from workshops.acts import Act, chosen, typed
from workshops.acts.health import says_of_pupil
from workshops.database import row, transaction
from workshops.events.record import record, record_by
from workshops.milestones.rules import LookedInto, ProofKind, is_link
from workshops.milestones.tables import Proof, ProofFile
from workshops.programmes.targets.tables import Target
from workshops.refusals import Invalid, NotFound, or_not_found

LOCKED = "SELECT title FROM milestones WHERE id = $1 FOR KEY SHARE"
NONE_CHOSEN = "Choisissez une preuve : un fichier, un lien ou un chiffre du bilan."
ALONE = "Choisissez une seule preuve : un fichier, un lien ou un chiffre du bilan."


class AddProof(Act, frozen=True, kw_only=True):
    """What proves a milestone: a file, or either a `link` or a `target_id`, whose figure is that of the board."""

    label: Annotated[
        str,
        typed(
            "Ce que c'est",
            "What it is, for instance « Convention signée »; no person's name.",
            most=160,
            least=1,
            check=partial(says_of_pupil, "Ce que c'est", instead="Écrivez-le sans nom."),
        ),
    ]
    link: Annotated[str, typed("Un lien", "An address that begins with https://.", most=500)] = ""
    target: Annotated[int, chosen("Un chiffre du bilan", "The target whose figure it is.")] | None = field(
        name="target_id", default=None
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_link(self.link):
            raise Invalid({"link": "Un lien : une adresse qui commence par https://."})


async def add_proof(
    milestone: int, asked: AddProof, *, file: LookedInto | None = None, by: int | None, now: datetime
) -> int:
    """Whoever reads the register reads it; returns its number. `file` was looked into. Raises Invalid, NotFound."""
    if (proofs := sum((file is not None, bool(asked.link), asked.target is not None))) != 1:
        raise Invalid({"label": ALONE if proofs else NONE_CHOSEN})
    if asked.target is not None and not await Target.exists().where(Target.id == asked.target):
        raise Invalid({"target": "Un chiffre du bilan : choisissez dans la liste."})
    kind = ProofKind.FILE if file else ProofKind.LINK if asked.link else ProofKind.FIGURE
    proof = Proof(milestone=milestone, kind=kind, label=asked.label, link=asked.link, target=asked.target, added_at=now)
    if file is not None:
        proof.media, proof.size, proof.sha256 = file.media, len(file.content), sha256(file.content).hexdigest()
    async with transaction():
        known = or_not_found(await row(LOCKED, milestone))
        (made,) = await Proof.insert(proof).returning(Proof.id)
        if file is not None:
            await ProofFile.insert(ProofFile(proof=made["id"], content=file.content))
        words = f"{known['title']} : {asked.label}"
        await record_by(by, "proof_added", about_kind="milestone", about=milestone, words=words, now=now)
        return int(made["id"])


async def remove_proof(milestone: int, proof: int, *, by: int, now: datetime) -> None:
    """It does not prove this milestone: it goes with its file. Raises NotFound."""
    async with transaction():
        known = or_not_found(await row(LOCKED, milestone))
        of_it = (Proof.milestone == milestone) & (Proof.id == proof)
        gone = await Proof.delete().where(of_it).returning(Proof.label)
        if not gone:
            raise NotFound
        words = f"{known['title']} : {gone[0]['label']}"
        await record("proof_removed", by=by, about_kind="milestone", about=milestone, words=words, now=now)
