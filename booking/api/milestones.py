"""What is due to the funder, for machines: read by the consortium, kept by a coordinator, with what proves it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.shapes import PAGE, Cursor, Instant, Limit, Page, answer_of, made, page_of, start_of
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import FILE_TYPES, download
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.programme.milestones.look_into import BYTES_MOST, look_into
from workshops.acts.plain_words import A_LINE
from workshops.milestones.plan import PlanMilestone, change_milestone, plan_milestone, remove_milestone
from workshops.milestones.prove import AddProof, add_proof, remove_proof
from workshops.milestones.queries import (
    MilestoneCard,
    ShownFigure,
    milestone,
    milestones_after,
    proof_content,
)
from workshops.milestones.rules import MilestoneState, ProofKind, Risk
from workshops.milestones.settle import (
    CompleteMilestone,
    GiveUpMilestone,
    complete_milestone,
    give_up_milestone,
    take_up_milestone,
)
from workshops.programmes.targets.rules import Programme
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import paris_day

Label = Annotated[str, QueryParameter(max_length=160, pattern=A_LINE, description="What the file is.")]


class ProofAnswer(msgspec.Struct):
    """What proves a milestone: a file that is kept, a link, or the figure of a target, as the board has it today."""

    id: int
    kind: ProofKind
    label: str
    link: str
    target_id: int | None
    figure: ShownFigure | None
    media: str
    size: int
    sha256: str
    added_at: Instant


class MilestoneAnswer(msgspec.Struct):
    """What is due by a day. `programme` is null for the whole programme, `owner_id` for the coordination."""

    id: int
    title: str
    programme: Programme | None
    owner_id: int | None
    owner: str
    due_on: date
    state: MilestoneState
    late: bool
    ended_on: date | None
    reason: str
    risk: Risk
    risk_words: str
    measure: str
    proofs: list[ProofAnswer]


@get("/milestones", opt=may("milestones.read"))
async def list_milestones(now: Now, limit: Limit = PAGE, cursor: Cursor = None) -> Page[MilestoneAnswer]:
    """Every milestone with its proofs."""
    found = await milestones_after(start_of(cursor, of="milestones"), limit=limit + 1, now=now)
    return page_of(found, lambda one: _answer(one, now), of="milestones", limit=limit)


@get("/milestones/{number:int}", opt=may("milestones.read"))
async def read_milestone(number: FromPath[int], now: Now) -> MilestoneAnswer:
    """One milestone with its proofs."""
    return await _milestone(number, now)


@post("/milestones", opt=may("milestones.keep"))
async def add_milestone(data: JSONBody[PlanMilestone], person: AsCoordinator, now: Now) -> Response[MilestoneAnswer]:
    """What is due by a day; whoever answers for it is reminded 30 and 7 days before."""
    number = await plan_milestone(data, by=person.account, now=now)
    return made(await _milestone(number, now), f"/milestones/{number}")


@put("/milestones/{number:int}", opt=may("milestones.keep"))
async def tell_milestone(
    number: FromPath[int], data: JSONBody[PlanMilestone], person: AsCoordinator, now: Now
) -> MilestoneAnswer:
    """It is told otherwise, while it is neither done nor given up."""
    await change_milestone(number, data, by=person.account, now=now)
    return await _milestone(number, now)


@delete("/milestones/{number:int}", opt=may("milestones.keep"))
async def drop_milestone(number: FromPath[int], person: AsCoordinator, now: Now) -> None:
    """It was written down by mistake: it goes with its proofs."""
    await remove_milestone(number, by=person.account, now=now)


@post("/milestones/{number:int}/completion", status_code=200, opt=may("milestones.keep"))
async def end_milestone(
    number: FromPath[int], data: JSONBody[CompleteMilestone], person: AsCoordinator, now: Now
) -> MilestoneAnswer:
    """It was done on a day."""
    await complete_milestone(number, data, by=person.account, now=now)
    return await _milestone(number, now)


@post("/milestones/{number:int}/giving-up", status_code=200, opt=may("milestones.keep"))
async def abandon_milestone(
    number: FromPath[int], data: JSONBody[GiveUpMilestone], person: AsCoordinator, now: Now
) -> MilestoneAnswer:
    """It will not be done, and why."""
    await give_up_milestone(number, data, by=person.account, now=now)
    return await _milestone(number, now)


@post("/milestones/{number:int}/resumption", status_code=200, opt=may("milestones.keep"))
async def resume_milestone(number: FromPath[int], person: AsCoordinator, now: Now) -> MilestoneAnswer:
    """It is under way again: it was done or given up by mistake."""
    await take_up_milestone(number, by=person.account, now=now)
    return await _milestone(number, now)


@post("/milestones/{number:int}/proofs", opt=may("milestones.keep"))
async def prove_milestone(
    number: FromPath[int], data: JSONBody[AddProof], person: AsCoordinator, now: Now
) -> Response[MilestoneAnswer]:
    """A link, or a figure of the board, proves it."""
    await add_proof(number, data, by=person.account, now=now)
    return made(await _milestone(number, now), f"/milestones/{number}")


@post(
    "/milestones/{number:int}/proofs/file",
    opt=may("milestones.keep") | {"reads_file": True},
    request_max_body_size=BYTES_MOST,
)
async def send_proof(
    number: FromPath[int], request: AnyRequest, person: AsCoordinator, now: Now, label: Label
) -> Response[MilestoneAnswer]:
    """A file proves it: the body is a PDF, a PNG or a JPEG of 10 MB at most, which is looked into.

    A picture is kept drawn anew, as a JPEG. A PDF that is protected, or carries a script or a file, is refused.
    """
    asked = AddProof(label=label)
    file = await look_into(await request.body())
    await add_proof(number, asked, file=file, by=person.account, now=now)
    return made(await _milestone(number, now), f"/milestones/{number}")


@delete("/milestones/{number:int}/proofs/{proof:int}", opt=may("milestones.keep"))
async def take_proof_away(number: FromPath[int], proof: FromPath[int], person: AsCoordinator, now: Now) -> None:
    """It does not prove this milestone."""
    await remove_proof(number, proof, by=person.account, now=now)


@get(
    "/milestones/{number:int}/proofs/{proof:int}/file",
    opt=may("milestones.read") | {"kinds": (FILE_TYPES["pdf"], FILE_TYPES["jpg"])},
)
async def read_proof(number: FromPath[int], proof: FromPath[int]) -> Response[bytes]:
    """The file of a proof, as it is kept."""
    found = or_not_found(await proof_content(number, proof))
    return download(found.content, name=found.file_name)


async def _milestone(number: int, now: datetime) -> MilestoneAnswer:
    return _answer(or_not_found(await milestone(number, now=now)), now)


def _answer(card: MilestoneCard, now: datetime) -> MilestoneAnswer:
    return answer_of(
        MilestoneAnswer,
        card,
        programme=card.programme or None,
        owner_id=card.owner,
        owner=card.owner_name,
        late=card.late_on(paris_day(now)),
        proofs=[answer_of(ProofAnswer, one, target_id=one.target, figure=one.shown) for one in card.proofs],
    )
