"""The trial version's shortcuts: one button and one token per invented person. They exist in a trial only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from booking.door.forms.read import AnyRequest, Form
from booking.door.rights.guards import may
from booking.door.rights.session import new_session_id, session_cookie
from booking.people.accounts.rules import local_path
from booking.people.accounts.sign_in import open_session
from booking.people.accounts.trial import DemoAccount, demo_accounts, trial_token
from booking.process.settings import Settings
from workshops.refusals import NotFound, or_not_found


async def trial_accounts(settings: Settings) -> list[DemoAccount]:
    """The invented people whom a visitor of the trial may become; nobody in production."""
    return await demo_accounts() if settings.demo else []


@post("/demo/entrer", opt=may("public.use"))
async def become(request: AnyRequest, settings: NamedDependency[Settings], now: NamedDependency[datetime]) -> Redirect:
    form = Form(await request.form())
    wanted = form.typed.get("email", "")
    known = or_not_found(next((one for one in await trial_accounts(settings) if one.email == wanted), None))
    session_id = new_session_id()
    browser = request.headers.get("user-agent", "")
    await open_session(known.account, session_id=session_id, browser=browser, now=now, membership=known.membership)
    answer = Redirect(local_path(form.typed.get("next")), status_code=303)
    answer.set_cookie(session_cookie(settings, session_id))
    return answer


@get("/demo/comptes.json", opt=may("public.use"))
async def list_trial_accounts(
    settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> list[dict[str, Any]]:
    """Reading it renews the keys; a trial that is shown gives none."""
    if not settings.demo:
        raise NotFound()
    return [
        {
            "role": one.role,
            "email": one.email,
            "name": one.name,
            "school": {"uai": one.school_uai, "name": one.school_name} if one.school_uai else None,
            "token": None
            if settings.shown
            else await trial_token(one.account, one.membership, secret_key=settings.secret_key, now=now),
        }
        for one in await demo_accounts()
    ]
