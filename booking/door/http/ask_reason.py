"""A closed year is corrected with a reason: where one lacks, it is asked for, and the same is sent once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar.response import Response, Template

from booking.door.forms.closed_year_reason import HEADER, REASON
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page
from booking.door.http.refusals import refused
from booking.door.rights.csrf import FIELD
from workshops.closed_years.rules import REASON_MOST, YearFrozen
from workshops.refusals import Refusal


@dataclass(frozen=True)
class WhyCorrect(Page, template="why_correct.html"):
    """What was typed, to be sent once more with the reason that lacked; `wrong`: why the one given was not taken."""

    sentence: str
    address: str
    typed: list[tuple[str, str]]
    field: str
    most: int
    reason: str
    wrong: str


class _Frozen(Refusal):
    kind = "year-frozen"
    title = YearFrozen.title


def year_frozen(request: AnyRequest, no: YearFrozen) -> Response[Any]:
    """A page that asks for the reason and sends the same once more; for a program, a problem that names the header."""
    if request.url.path.startswith("/api/"):
        return refused(request, _Frozen(f"{no.sentence} En-tête : {HEADER.title()}."))
    state = request.scope["state"]
    typed: list[tuple[str, str]] = state.get("typed_whole", [])
    shown = WhyCorrect(
        sentence=no.sentence,
        address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        typed=[(name, text) for name, text in typed if name not in {FIELD, REASON}],
        field=REASON,
        most=REASON_MOST,
        reason=str(dict(typed).get(REASON, "")),
        wrong=state.get("wrong_reason", ""),
    )
    answer: Template = page(shown, status=no.status)
    return answer
