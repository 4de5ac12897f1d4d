"""A milestone is written down, told otherwise, or was a mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from msgspec import field

from workshops.acts import Act, chosen, labelled, typed
from workshops.acts.health import says_of_pupil
from workshops.database import row, transaction
from workshops.events.record import record, record_by
from workshops.milestones.queries import programme_began
from workshops.milestones.rules import OPEN, RISKS, STATES, MilestoneEnded, OpenState, Risk, wrong_day
from workshops.milestones.tables import Milestone
from workshops.partners.tables import Partner
from workshops.programmes.targets.rules import Programme
from workshops.refusals import Invalid, NotFound, or_not_found

WITHOUT_NAME = "Écrivez-le sans nom."
LOCKED = """
SELECT title, programme, owner, due_on, state, risk, risk_words, measure FROM milestones WHERE id = $1 FOR UPDATE
"""
# What the journal calls each, where it changes; what was typed is not told twice.
CHANGES = {"programme": "dispositif", "owner": "qui en répond", "due_on": "échéance", "state": "état", "risk": "risque"}
TYPED = {"title": "intitulé", "risk_words": "précision du risque", "measure": "mesure corrective"}


class PlanMilestone(Act, frozen=True, kw_only=True):
    """What is due by a day, of one scheme or of the whole programme, and who of the consortium answers for it."""

    title: Annotated[
        str,
        typed(
            "Jalon",
            "What is due, in a sentence; no person's name.",
            most=160,
            least=1,
            check=partial(says_of_pupil, "Jalon", instead=WITHOUT_NAME),
        ),
    ]
    due_on: Annotated[date, labelled("Échéance", "The day by which it is due.")]
    programme: Annotated[Programme, labelled("Dispositif", "Of which scheme; null for the whole programme.")] | None = (
        None
    )
    owner: (
        Annotated[int, chosen("Qui en répond", "The partner who answers for it; null for the coordination.")] | None
    ) = field(name="owner_id", default=None)
    state: Annotated[OpenState, labelled("État", "Whether it is under way.", words=STATES)] = "to_do"
    risk: Annotated[Risk, labelled("Risque", "How likely it is that it is missed.", words=RISKS)] = Risk.LOW
    risk_words: Annotated[
        str,
        typed(
            "Ce qui le menace",
            "What threatens it; no person's name.",
            most=300,
            check=partial(says_of_pupil, "Ce qui le menace", instead=WITHOUT_NAME),
        ),
    ] = ""
    measure: Annotated[
        str,
        typed(
            "Mesure corrective",
            "What is done about it; no person's name.",
            most=500,
            lines=True,
            check=partial(says_of_pupil, "Mesure corrective", instead=WITHOUT_NAME),
        ),
    ] = ""


async def plan_milestone(asked: PlanMilestone, *, example: bool = False, by: int | None, now: datetime) -> int:
    """Whoever answers for it is reminded before its day; returns its number. Raises Invalid."""
    async with transaction():
        await _refuse(asked)
        kept = Milestone(**_kept(asked), example=example)
        (made,) = await Milestone.insert(kept).returning(Milestone.id)
        number, words = int(made["id"]), f"{asked.title}, pour le {asked.due_on:%d/%m/%Y}"
        await record_by(by, "milestone_added", about_kind="milestone", about=number, words=words, now=now)
        return number


async def change_milestone(number: int, asked: PlanMilestone, *, by: int, now: datetime) -> None:
    """It is told otherwise; of another day, its owner is reminded anew. Raises Invalid, MilestoneEnded, NotFound."""
    async with transaction():
        before = or_not_found(await row(LOCKED, number))
        if before["state"] not in OPEN:
            raise MilestoneEnded
        await _refuse(asked)
        after = _kept(asked)
        if changed := list(_changes(before, after)):
            await Milestone.update(after).where(Milestone.id == number)
            words = f"{asked.title} : {', '.join(changed)}"
            await record("milestone_changed", by=by, about_kind="milestone", about=number, words=words, now=now)


async def remove_milestone(number: int, *, by: int, now: datetime) -> None:
    """It was written down by mistake: it goes with its proofs. Raises NotFound."""
    async with transaction():
        gone = await Milestone.delete().where(Milestone.id == number).returning(Milestone.title)
        if not gone:
            raise NotFound
        words = gone[0]["title"]
        await record("milestone_removed", by=by, about_kind="milestone", about=number, words=words, now=now)


async def _refuse(asked: PlanMilestone) -> None:
    errors = {}
    if wrong := wrong_day("Échéance", asked.due_on, began_on=await programme_began()):
        errors["due_on"] = wrong
    if asked.owner is not None and not await Partner.exists().where(Partner.id == asked.owner):
        errors["owner"] = "Qui en répond : choisissez dans la liste."
    if errors:
        raise Invalid(errors)


def _kept(asked: PlanMilestone) -> dict[Any, Any]:
    return {
        "title": asked.title,
        "programme": asked.programme or "",
        "owner": asked.owner,
        "due_on": asked.due_on,
        "state": asked.state,
        "risk": asked.risk,
        "risk_words": asked.risk_words,
        "measure": asked.measure,
    }


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """« échéance 01/01/2027 -> 01/02/2027 »; of what is typed at length, that it changed."""
    for name, what in (CHANGES | TYPED).items():
        was, becomes = before[name], after[name]
        if was != becomes:
            told = name in {"due_on", "state", "risk"}
            yield f"{what} {_said(was)} -> {_said(becomes)}" if told else what


def _said(value: date | str) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else (STATES | RISKS)[value]
