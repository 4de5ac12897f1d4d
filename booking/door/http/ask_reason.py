"""The response to a correction of a closed year without a reason: a page that asks for one and resubmits the form."""

from __future__ import annotations

from typing import Any

from litestar.response import Response, Template

from booking.door.forms.closed_year_reason import HEADER, REASON
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.refusals import refused
from booking.door.rights.session import FIELD
from workshops.closed_years.rules import REASON_MOST, YearFrozen
from workshops.refusals import Refusal


@renders("why_correct.html")
class WhyCorrect(Page, frozen=True):
    """The fields as submitted, to be sent again with the missing reason; `wrong` is why the given one was refused."""

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


def year_frozen(request: AnyRequest, refusal: YearFrozen) -> Response[Any]:
    """The exception handler of YearFrozen: a page that asks for the reason and resubmits the form.

    For an API client, a problem that names the header.
    """
    if request.url.path.startswith("/api/"):
        return refused(request, _Frozen(f"{refusal.sentence} En-tête : {HEADER.title()}."))
    state = request.scope["state"]
    fields: list[tuple[str, str]] = state.get("form_fields", [])
    context = WhyCorrect(
        sentence=refusal.sentence,
        address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        typed=[(name, value) for name, value in fields if name not in {FIELD, REASON}],
        field=REASON,
        most=REASON_MOST,
        reason=str(dict(fields).get(REASON, "")),
        wrong=state.get("reason_error", ""),
    )
    response: Template = page(context, status=refusal.status)
    return response
