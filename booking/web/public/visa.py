"""The principal's page: one reservation, two buttons, no account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.accounts.rules import LinkSpent
from booking.door.answers import page
from booking.door.bell import ring
from booking.door.forms import Form
from booking.door.guards import ANYONE
from booking.reservations.approve import answer_approval
from booking.reservations.queries import Visit, visit_to_approve
from workshops.refusals import Invalid

AnyRequest = Request[Any, Any, Any]


async def _asked(token: str) -> Visit:
    found = await visit_to_approve(token)
    if found is None:
        raise LinkSpent(
            "Ce lien a déjà servi, ou un plus récent le remplace. L'enseignant peut vous en envoyer un autre."
        )
    return found


@get("/visa/{token:str}", opt={"who": ANYONE})
async def visa_page(token: FromPath[str]) -> Template:
    """What is asked; nothing is answered by opening the page, since mail scanners open it too."""
    return page("public/visa.html", visit=await _asked(token), token=token)


@post("/visa/{token:str}", opt={"who": ANYONE})
async def answer_visa(request: AnyRequest, token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    seen, form = await _asked(token), Form(await request.form())
    answer = form.choice("answer", {"oui", "non"}, label="Réponse")
    reason = form.text("reason", label="Raison", most=300, required=answer == "non")
    try:
        form.refuse_if_wrong()
        state = await answer_approval(token, approved=answer == "oui", reason=reason, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return page("public/visa.html", status=422, visit=seen, token=token, form=form)
    await ring()
    return page("public/visa_given.html", visit=seen, approved=state == "confirmed")
