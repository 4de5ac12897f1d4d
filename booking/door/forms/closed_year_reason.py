"""The reason for correcting a closed year, read from a form field or from a request header."""

from __future__ import annotations

from urllib.parse import unquote

from litestar.datastructures import UploadFile

from booking.door.forms.read import AnyRequest
from workshops.closed_years.rules import correcting_because, reason_in
from workshops.refusals import Invalid

REASON = "_correction"
HEADER = "correction-reason"


async def read_reason(request: AnyRequest, *, form: bool) -> None:
    """Set the reason for correcting a closed year, where the request gives one: a form's field, an API client's header.

    A reason that cannot be published counts as none: the act is refused, and its page asks for another.
    """
    if not form:
        header = request.headers.get(HEADER, "")
        try:
            correcting_because.set(reason_in(unquote(header)) if header else "")
        except Invalid as refusal:
            raise Invalid({}, refusal.sentence) from None
        return
    submitted = (await request.form()).multi_items()
    fields = [(name, value) for name, value in submitted if not isinstance(value, UploadFile)]
    request.scope["state"]["form_fields"] = fields
    try:
        correcting_because.set(reason_in(str(dict(fields).get(REASON, ""))))
    except Invalid as refusal:
        request.scope["state"]["reason_error"] = refusal.errors["correction"]
