"""Why a closed year is corrected, heard from pages and from programs."""

from __future__ import annotations

from urllib.parse import unquote

from litestar.datastructures import UploadFile

from booking.door.forms.read import AnyRequest
from workshops.closed_years.rules import correcting_because, reason_in
from workshops.refusals import Invalid

REASON = "_correction"
HEADER = "correction-reason"


async def hear_reason(request: AnyRequest, *, form: bool) -> None:
    """Why a closed year would be corrected, where whoever acts says it: a page's own field, a program's header.

    A reason that cannot be published is none: the act is refused, and its page asks for another.
    """
    if not form:
        try:
            correcting_because.set(reason_in(unquote(request.headers.get(HEADER, ""))))
        except Invalid as no:
            raise Invalid({}, no.sentence) from None
        return
    told = [(name, text) for name, text in (await request.form()).multi_items() if not isinstance(text, UploadFile)]
    request.scope["state"]["typed_whole"] = told
    try:
        correcting_because.set(reason_in(str(dict(told).get(REASON, ""))))
    except Invalid as no:
        request.scope["state"]["wrong_reason"] = no.errors["correction"]
