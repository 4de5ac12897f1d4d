"""The examples' milestones: one is late, one is proved by a file, others by a figure of the board or by a link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from booking.demo.settle import read_bytes, read_tables
from booking.programme.milestones.look_into import look_into
from workshops.milestones.plan import PlanMilestone, plan_milestone
from workshops.milestones.prove import AddProof, add_proof
from workshops.milestones.rules import Risk
from workshops.milestones.settle import CompleteMilestone, GiveUpMilestone, complete_milestone, give_up_milestone
from workshops.programmes.targets.queries import target_named
from workshops.programmes.targets.rules import Programme
from workshops.school_calendar.rules import paris_day


async def plan_milestones(bodies: dict[str, int], *, now: datetime) -> None:
    """Every milestone so many days from today, with what proves it; `bodies` are the consortium's, by kind."""
    for entry in read_tables("jalons"):
        due_on = paris_day(now) + timedelta(days=entry["jours"])
        asked = PlanMilestone(
            title=entry["titre"],
            due_on=due_on,
            programme=Programme(entry["dispositif"]) if entry["dispositif"] else None,
            owner=bodies.get(entry["porteur"]),
            state=entry.get("etat", "to_do"),
            risk=Risk(entry.get("risque", "low")),
            risk_words=entry.get("menace", ""),
            measure=entry.get("mesure", ""),
        )
        number = await plan_milestone(asked, example=True, by=None, now=now)
        for proof in entry.get("preuves", ()):
            await _prove(number, proof, now=now)
        if "abandon" in entry:
            await give_up_milestone(number, GiveUpMilestone(reason=entry["abandon"]), by=None, now=now)
        elif "fait" in entry:
            done_on = due_on + timedelta(days=entry["fait"])
            await complete_milestone(number, CompleteMilestone(done_on=done_on), by=None, now=now)


async def _prove(number: int, proof: dict[str, Any], *, now: datetime) -> None:
    target = await target_named(*proof["chiffre"]) if "chiffre" in proof else None
    asked = AddProof(label=proof["titre"], link=proof.get("lien", ""), target=target.id if target else None)
    file = await look_into(read_bytes(proof["fichier"])) if "fichier" in proof else None
    await add_proof(number, asked, file=file, by=None, now=now)
