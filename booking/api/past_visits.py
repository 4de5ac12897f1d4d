"""Visits held before Technilab, for a coordinator's machine: declared one by one or as a file, and never scanned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import PAGE, Cursor, Limit, Line, Page, Whole, made, one_of, page_of, start_of
from booking.door.forms.read import AnyRequest
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.programme.past_visits.foresee import Foreseen, foresee
from booking.programme.past_visits.record import correct_past_visit, record_past_visit, remove_past_visit
from booking.programme.past_visits.take_in import take_in
from workshops.acts.plain_words import A_LINE
from workshops.past_visits.queries import PastVisitCard, past_visit, past_visits_after
from workshops.past_visits.rules import Change
from workshops.refusals import Invalid, or_not_found
from workshops.schools.rules import FileRefused, Level

# The cell of a file that each field of a body is.
FIELDS = {
    "date": "date",
    "lycee": "lycee",
    "college": "college",
    "level": "niveau",
    "group": "groupe",
    "pupils": "eleves",
    "girls": "filles",
    "object": "objet",
    "companies": "entreprises",
    "source": "source",
    "reference": "reference",
}
DryRun = Annotated[bool, QueryParameter(description="`false` keeps the visits; otherwise they are only told.")]


class ToldPastVisit(msgspec.Struct, forbid_unknown_fields=True):
    """A group received on a day that is over. `lycee` and `college` are UAI, or whole names with their commune.

    `girls` is null where nobody counted them, which is not 0. `object` is a name of the register, `companies` SIRET or
    names, with semicolons between them. `source` says where the figure comes from. Without `reference` the day, the two
    schools and the group tell the visit from others. `sure` answers the questions of a /problems/to-confirm: holidays,
    a visit known already.
    """

    date: date
    lycee: Line
    college: Line
    level: Annotated[str, one_of(Level)]
    pupils: Whole
    source: Line
    group: Line = ""
    girls: Whole | None = None
    object: Line = ""
    companies: Annotated[str, msgspec.Meta(max_length=800, pattern=A_LINE)] = ""
    reference: Line = ""
    sure: bool = False


class NamedCompany(msgspec.Struct):
    """A company by its number and its name."""

    siret: str
    name: str


class PastVisitAnswer(msgspec.Struct):
    """A visit held before Technilab, as it was declared."""

    id: int
    date: date
    lycee: NamedSchool
    college: NamedSchool
    level: Level
    group: str
    pupils: int
    girls: int | None
    object: str | None
    companies: list[NamedCompany]
    source: str
    reference: str


class CellDifference(msgspec.Struct):
    """What a line changes in a visit that is known."""

    column: str
    before: str
    after: str


class FileLine(msgspec.Struct):
    """A line of the file, what it changes, and the questions that it asks."""

    line: int
    change: Change
    repeats: int | None
    differences: list[CellDifference]
    questions: list[str]


class LineLeftOut(msgspec.Struct):
    """A line that is no visit, as a sum or a title, and why in French."""

    line: int
    reason: str


class FileTaken(msgspec.Struct):
    """How many lines add, correct or repeat a visit; `before_target` are older than the target counts. `remarks`
    say what was understood of a cell that names a thing by a part of its name, or none that is known."""

    stored: bool
    added: int
    changed: int
    unchanged: int
    repeated: int
    before_target: int
    lines: list[FileLine]
    left_out: list[LineLeftOut]
    remarks: list[str]


@get("/past-visits", opt=may("past_visits.declare"))
async def list_past_visits(limit: Limit = PAGE, cursor: Cursor = None) -> Page[PastVisitAnswer]:
    """The visits that were declared, not scanned, in the order in which they came."""
    found = await past_visits_after(start_of(cursor, of="past-visits"), limit=limit + 1)
    named = await _schools_of(found)
    return page_of(found, lambda visit: _answer(visit, named), of="past-visits", limit=limit)


@get("/past-visits/{number:int}", opt=may("past_visits.declare"))
async def read_past_visit(number: FromPath[int]) -> PastVisitAnswer:
    """One of them."""
    return await _visit(number)


@post("/past-visits", opt=may("past_visits.declare"))
async def declare_past_visit(
    data: JSONBody[ToldPastVisit], person: AsCoordinator, now: Now
) -> Response[PastVisitAnswer]:
    """A visit held before Technilab; one that is known already is corrected once `sure`, and never counted twice."""
    try:
        number = await record_past_visit(_cells(data), sure=data.sure, by=person.account, now=now)
    except Invalid as no:
        raise _in_fields(no) from None
    return made(await _visit(number), f"/past-visits/{number}")


@put("/past-visits/{number:int}", opt=may("past_visits.declare"))
async def change_past_visit(
    number: FromPath[int], data: JSONBody[ToldPastVisit], person: AsCoordinator, now: Now
) -> PastVisitAnswer:
    """The same visit told otherwise."""
    try:
        await correct_past_visit(number, _cells(data), sure=data.sure, by=person.account, now=now)
    except Invalid as no:
        raise _in_fields(no) from None
    return await _visit(number)


@delete("/past-visits/{number:int}", opt=may("past_visits.declare"))
async def drop_past_visit(number: FromPath[int], person: AsCoordinator, now: Now) -> None:
    """It was declared by mistake: it counts no longer."""
    await remove_past_visit(number, by=person.account, now=now)


@post("/past-visits/file", status_code=200, opt=may("past_visits.declare") | {"reads_file": True})
async def send_past_visits(request: AnyRequest, person: AsCoordinator, now: Now, dry_run: DryRun = True) -> FileTaken:
    """Many at once: the body is a file, CSV or XLSX, with the columns of the template or those once chosen on the page.

    Each line is told with what it changes. One that cannot be is told with its number in `lines`, and nothing is kept.
    """
    content = await request.body()
    if not content:
        raise FileRefused("le fichier est vide")
    done = await foresee(content, now=now) if dry_run else await take_in(content, by=person.account, now=now)
    return FileTaken(
        stored=not dry_run,
        added=len(done.of("new")),
        changed=len(done.of("changed")),
        unchanged=len(done.of("same")),
        repeated=len(done.of("repeated")),
        before_target=done.before_target,
        lines=_lines(done),
        left_out=[LineLeftOut(one.number, one.why) for one in done.table.left_out],
        remarks=done.remarks,
    )


def _lines(done: Foreseen) -> list[FileLine]:
    return [
        FileLine(
            one.number,
            one.weighed.step.change,
            one.repeats,
            [CellDifference(*difference) for difference in one.weighed.differences],
            list(one.weighed.questions),
        )
        for one in done.lines
    ]


def _cells(data: ToldPastVisit) -> dict[str, str]:
    told = msgspec.structs.asdict(data) | {
        "date": data.date.isoformat(),
        "pupils": str(data.pupils),
        "girls": "" if data.girls is None else str(data.girls),
    }
    return {cell: told[field] for field, cell in FIELDS.items()}


def _in_fields(no: Invalid) -> Invalid:
    """The same refusal by the names of the body's own fields."""
    fields = {cell: field for field, cell in FIELDS.items()}
    return Invalid({fields.get(cell, cell): sentence for cell, sentence in no.errors.items()})


async def _visit(number: int) -> PastVisitAnswer:
    found = or_not_found(await past_visit(number))
    return _answer(found, await _schools_of([found]))


async def _schools_of(visits: Sequence[PastVisitCard]) -> Naming:
    return await naming(school for visit in visits for school in (visit.sketch.lycee, visit.sketch.college))


def _answer(visit: PastVisitCard, named: Naming) -> PastVisitAnswer:
    sketch = visit.sketch
    return PastVisitAnswer(
        id=visit.id,
        date=sketch.held_on,
        lycee=named(sketch.lycee),
        college=named(sketch.college),
        level=Level(sketch.level),
        group=sketch.group_label,
        pupils=sketch.pupils,
        girls=sketch.girls,
        object=visit.object_name or None,
        companies=[NamedCompany(*pair) for pair in zip(sketch.companies, visit.company_names, strict=True)],
        source=sketch.source,
        reference=sketch.reference,
    )
